"""What social security cards and staff cards have in common: ISO 7816 commands over PC/SC."""
