"""Document cameras, and what is done with their pictures."""
