"""The issuing side 出证: proofs that an office composes, seals and hands to the terminals.

An office that has its own system for this needs none of it; `Review.decide` takes any file.
"""
