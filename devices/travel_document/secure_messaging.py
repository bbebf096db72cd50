"""Commands to a chip under the keys of one session: enciphered, counted and checked.

Source: ICAO Doc 9303-11 section 9.8 (recalled), checked against its appendix D.4.
"""

from hmac import compare_digest
from typing import Final

from devices.device import DeviceError
from devices.smart_card.commands import CardAnswer, Transmit, exchange
from devices.smart_card.tlv import field, fields_of
from devices.travel_document.triple_des import (
    BLOCK,
    deciphered,
    enciphered,
    mac_of,
    padded,
    unpadded,
)
from kiosk.domain.fault import Fault

PROTECTED: Final = 0x0C  # class byte: secure messaging, header in the checksum
TAG_ENCIPHERED, TAG_LENGTH, TAG_STATUS, TAG_MAC = 0x87, 0x97, 0x99, 0x8E
ISO_PADDING: Final = b"\x01"
MAC_FIELD: Final = bytes([TAG_MAC, BLOCK])
MAC_FIELD_SIZE: Final = len(MAC_FIELD) + BLOCK
COUNTER_LIMIT: Final = 1 << 8 * BLOCK
HEADER_SIZE: Final = 4


class SecureChannel:
    """One session with one chip; after an error it is of no more use. Used by one thread.

    `counter`: the send sequence counter as agreed; goes up by one with every message.
    """

    def __init__(
        self, transmit: Transmit, content_key: bytes, mac_key: bytes, counter: int
    ) -> None:
        self._transmit = transmit
        self._content_key = content_key
        self._mac_key = mac_key
        self._counter = counter

    def exchange(
        self, header: bytes, content: bytes = b"", *, expected: int | None = None
    ) -> CardAnswer:
        """One command: `header` of four bytes, up to about 200 bytes of content.

        `expected`: how many bytes the answer shall have at most (1 to 256); None: no content.
        Raises DeviceError with CARD_UNREADABLE when the answer was not made by this session's chip
        or was changed on its way, and what `transmit` raises.
        """
        header = bytes([header[0] | PROTECTED]) + header[1:HEADER_SIZE]
        body = b""
        if content:
            body += field(
                TAG_ENCIPHERED, ISO_PADDING + enciphered(self._content_key, padded(content))
            )
        if expected is not None:
            body += field(TAG_LENGTH, bytes([expected % 256]))
        body += field(TAG_MAC, self._mac(padded(header) + body))
        answer = exchange(self._transmit, header + bytes([len(body)]) + body + b"\0")
        return self._opened(answer)

    def _opened(self, answer: CardAnswer) -> CardAnswer:
        covered, mac = answer.content[:-MAC_FIELD_SIZE], answer.content[-MAC_FIELD_SIZE:]
        right = MAC_FIELD + self._mac(covered)
        if not compare_digest(right, mac):
            raise DeviceError(Fault.CARD_UNREADABLE, f"no checksum: status {answer.status:04X}")
        fields = fields_of(covered)
        # The status outside is not covered by the checksum; only the one inside counts.
        status = int.from_bytes(fields.get(TAG_STATUS, b""))
        hidden = fields.get(TAG_ENCIPHERED, b"")
        if not hidden:
            return CardAnswer(status)
        try:
            return CardAnswer(status, unpadded(deciphered(self._content_key, hidden[1:])))
        except ValueError as error:
            raise DeviceError(Fault.CARD_UNREADABLE, "content that is none") from error

    def _mac(self, message: bytes) -> bytes:
        self._counter = (self._counter + 1) % COUNTER_LIMIT
        return mac_of(self._mac_key, self._counter.to_bytes(BLOCK) + message)
