"""The endpoint through which the texts of cases come in, many in one request."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sync import batch, wire
from sync.gateway import to_thread
from sync.gateway.http_words import body_of, problem
from sync.gateway.reception import Answer, LookedOver, Reception
from sync.gateway.replies import reply_to
from sync.gateway.settled import settled
from sync.packing import KNOWN, NONE, QUICK, DictionaryUnknown, packed, told_size

# Bytes of texts up to which a thread of its own costs more (0.2 ms) than looking them over (0.1 ms
# a case): two or three cases. What is in a frame counts: 135 bytes may hold 4 MB and take 70 ms.
AT_ONCE: Final = 4 * 1024


class TextDoor:
    """Belongs to the event loop. The database's thread keeps what all who come together bring."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def many(self, request: Request, terminal_id: str) -> Response:
        """POST /v1/cases: each text with an answer of its own."""
        frame = await body_of(request, limit=batch.PACKED_LIMIT)
        claimed = request.headers.get(wire.FINGERPRINT_HEADER, "")
        told = told_size(frame)
        is_small = told is not None and max(told, len(frame)) <= AT_ONCE
        if is_small:
            read = self._read(terminal_id, frame, claimed)
        else:
            read = await to_thread.run_sync(self._read, terminal_id, frame, claimed)
        if isinstance(read, Response):
            return read
        standings = await settled(self._reception.keep(read))
        if is_small and self._reception.is_quick(terminal_id, standings):
            return self._told(terminal_id, self._reception.answers(read, standings))

        def answered() -> Response:
            return self._told(terminal_id, self._reception.answers(read, standings))

        return await to_thread.run_sync(answered)

    def _read(self, terminal_id: str, frame: bytes, claimed: str) -> LookedOver | Response:
        try:
            content, texts = batch.cases_in(frame)
        except DictionaryUnknown:
            response = problem(415, "dictionary-unknown", "send it with another dictionary")
            response.headers[batch.DICTIONARIES_HEADER] = ",".join(map(str, KNOWN))
            return response
        except wire.Unreadable as error:
            return problem(400, "cases-unreadable", "not cases", reasons=(f"cases: {error}",))
        if claimed != wire.hash_of(content):
            return problem(400, "text-damaged", "the texts changed on their way")
        return self._reception.look_over(terminal_id, texts)

    @staticmethod
    def _told(terminal_id: str, answers: list[Answer]) -> Response:
        replies = (reply_to(answer, terminal_id) for answer in answers)
        told = batch.Replies(tuple(reply for reply in replies if reply is not None))
        return Response(
            packed(wire.canonical(told), dictionary=NONE, level=QUICK), media_type=batch.BATCH
        )
