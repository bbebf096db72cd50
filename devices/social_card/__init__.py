"""Readers of the social security card."""
