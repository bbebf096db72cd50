"""Closes the answers of an evaluation 好差评 so that the gateway alone can open them.

The same HPKE suite and the same key of the gateway as for bundles on a stick (stick_seal.py), under
a purpose of its own and bound to the id of the evaluation, so that no seal can be moved to another
one. GB/T 39734 (read in part, reference/domain.md 3.5): whoever rates is protected; so neither
staff with the terminal's store nor its line may learn what was said.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk.domain.letters import SEALED
from sync.gateway_key import key_name
from sync.stick_seal import SUITE

PURPOSE: Final = b"doorstep evaluation 1\n"
STEP: Final = 1024  # bytes; the length of what is sealed shall not tell the level
LONGEST: Final = 64 * 1024  # characters of a seal that is looked into; ours have 2,000 to 10,000
_MARK: Final = ":"  # between the name of the key and the seal


class Unopenable(Exception):
    """Sealed to another key, for another evaluation, or changed. Its text never quotes it."""


class EvaluationSeal:
    """For one gateway. Any thread; about 0.1 ms each."""

    def __init__(self, sealing_key: bytes) -> None:
        """`sealing_key`: 32 bytes, public (X25519). Raises ValueError for another size."""
        self._key = X25519PublicKey.from_public_bytes(sealing_key)
        self._name = key_name(sealing_key)

    def __call__(self, case_id: str, answers: Mapping[str, str]) -> Mapping[str, str]:
        """What is kept and sent instead: one answer under SEALED."""
        written = msgspec.json.encode(dict(answers))
        padded = written.ljust(-(-len(written) // STEP) * STEP)  # JSON may end with spaces
        closed = SUITE.encrypt(padded, self._key, _info(case_id))
        return {SEALED: f"{self._name}{_MARK}{base64.b64encode(closed).decode('ascii')}"}


class EvaluationOpener:
    """The gateway's side. Any thread."""

    def __init__(self, sealing_secret: bytes) -> None:
        """32 bytes, private (X25519). Raises ValueError for another size."""
        self._secret = X25519PrivateKey.from_private_bytes(sealing_secret)
        self._name = key_name(self._secret.public_key().public_bytes_raw())

    def __call__(self, case_id: str, answers: Mapping[str, str]) -> Mapping[str, str]:
        """What was said; answers without a seal, as terminals once sent them, stay what they are.

        Raises Unopenable.
        """
        sealed = answers.get(SEALED)
        if sealed is None:
            return answers
        name, _, closed = sealed.partition(_MARK)
        if name != self._name or len(sealed) > LONGEST:
            raise Unopenable("sealed to another key")
        try:
            opened = SUITE.decrypt(
                base64.b64decode(closed, validate=True), self._secret, _info(case_id)
            )
            return msgspec.json.decode(opened, type=dict[str, str])
        except (InvalidTag, binascii.Error, ValueError, msgspec.DecodeError):
            raise Unopenable("the seal is broken") from None


def _info(case_id: str) -> bytes:
    return PURPOSE + case_id.encode()
