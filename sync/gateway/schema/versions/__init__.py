"""One file for each version; a version that was shipped is never changed."""
