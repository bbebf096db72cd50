"""A field that is named twice is noticed, wherever it is; nothing else is taken for one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.pieces import Asked
from sync.strict import names_twice, read_strictly

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_what_names_every_field_once_is_fine(value: object) -> None:
    assert not names_twice(json.dumps(value).encode())


@given(st.text(max_size=8), values, values)
def test_a_field_twice_is_noticed_however_deep_and_however_written(
    name: str, one: object, other: object
) -> None:
    key = json.dumps(name)
    escaped = json.dumps(name, ensure_ascii=False) if name.isprintable() else key
    twice = f"{{{key}:{json.dumps(one)},{escaped}:{json.dumps(other)}}}"
    for written in (twice, f"[{twice}]", f'{{"a":[1,{{"b":{twice}}}]}}'):
        assert names_twice(written.encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content: bytes) -> None:
    names_twice(content)


def test_depth_and_long_numbers_are_answered() -> None:
    assert not names_twice(b'{"a":' * 100_000)
    assert names_twice(b'{"a":' + b"9" * 10_000 + b',"a":1}')


def test_a_message_is_read_or_unreadable() -> None:
    assert read_strictly(b'{"version":1,"cases":[]}', Asked) == Asked()
    for wrong in (b'{"cases":[],"cases":[]}', b'{"version":1,"version":1}', b"{", b"[]"):
        with pytest.raises(wire.Unreadable):
            read_strictly(wrong, Asked)
