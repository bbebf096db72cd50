"""One encrypted database for everything personal."""
