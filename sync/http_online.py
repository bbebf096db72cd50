"""Asks the gateway for what only works while it is there: paying, and handing over."""

from http import HTTPStatus
from urllib.parse import quote

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import GatewayUnreachable
from sync.http_answer import check_type, expect, read
from sync.http_gateway import HttpGateway
from sync.line import Body
from sync.online import PaymentOrder


class HttpOnline:
    """One thread. All of it raises GatewayUnreachable."""

    def __init__(self, gateway: HttpGateway) -> None:
        """`gateway`: of its own, so that nobody waits for what sync sends."""
        self._transport = gateway.transport

    def payment(self, case_id: str) -> PaymentOrder | None:
        """What is to be paid for the case; None: nothing."""
        answer = self._transport.ask("GET", f"/v1/cases/{quote(case_id, safe='')}/payment")
        expect(answer, HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return read(answer, PaymentOrder, wire.JSON)

    def hand_over(self, handover_id: str, sealed: bytes) -> None:
        """Keep a form for whoever shows its code."""
        answer = self._transport.ask(
            "PUT",
            f"/v1/handovers/{handover_id}",
            body=Body(sealed),
            headers={"Content-Type": wire.BYTES},
        )
        expect(answer, HTTPStatus.NO_CONTENT)

    def take_over(self, handover_id: str) -> bytes | None:
        """A form that was begun elsewhere; None when there is none any more."""
        answer = self._transport.ask("GET", f"/v1/handovers/{handover_id}/form")
        expect(answer, HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        check_type(answer, wire.BYTES)
        if not answer.content:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "an empty form")
        return answer.content
