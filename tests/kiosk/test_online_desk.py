"""What one person asked the gateway is never answered to the next."""

import threading
from typing import cast

from kiosk.flow.equipment import Event, Ticket
from kiosk.flow.online import HandedOver
from kiosk.online_desk import OnlineThread
from sync.http_online import HttpOnline
from tests.counterparts.waiting import wait_until


class SlowLine:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.may = threading.Event()

    def hand_over(self, _handover_id: str, _content: bytes) -> None:
        """Takes its time."""
        self.may.wait(10)


def test_an_answer_that_comes_after_the_visit_has_no_valid_ticket() -> None:
    line, heard = SlowLine(), list[tuple[Event, Ticket | None]]()
    thread = OnlineThread(
        lambda: cast(HttpOnline, line), lambda event, ticket=None: heard.append((event, ticket))
    )
    thread.start()
    thread.hand_over("item", {"a": "first"})
    thread.visit_over()
    thread.hand_over("item", {"a": "second"})
    line.may.set()
    wait_until(lambda: len(heard) == 2, seconds=10)
    thread.stop()
    assert all(isinstance(event, HandedOver) for event, _ in heard)
    assert [ticket.valid for _, ticket in heard if ticket is not None] == [False, True]
