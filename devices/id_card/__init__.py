"""Readers of the resident ID card family."""
