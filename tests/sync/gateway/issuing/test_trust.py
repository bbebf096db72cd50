"""Whose seals count is added to the configuration, and nothing else of it changes."""

import json
from datetime import timedelta

import pytest

from kiosk.domain.configuration import ConfigurationError, parse_configuration
from sync.gateway.issuing.trust import with_trust
from tests.counterparts.sample_cases import NOON

FIRST = json.dumps({"version": "1", "warn_days": 3, "of_a_newer_program": [1]}).encode()
NAME = "ab" * 32


def test_all_else_stays_and_the_version_is_new() -> None:
    made = with_trust(FIRST, now=NOON, roots=[b"root"], revoked=[NAME])
    read = parse_configuration(made)
    assert (read.roots, read.revoked, read.warn_days) == ((b"root",), {NAME}, 3)
    assert json.loads(made)["of_a_newer_program"] == [1]
    assert read.version != "1"


def test_it_is_added_and_never_doubled() -> None:
    once = with_trust(b"", now=NOON, roots=[b"a"], sm2_keys=[b"k" * 64])
    later = NOON + timedelta(seconds=1)
    read = parse_configuration(with_trust(once, now=later, roots=[b"b", b"a"]))
    assert read.roots == (b"a", b"b")
    assert read.sm2_keys == (b"k" * 64,)


def test_what_terminals_would_not_take_is_refused() -> None:
    for given in ({"revoked": ["xyz"]}, {"sm2_keys": [b"short"]}):
        with pytest.raises(ConfigurationError):
            with_trust(b"", now=NOON, **given)  # type: ignore[arg-type]
