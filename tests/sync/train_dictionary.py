"""Makes the dictionary of sync/packing.py anew: `python -m tests.sync.train_dictionary`.

A new catalogue deserves a new dictionary with a new number; the old file stays, for terminals and
gateways that still use it. Trained on invented forms only.
"""

from pathlib import Path

import zstandard

from sync import wire
from sync.packing import NEWEST, written
from tests.counterparts.sample_forms import sample_forms

FORMS = 2000
SEED = 20260305  # not a seed that tests and benchmarks measure with
SIZE = 16 * 1024  # bytes, as measured in reference/sync.md section 1
FILE = Path(__file__).parents[2] / "sync" / f"dictionary_{NEWEST}.json"


def main() -> None:
    """Write the file; the same forms give the same bytes."""
    texts = [wire.canonical(wire.text_of(case)) for case in sample_forms(FORMS, seed=SEED)]
    trained = zstandard.train_dictionary(SIZE, texts, dict_id=NEWEST, level=12)
    FILE.write_bytes(written(NEWEST, trained.as_bytes()))


if __name__ == "__main__":
    main()
