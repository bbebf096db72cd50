"""One file for each page; pages draw and decide nothing."""
