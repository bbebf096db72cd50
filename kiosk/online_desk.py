"""Asks the gateway on a thread of its own for what people want of it just now."""

from collections.abc import Callable, Mapping
from functools import partial

from kiosk.device_thread import DeviceThread
from kiosk.domain.fault import Fault
from kiosk.domain.payment import PaymentDue
from kiosk.flow.equipment import Announce, Ticket
from kiosk.flow.online import HandedOver, PaymentHeard, TakenOver
from sync import online
from sync.api import GatewayUnreachable
from sync.http_online import HttpOnline


class OnlineThread:
    """Implements kiosk.flow.online.OnlineDesk. `line` is opened at the first question."""

    def __init__(self, line: Callable[[], HttpOnline], announce: Announce) -> None:
        """`line` may raise ValueError, OSError: then nobody is reachable."""
        self._line = line
        self._announce = announce
        self._opened: HttpOnline | None = None
        self._ticket = Ticket()  # of the visit that asks
        self._thread = DeviceThread("online")

    def start(self) -> None:
        """Let it run."""
        self._thread.start()

    def stop(self) -> None:
        """End it; a question that hangs is left behind."""
        self._thread.stop()

    def visit_over(self) -> None:
        """See OnlineDesk."""
        self._ticket.valid = False
        self._ticket = Ticket()

    def look_at_payment(self, case_id: str) -> None:
        """See OnlineDesk."""
        self._thread.ask(partial(self._payment, self._ticket, case_id))

    def hand_over(self, item_code: str, answers: Mapping[str, str]) -> None:
        """See OnlineDesk."""
        self._thread.ask(partial(self._hand_over, self._ticket, item_code, dict(answers)))

    def take_over(self, code: str) -> None:
        """See OnlineDesk."""
        if online.handover_in(code) is not None:
            self._thread.ask(partial(self._take_over, self._ticket, code))

    def _gateway(self) -> HttpOnline:
        if self._opened is None:
            try:
                self._opened = self._line()
            except (ValueError, OSError) as error:
                raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, str(error)) from None
        return self._opened

    def _payment(self, ticket: Ticket, case_id: str) -> None:
        try:
            order = self._gateway().payment(case_id)
        except GatewayUnreachable as error:
            self._announce(PaymentHeard(case_id, None, error.fault), ticket)
            return
        due = None
        if order is not None:
            paid = order.state == "paid"
            due = PaymentDue(order.order_id, order.subject, order.amount, order.code, paid)
        self._announce(PaymentHeard(case_id, due), ticket)

    def _hand_over(self, ticket: Ticket, item_code: str, answers: Mapping[str, str]) -> None:
        form = online.HandedOver(item_code=item_code, answers=dict(answers))
        handover_id, code, content = online.sealed(form)
        try:
            self._gateway().hand_over(handover_id, content)
        except GatewayUnreachable as error:
            self._announce(HandedOver("", error.fault), ticket)
        else:
            self._announce(HandedOver(code), ticket)

    def _take_over(self, ticket: Ticket, code: str) -> None:
        handover_id = online.handover_in(code) or ""
        try:
            content = self._gateway().take_over(handover_id)
            form = None if content is None else online.opened(code, content)
        except GatewayUnreachable as error:
            self._announce(TakenOver(fault=error.fault), ticket)
        except online.NotAHandover:
            self._announce(TakenOver(), ticket)
        else:
            told = TakenOver() if form is None else TakenOver(form.item_code, form.answers)
            self._announce(told, ticket)
