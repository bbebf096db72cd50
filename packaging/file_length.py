"""Fails when a Python file has grown beyond 400 lines: then it is two things."""

import subprocess
import sys
from pathlib import Path

LIMIT = 400


def main() -> int:
    """Print each file that is too long; 1 when there is one."""
    listed = subprocess.run(["git", "ls-files", "*.py"], check=True, capture_output=True, text=True)
    too_long = [
        f"{name}: {lines} lines, at most {LIMIT}"
        for name in listed.stdout.split()
        if Path(name).exists()
        and (lines := len(Path(name).read_text(encoding="utf-8").splitlines())) > LIMIT
    ]
    print("\n".join(too_long) or "file length: all files within the limit")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
