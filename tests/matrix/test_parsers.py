"""The quick form of `./run matrix parsers`, and that it finds careless parsers."""

import pytest
from hypothesis import strategies as st

from tests.matrix import parsers

ANSWERS = 60


@pytest.mark.parametrize("name", sorted(parsers.PARSERS))
def test_a_parser_raises_only_device_errors_and_ends(name: str) -> None:
    tally = parsers.found(name, parsers.PARSERS[name], ANSWERS)
    assert tally.broken == [], tally.text()
    assert sum(tally.tried.values()) >= ANSWERS // 2


def test_a_careless_parser_is_found_out() -> None:
    careless = parsers.Parser(st.binary(max_size=9), lambda content: content.decode("utf-8"))
    tally = parsers.found("careless", careless, 300)
    assert "UnicodeDecodeError" in tally.text()


def test_a_parser_that_never_ends_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "HELD", 0.05)

    def endless(content: bytes) -> None:
        while content:
            pass

    tally = parsers.found("endless", parsers.Parser(st.just(b"x"), endless), 1)
    assert "held by" in tally.text()
