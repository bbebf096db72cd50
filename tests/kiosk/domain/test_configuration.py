"""Whatever comes as a configuration is read, or refused with the field and the reason."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.configuration import (
    Configuration,
    ConfigurationError,
    ConfigurationShelf,
    parse_configuration,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = st.sampled_from(list(Configuration.__dataclass_fields__))


def test_an_empty_file_means_the_standard_values() -> None:
    assert parse_configuration(b"{}") == Configuration()
    standard = Configuration()
    assert (standard.stop_days, standard.stop_unsent) == (5, 100)  # as MOSIP
    assert standard.warn_days * 2 < standard.stop_days
    assert standard.warn_unsent * 2 <= standard.stop_unsent


def test_a_file_sets_what_it_names_and_may_name_what_a_newer_program_knows() -> None:
    file = {
        "version": "2026-12",
        "warn_days": 10,
        "stop_days": 20,
        "holidays": ["2027-01-01"],
        "working_days": ["2027-01-03"],
        "colour": {"of": ["the", "year"]},
    }
    read = parse_configuration(json.dumps(file).encode())
    assert read == Configuration(
        version="2026-12",
        warn_days=10,
        stop_days=20,
        holidays=frozenset({date(2027, 1, 1)}),
        working_days=frozenset({date(2027, 1, 3)}),
    )


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b'{"stop_days": 0}', "stop_days"),
        (b'{"poll_seconds": 1}', "poll_seconds"),
        (b'{"sent_days": -1}', "sent_days"),
        (b'{"stop_unsent": "many"}', "stop_unsent"),
        (b'{"stop_unsent": 1000000}', "stop_unsent"),
        (b'{"warn_days": 5}', "warn_days must be less than stop_days"),
        (b'{"warn_unsent": 200}', "warn_unsent must be less than stop_unsent"),
        (b'{"holidays": ["2027-13-01"]}', "holidays"),
        (b'{"holidays": ["2027-01-01"], "working_days": ["2027-01-01"]}', "2027-01-01"),
        (b"", "truncated"),
        (b"[]", "object"),
        (b"\xff", "JSON"),
        (b"[" * 100_000, "object"),
        (b'{"x":' + b"[" * 100_000, "depth"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(file: bytes, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        parse_configuration(file)


@given(file=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all_is_read_or_refused(file: bytes) -> None:
    try:
        read = parse_configuration(file)
    except ConfigurationError:
        return
    assert read.warn_days < read.stop_days
    assert read.warn_unsent < read.stop_unsent


@given(file=st.dictionaries(NAMES, JSON | st.lists(st.dates().map(str)), min_size=1))
def test_any_value_of_any_field_is_read_or_refused(file: dict[str, object]) -> None:
    try:
        read = parse_configuration(json.dumps(file).encode())
    except ConfigurationError:
        return
    assert 1 <= read.warn_days < read.stop_days <= 365
    assert 5 <= read.poll_seconds <= 3600
    assert not read.holidays & read.working_days


@pytest.mark.logs_expected
def test_a_bad_configuration_is_left_out_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    files = [f'{{"stop_days": {days}}}'.encode() for days in (9, 0, 0, '""', 8)]
    came: list[tuple[str, bytes] | None] = [None, *[("v", file) for file in files]]
    shelf = ConfigurationShelf()
    days = [shelf.current(newest).stop_days for newest in came]
    assert days == [Configuration().stop_days, 9, 9, 9, 9, 8]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
