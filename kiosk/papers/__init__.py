"""Papers that the terminal composes itself: guides, forms blank or filled, the entrustment.

Never a result or a certificate: those are printed as the office issued them (reference/domain.md
section 6, trap 2).
"""
