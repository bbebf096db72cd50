"""What a new terminal and the gateway say to each other once: enrolment 终端登记. No I/O.

POST /v1/enrolments. The terminal makes its own key and its own token; neither leaves it. A code
that a person brought proves that it belongs there; the gateway answers with a certificate for one
site and with the keys by which its answers are known.
"""

import secrets
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sync import wire

# Crockford's base 32: no letter that is taken for a digit (crockford.com/base32.html, recalled).
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE: Final = str.maketrans("OIL", "011")
CODE_LENGTH: Final = 12  # 60 bits, for three days and so many tries a minute
REQUEST_LIMIT: Final = 16 * 1024  # bytes of a body


class Enrolment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`request`: PEM of a certificate request (RFC 2986). `token_hash`: SHA-256 of its token."""

    code: Annotated[str, Meta(max_length=40)]
    request: Annotated[str, Meta(max_length=8000)]
    token_hash: Annotated[bytes, Meta(min_length=32, max_length=32)]
    site_code: Annotated[str, Meta(max_length=12)]  # where it believes to stand
    version: int = wire.VERSION

    def __repr__(self) -> str:
        return "Enrolment()"  # the code is a secret until it was used


class Enrolled(msgspec.Struct, frozen=True):
    """The terminal's name and site; `certificate` for its key, `authority` that signed it: PEM.

    `public_key`: Ed25519, by which answers are known. `sealing_key`: X25519.
    """

    terminal_id: str
    site_code: str
    certificate: str
    authority: str
    public_key: bytes
    sealing_key: bytes
    version: int = wire.VERSION


class Renewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for the next certificate, of a terminal that is known."""

    request: Annotated[str, Meta(max_length=8000)]
    version: int = wire.VERSION


class Renewed(msgspec.Struct, frozen=True):
    """The next certificate; the one before holds until its own end."""

    certificate: str
    authority: str
    version: int = wire.VERSION


def new_code() -> str:
    """Twelve characters in three groups, as a person copies them from paper."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def code_as_meant(typed: str) -> str:
    """What was typed, without groups and case, O for 0 and I or L for 1; "" when it is no code."""
    meant = "".join(typed.split()).replace("-", "").upper().translate(_ALIKE)
    return meant if len(meant) == CODE_LENGTH and set(meant) <= set(ALPHABET) else ""
