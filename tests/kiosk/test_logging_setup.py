"""The log names nobody."""

import logging

import pytest

from kiosk.logging_setup import BlankNumbers, RecentLines


@pytest.mark.parametrize(
    "personal", ["11010519491231002X", "13800138000", "KAZ110090123105", "6222021234567890123"]
)
def test_personal_numbers_are_blanked(personal: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "card %s read", (personal,), None)
    BlankNumbers().filter(record)
    assert personal not in record.getMessage()
    assert "[number]" in record.getMessage()


def test_a_traceback_is_blanked_too() -> None:
    try:
        raise ValueError("number 11010519491231002X")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "failed", (), (type(error), error, error.__traceback__)
        )
    BlankNumbers().filter(record)
    assert record.exc_text is not None
    assert "11010519491231002X" not in record.exc_text


def test_a_case_id_stays_readable() -> None:
    text = "case 01890000-0000-7000-8000-000000000001 sent"
    record = logging.LogRecord("x", logging.INFO, "f", 1, text, (), None)
    BlankNumbers().filter(record)
    assert record.getMessage() == text


def test_the_newest_lines_are_kept_without_any_number() -> None:
    kept = RecentLines(most=2)
    log = logging.getLogger("tests.recent")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(kept)
    for words in ("first", "case 2401 of 11010519491231002X", "call 13800138000"):
        log.info(words)
    log.removeHandler(kept)
    second, third = kept.lines()
    assert second.endswith("tests.recent: case [number] of [number]")
    assert third.endswith("call [number]")
