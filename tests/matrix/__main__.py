"""Runs one fault matrix and prints its table; 1 when anything was broken."""

import argparse
import importlib
import sys

DEFAULT = {
    "blackhole": 0,
    "certificate": 110,
    "crash": 400,
    "frames": 10_000,
    "devices": 0,
    "network": 10_000,
    "package": 0,
    "paper": 0,
    "parsers": 10_000,
    "power": 300,
    "receipts": 240,
    "simulation": 10_000,
}


def main() -> int:
    """Arguments: which matrix, and how many faults of it; 0: every one."""
    asked = argparse.ArgumentParser(prog="./run matrix")
    asked.add_argument("matrix", choices=sorted(DEFAULT))
    asked.add_argument("--points", type=int, help="spread over all; 0: all of them")
    given = asked.parse_args()
    points = DEFAULT[given.matrix] if given.points is None else given.points
    tally = importlib.import_module(f"tests.matrix.{given.matrix}").sweep(points)
    sys.stdout.write(f"{tally.text()}\n")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
