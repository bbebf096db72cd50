"""What else could carry cases over a village line; each measured beside our own sync."""
