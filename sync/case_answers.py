"""What the gateway's reply to a case's text means; a receipt counts only with its signature."""

from http import HTTPStatus

from kiosk.domain.fault import Fault
from sync import batch, wire
from sync.api import (
    Acknowledged,
    GatewayUnreachable,
    NotNow,
    PagesWanted,
    Refused,
    SubmitAnswer,
)
from sync.gateway_key import GatewayKey, NotOurGateway
from sync.http_answer import Answer, check_type, expect
from sync.packing import DictionaryUnknown


class CaseAnswers:
    """Reads replies for one terminal of one gateway. Any thread."""

    def __init__(self, key: GatewayKey, *, terminal_id: str) -> None:
        self._key = key
        self._terminal_id = terminal_id

    def of(self, reply: batch.Reply, text: wire.CaseText) -> SubmitAnswer:
        """The answer for the case with this text. Raises GatewayUnreachable for a false receipt."""
        match reply:
            case wire.Wanted():
                return PagesWanted(tuple((page.sha256, page.offset) for page in reply.pages))
            case wire.Received():
                return self._acknowledged(text, reply.acknowledgement)
            case batch.Brief():
                return self._acknowledged(text, batch.in_full(reply, text, self._terminal_id))
            case batch.NotTaken(reasons):
                return Refused(reasons or ("case: 未说明原因",))
            case batch.Later():
                return NotNow()

    def _acknowledged(self, text: wire.CaseText, signed: bytes) -> Acknowledged:
        try:
            word = self._key.acknowledgement_of(text, signed)
        except NotOurGateway as error:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, str(error)) from None
        return Acknowledged(word.official_number, signed)


def case_replies(answer: Answer, *, count: int) -> tuple[batch.Reply, ...]:
    """The replies to so many texts. Raises GatewayUnreachable when they are not that."""
    expect(answer, HTTPStatus.OK)
    check_type(answer, batch.BATCH)
    try:
        replies = batch.replies_in(answer.content)
    except (wire.Unreadable, DictionaryUnknown) as error:
        raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, str(error)) from None
    if len(replies) != count:
        raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "not an answer for each case")
    return replies
