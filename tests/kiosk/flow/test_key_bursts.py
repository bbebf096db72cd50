"""A scanner's keys come in a burst that ends with Enter; a person's do not."""

from kiosk.flow.key_bursts import KeyBursts


def typed(keys: KeyBursts, text: str, *, gap: float, start: float = 0.0) -> float:
    moment = start
    for character in text:
        moment += gap
        keys.key(character, moment)
    return moment


def test_a_burst_is_a_code() -> None:
    keys = KeyBursts()
    end = typed(keys, "DS1/222401", gap=0.01)
    assert keys.ended(end + 0.01) == "DS1/222401"
    assert keys.ended(end + 0.02) == ""


def test_a_fast_typist_is_no_scanner() -> None:
    keys = KeyBursts()
    end = typed(keys, "chengxiang", gap=0.08)
    assert keys.ended(end + 0.08) == ""


def test_enter_long_after_a_burst_ends_no_code() -> None:
    keys = KeyBursts()
    end = typed(keys, "DS1/222401", gap=0.01)
    assert keys.ended(end + 0.5) == ""


def test_a_few_keys_at_once_are_no_code() -> None:
    keys = KeyBursts()
    assert keys.ended(typed(keys, "12345", gap=0.01) + 0.01) == ""


def test_what_was_typed_before_is_not_part_of_the_code() -> None:
    keys = KeyBursts()
    end = typed(keys, "abc", gap=0.2)
    end = typed(keys, "DS1/222401", gap=0.01, start=end + 1)
    assert keys.ended(end + 0.01) == "DS1/222401"


def test_what_was_typed_never_shows() -> None:
    keys = KeyBursts()
    typed(keys, "secret", gap=0.01)
    assert "'s'" not in repr(keys)
