"""Where the terminal is, as far as a receiver can tell."""
