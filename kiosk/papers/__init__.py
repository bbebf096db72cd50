"""Papers that the terminal composes itself: guides, and forms blank or filled as a sample.

Never a result or a certificate: those are printed as the office issued them (reference/domain.md
section 6, trap 2).
"""
