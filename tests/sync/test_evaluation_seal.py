"""What was said in an evaluation is opened by the gateway's key alone, and only whole."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.letters import SEALED
from sync.evaluation_seal import EvaluationOpener, EvaluationSeal, Unopenable

SECRET = bytes(range(32))
PUBLIC = X25519PrivateKey.from_private_bytes(SECRET).public_key().public_bytes_raw()
seal, opener = EvaluationSeal(PUBLIC), EvaluationOpener(SECRET)
SAID = {"level": "非常不满意", "words": "等得太久"}


@given(st.dictionaries(st.sampled_from(["level", "points", "words"]), st.text(max_size=2000)))
def test_what_was_said_comes_back(said: dict[str, str]) -> None:
    assert opener("e1", seal("e1", said)) == said


def test_neither_words_nor_their_length_show() -> None:
    sealed = seal("e1", SAID)
    assert set(sealed) == {SEALED}
    assert "不满意" not in str(sealed)
    assert len(sealed[SEALED]) == len(seal("e1", {"level": "满意"})[SEALED])
    assert sealed != seal("e1", SAID)  # nobody can compare it with one of their own


def test_it_is_of_one_evaluation_and_one_gateway() -> None:
    sealed = seal("e1", SAID)
    with pytest.raises(Unopenable):
        opener("e2", sealed)
    with pytest.raises(Unopenable):
        EvaluationOpener(bytes(32))("e1", sealed)


def test_answers_of_before_stay_readable() -> None:
    assert opener("e1", SAID) == SAID


@given(st.text() | st.binary().map(lambda b: seal("e1", SAID)[SEALED] + b.hex()))
def test_whatever_comes_is_opened_or_said_to_be_unopenable(sealed: str) -> None:
    with pytest.raises(Unopenable):
        opener("e1", {SEALED: sealed + "x"})


@pytest.mark.parametrize("size", [0, 31, 33])
def test_keys_of_another_size_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32"):
        EvaluationSeal(bytes(size))
    with pytest.raises(ValueError, match="32"):
        EvaluationOpener(bytes(size))
