"""Plain frozen values of the service point. No I/O; imports nothing else of ours."""
