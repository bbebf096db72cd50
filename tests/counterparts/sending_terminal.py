"""A terminal that only sends what waits in its store. A program of its own, for a village line.

The real store, HttpGateway and SyncThread with its own waits; only the clock may run faster.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from offline_store.api import Store
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from sync.api import Acknowledged, PagesWanted, SubmitAnswer
from sync.http_gateway import HttpGateway
from sync.http_transport import ANSWER_TIMEOUT, BLOCK_TIMEOUT
from sync.pace import Pace
from sync.puller import Puller
from sync.sync_thread import SyncThread

LAST_ROUND: Final = 20.0  # seconds after the last receipt for what the round still has to ask
LOOK_EVERY: Final = 0.1


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """Whose cases, to whom. Comes as JSON on the command line."""

    store: str
    url: str
    terminal_id: str
    token_file: str
    public_key: str  # hex
    faster: float = 1.0  # clock and patience run so many times as fast as they should
    only_pull: bool = False  # as on the first day: what the office has comes down, nothing goes up

    def command(self) -> list[str]:
        """What starts this terminal."""
        program = [sys.executable, "-m", "tests.counterparts.sending_terminal"]
        return [*program, msgspec.json.encode(self).decode()]

    def open_store(self) -> Store:
        """The terminal's store, for one thread."""
        return open_store(Path(self.store), FileKey(Path(self.store) / "store.key"))


class _Telling:
    """Says one JSON line for everything that happens, with the moment in time.monotonic()."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: set[str] = set()
        self.settled = threading.Event()
        self.round_ended = threading.Event()

    def say(self, event: str, **more: Any) -> None:
        with self._lock:
            print(json.dumps({event: time.monotonic(), **more}), flush=True)  # noqa: T201

    def text_is_there(self, case: Case, answer: SubmitAnswer) -> None:
        if isinstance(answer, PagesWanted | Acknowledged) and case.case_id not in self._texts:
            self._texts.add(case.case_id)
            self.say("text", count=len(self._texts))

    def cases_changed(self, case_ids: Sequence[str]) -> None:
        self.say("settled", count=len(case_ids))
        self.settled.set()

    def network_changed(self, fault: Fault | None) -> None:
        self.say("network", fault=fault.name if fault else "")
        if fault is None:
            self.round_ended.set()

    def catalog_changed(self, version: str) -> None:
        self.say("catalog")


class _HeardGateway(HttpGateway):
    """Notes which texts the gateway has confirmed."""

    telling: _Telling

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        answers = super().submit_all(cases)
        for case, answer in zip(cases, answers, strict=True):
            self.telling.text_is_there(case, answer)
        return answers


def main() -> int:
    """Ends when nothing waits any more and the round that sent it has ended."""
    asked = msgspec.json.decode(sys.argv[1], type=Sending)
    telling = _Telling()
    gateway = _HeardGateway(
        asked.url,
        terminal_id=asked.terminal_id,
        token=Path(asked.token_file).read_text("ascii").strip(),
        gateway_key=bytes.fromhex(asked.public_key),
        block_timeout=BLOCK_TIMEOUT / asked.faster,
        answer_timeout=ANSWER_TIMEOUT / asked.faster,
    )
    gateway._transport.pace = Pace(faster=asked.faster)
    gateway.telling = telling
    if asked.only_pull:
        store = asked.open_store()
        while Puller(store, gateway, listener=telling).pull(datetime.now(UTC)).more:
            pass
        store.close()
        return 0
    begun = time.monotonic()
    date = datetime.now(UTC)
    sync = SyncThread(
        asked.open_store,
        gateway,
        listener=telling,
        now=lambda: date + timedelta(seconds=(time.monotonic() - begun) * asked.faster),
        faster=asked.faster,
        interrupt=gateway.interrupt,
    )
    store = asked.open_store()
    sync.start()
    while store.waiting():
        telling.settled.wait(LOOK_EVERY)
        telling.settled.clear()
    telling.say("done")
    telling.round_ended.wait(LAST_ROUND)
    sync.stop()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
