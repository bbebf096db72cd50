"""How much is left in the battery of a portable."""
