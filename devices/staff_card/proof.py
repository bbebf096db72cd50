"""Tells whether a challenge was signed by the card with that key: ECDSA on P-256 with SHA-256."""

import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from devices.staff_card.api import Proof

CHALLENGE_SIZE = 32  # bytes: as many as the hash that the card signs


def new_challenge() -> bytes:
    """Never asked before, and nobody can guess it."""
    return secrets.token_bytes(CHALLENGE_SIZE)


def is_proven(key: bytes, challenge: bytes, proof: Proof) -> bool:
    """Whether the card with that key (65 bytes, uncompressed point) made this proof. Never raises.

    Standard FIPS 186-5 (recalled), by `cryptography`.
    """
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        public.verify(proof.signature, challenge, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
