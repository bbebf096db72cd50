"""Vouches for the terminals' keys, so that a slip can be checked with the gateway's key alone."""

from sync import wire
from sync.gateway.news_book import Kind, NewsBook
from sync.gateway.signing import SigningKey
from sync.proof_code import SECRET_SIZE, TERMINAL_KEY, Vouched, vouched_bytes


class Vouching:
    """Any thread."""

    def __init__(self, book: NewsBook, key: SigningKey) -> None:
        self._book = book
        self._key = key

    def key_told(self, terminal_id: str, public: bytes) -> None:
        """That terminal, which was let in, says which key it signs slips with.

        It hears our word for it with the next news, once for each key.
        """
        if len(public) != SECRET_SIZE or self.key_of(terminal_id) == public:
            return
        signature = self._key.signature(TERMINAL_KEY, vouched_bytes(terminal_id, public))
        self._book.tell(terminal_id, Kind.VOUCHED, Vouched(terminal_id, public, signature))

    def key_of(self, terminal_id: str) -> bytes:
        """The key that was vouched for last, b"" when none was."""
        told = self._book.told(terminal_id, [Kind.VOUCHED])
        return wire.decoded(told[-1].entry, Vouched).key if told else b""
