"""Sends a folder by rsync until it has arrived; what was cut is kept and gone on with."""

import json
import subprocess
import sys
import time

TIMEOUT = "20"  # seconds without a byte
AGAIN_AFTER = 2.0


def main() -> int:
    """Arguments: the daemon's module, folder, then options of rsync."""
    target, folder, *options = sys.argv[1:]
    command = ["rsync", "--recursive", f"--timeout={TIMEOUT}", f"--contimeout={TIMEOUT}"]
    command += [*options, f"{folder}/", target]
    while subprocess.run(command, check=False, capture_output=True).returncode:
        time.sleep(AGAIN_AFTER)
    print(json.dumps({"done": time.monotonic()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
