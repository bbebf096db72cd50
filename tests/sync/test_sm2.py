"""SM2 and SM3 against the published vectors and against two packages that share no code with us."""

import hashlib
import secrets

import gmalg
import pytest
from cryptography.hazmat.primitives import hashes
from gmssl import sm2 as other_sm2
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sm2 import (
    DEFAULT_ID,
    ORDER,
    Sm2Missing,
    Sm2PrivateKey,
    Sm2PublicKey,
    WrongSm2Key,
    new_secret,
    sm3,
)

# GB/T 32918.5 appendix A.2: key pair, the random k, and the signature of "message digest".
D = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
X = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
Y = "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
K = "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"
R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
MESSAGE = b"message digest"
# GB/T 32905 appendix A.
SM3_VECTORS = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.fixture(scope="module")
def private() -> Sm2PrivateKey:
    return Sm2PrivateKey(bytes.fromhex(D))


@pytest.fixture(scope="module")
def public() -> Sm2PublicKey:
    return Sm2PublicKey(bytes.fromhex(X + Y))


@pytest.mark.parametrize("message", SM3_VECTORS)
def test_sm3_of_the_standard(message: bytes) -> None:
    assert sm3(message).hex() == SM3_VECTORS[message]
    other = hashes.Hash(hashes.SM3())
    other.update(message)
    assert other.finalize() == sm3(message)


def test_the_signature_of_the_standard_holds(public: Sm2PublicKey) -> None:
    assert public.verify(bytes.fromhex(R + S), MESSAGE)
    assert not public.verify(bytes.fromhex(R + S), MESSAGE + b"x")
    assert not public.verify(bytes.fromhex(R + S), MESSAGE, b"ALICE123@YAHOO.COM")
    assert not public.verify(bytes.fromhex(S + R), MESSAGE)


def test_the_other_package_makes_that_very_signature() -> None:
    other = other_sm2.CryptSM2(private_key=D, public_key=X + Y)
    assert other.sign_with_sm3(MESSAGE, K.lower()).upper() == R + S


def test_the_public_key_follows_from_the_secret(private: Sm2PrivateKey) -> None:
    assert private.public.hex().upper() == X + Y


def test_what_we_sign_two_others_accept(private: Sm2PrivateKey, public: Sm2PublicKey) -> None:
    for _ in range(8):
        message = secrets.token_bytes(40)
        ours = private.sign(message)
        assert public.verify(ours, message)
        assert other_sm2.CryptSM2(private_key="", public_key=X + Y).verify_with_sm3(
            ours.hex(), message
        )
        judge = gmalg.SM2(bytes.fromhex(D), DEFAULT_ID, bytes.fromhex("04" + X + Y))
        assert judge.verify(message, ours[:32], ours[32:])


def test_what_another_signs_we_accept(public: Sm2PublicKey) -> None:
    signer = gmalg.SM2(bytes.fromhex(D), DEFAULT_ID, bytes.fromhex("04" + X + Y))
    for _ in range(4):
        message = secrets.token_bytes(100)
        r, s = signer.sign(message)
        assert public.verify(r + s, message)


def test_another_key_does_not_verify(private: Sm2PrivateKey) -> None:
    stranger = Sm2PrivateKey(new_secret())
    assert not Sm2PublicKey(stranger.public).verify(private.sign(MESSAGE), MESSAGE)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=70))
def test_no_bytes_pass_for_a_signature(message: bytes, signature: bytes) -> None:
    assert not Sm2PublicKey(bytes.fromhex(X + Y)).verify(signature, message)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=70))
def test_no_bytes_pass_for_a_point(point: bytes) -> None:
    with pytest.raises(WrongSm2Key):
        Sm2PublicKey(point)


@pytest.mark.parametrize("secret", [b"", bytes(32), (ORDER - 1).to_bytes(32, "big"), b"\xff" * 32])
def test_numbers_that_are_no_secret(secret: bytes) -> None:
    with pytest.raises(WrongSm2Key):
        Sm2PrivateKey(secret)


def test_a_machine_without_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str, content: bytes = b"") -> None:
        raise ValueError(name)

    monkeypatch.setattr(hashlib, "new", without)
    with pytest.raises(Sm2Missing):
        sm3(b"x")
