"""A catalogue goes from one version to the next by little more than what changed."""

import json
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import patching
from sync.packing import Unpackable
from sync.patching import patch_from, patched

WORDS = "办理申请材料条件依据流程时限受理审核决定送达公民户籍社保医保养老残疾低保救助农村"


def services(count: int, changed: int = 0) -> bytes:
    chance = random.Random(3)
    rows = [
        {"code": f"{n:06d}", "name": "".join(chance.choices(WORDS, k=200)), "days": 5}
        for n in range(count)
    ]
    for row in rows[:changed]:
        row["days"] = 7
    return json.dumps(rows, ensure_ascii=False).encode()


def test_one_percent_changed_costs_at_most_one_and_a_half_percent_of_the_snapshot() -> None:
    before, after = services(500), services(500, changed=5)
    patch, snapshot = patch_from(before, after), patch_from(b"", after)
    assert len(patch) <= 0.015 * len(snapshot)
    assert patched(before, patch) == after
    assert patched(b"", snapshot) == after


@settings(deadline=None)
@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_any_two_files(before: bytes, after: bytes) -> None:
    assert patched(before, patch_from(before, after)) == after


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_anything_at_all_is_unpackable_or_a_file(before: bytes, frame: bytes) -> None:
    with suppress(Unpackable):
        patched(before, frame)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = patch_from(b"", bytes(5000))
    monkeypatch.setattr(patching, "LARGEST_FILE", 4999)
    with pytest.raises(Unpackable, match="more than"):
        patched(b"", frame)
