"""A resident ID card as a PC/SC reader offers it: in blocks. Written from cards.md section 1.8."""

from dataclasses import dataclass

OK = b"\x90\x00"


@dataclass(slots=True)
class VirtualBlockCard:
    """Answers the reader's pseudo commands; `block` is the 256-byte text, `photo` 1024 bytes."""

    block: bytes
    photo: bytes = bytes(1024)
    answered: int = 0

    @property
    def atr(self) -> bytes:
        """Fifteen bytes that end in 9000."""
        return bytes.fromhex("3B6B0000") + bytes(9) + OK

    def power_cycle(self) -> None:
        """Nothing to forget."""

    def answer(self, command: bytes) -> bytes:
        """The answer to one command APDU, with its status word."""
        self.answered += 1
        if command[:2] != b"\xff\xb0":
            return b"\x6d\x00"
        number = command[2]
        if number == 0:
            return bytes(4) + self.block + OK
        if number > 5:
            return b"\x6a\x86"
        whole = bytes(4) + self.photo
        return whole[(number - 1) * 256 : number * 256] + OK
