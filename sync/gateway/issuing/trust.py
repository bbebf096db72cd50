"""Tells terminals whose seals count and what counts no longer.

A part of the configuration, so that it comes down signed and with everything else.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from kiosk.domain.configuration import Configuration, parse_configuration

_FIELDS: Final = ("roots", "sm2_keys", "revoked")


def with_trust(
    file: bytes,
    *,
    now: datetime,
    roots: Sequence[bytes] = (),
    sm2_keys: Sequence[bytes] = (),
    revoked: Sequence[str] = (),
) -> bytes:
    """The configuration with these added, under a new version; all else as it was.

    `file`: b"" where there was none. Raises ConfigurationError when what comes out is of no use.
    """
    fields: dict[str, Any] = msgspec.json.decode(file) if file else {}
    before = parse_configuration(file) if file else Configuration()
    added = {"roots": roots, "sm2_keys": sm2_keys, "revoked": revoked}
    for name in _FIELDS:
        known = dict.fromkeys(getattr(before, name)) | dict.fromkeys(added[name])
        if known:
            fields[name] = list(known) if name != "revoked" else sorted(known)
    fields["version"] = now.astimezone(UTC).isoformat(timespec="seconds")
    made = msgspec.json.encode(fields)
    parse_configuration(made)
    return made
