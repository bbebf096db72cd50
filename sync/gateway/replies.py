"""The reception's answers in the words of the wire."""

from typing import Final

from sync import batch, wire
from sync.gateway.reception import Answer
from sync.gateway.registrar import Conflict, NotNow, NotTaken, Unknown

DIFFERS: Final = ("case: 同一编号下已有内容不同的办件",)


def reply_to(answer: Answer, terminal_id: str) -> batch.Reply | None:
    """None for a case of which no text ever came."""
    match answer:
        case NotTaken(reasons):
            return batch.NotTaken(reasons)
        case Conflict():
            return batch.NotTaken(DIFFERS)
        case NotNow():
            return batch.Later()
        case wire.Received(signed):
            return batch.brief(signed, terminal_id)
        case Unknown():
            return None
        case wire.Wanted():
            return answer
