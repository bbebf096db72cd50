"""What a case is and how a visit goes."""
