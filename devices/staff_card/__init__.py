"""Cards by which staff prove who they are: PC/SC, a key of their own, a PIN."""
