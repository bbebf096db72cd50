"""What went between this program and a real card reader, without the person; and its replay."""
