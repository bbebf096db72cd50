"""Counts what the gateway does, for Prometheus. The only file that imports prometheus_client.

Each gateway has a registry of its own. No label holds anything of a case, a person or a terminal.
Counting one request takes about 5 microseconds.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from sync import wire
from sync.gateway.database import DatabaseTrouble
from sync.gateway.group_commit import MOST_TOGETHER
from sync.gateway.rationing import Rationing
from sync.gateway.reception import Answer
from sync.gateway.registrar import Conflict, NotNow, NotTaken, Unknown
from sync.gateway.standing import LATELY, Standing

REQUEST_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 120)
COMMIT_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2, 10)
WISHES: Final = (1, 2, 4, 8, 16, 32, MOST_TOGETHER)
_ANSWERS: Final[dict[type, str]] = {
    wire.Received: "received",
    wire.Wanted: "pages_wanted",
    NotTaken: "refused",
    Conflict: "conflict",
    NotNow: "later",
    Unknown: "unknown",
}


class Metrics:
    """Any thread. Every process counts for itself."""

    def __init__(self, standing: Callable[[], Standing]) -> None:
        """`standing` is asked whenever somebody reads; it may raise DatabaseTrouble, OSError."""
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "doorstep_requests", "Requests.", ["operation", "status"], registry=registry
        )
        self._seconds = Histogram(
            "doorstep_request_seconds",
            "From the header to the end of the answer.",
            ["operation"],
            buckets=REQUEST_SECONDS,
            registry=registry,
        )
        self._counters: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._under_way = Gauge(
            "doorstep_requests_under_way", "Requests that are being answered.", registry=registry
        )
        answers = Counter(
            "doorstep_case_answers",
            "Answers about cases; one that is asked about again counts again.",
            ["answer"],
            registry=registry,
        )
        self._answers = {kind: answers.labels(name) for kind, name in _ANSWERS.items()}
        self._kept = Counter(
            "doorstep_kept_bytes", "Bytes of pages and documents kept.", registry=registry
        )
        self._wishes = Histogram(
            "doorstep_commit_wishes",
            "How many waited for the same commit.",
            buckets=WISHES,
            registry=registry,
        )
        self._commit_seconds = Histogram(
            "doorstep_commit_seconds",
            "From the beginning of a transaction until it is on the disk.",
            buckets=COMMIT_SECONDS,
            registry=registry,
        )
        self._sending = Gauge(
            "doorstep_terminals_sending", "Terminals that have a place.", registry=registry
        )
        self._told_later = Gauge(
            "doorstep_terminals_told_later",
            "Terminals that were told when they will have a place.",
            registry=registry,
        )
        registry.register(_Standing(standing))

    def watch_mover(self, left: Callable[[], int], notes: Callable[[], tuple[str, ...]]) -> None:
        """Whom to ask how many packs are still to be moved, and what is wrong with their place."""
        registry = self._registry
        Gauge(
            "doorstep_packs_to_move", "Packs on a gateway's disk only.", registry=registry
        ).set_function(left)
        Gauge(
            "doorstep_objects_away", "1: the place for packs has trouble.", registry=registry
        ).set_function(lambda: len(notes()))

    def watch(self, under_way: Callable[[], int], rationing: Rationing) -> None:
        """Whom to ask how many requests are being answered, and of how many terminals."""
        self._under_way.set_function(under_way)
        self._sending.set_function(lambda: rationing.inside)
        self._told_later.set_function(lambda: rationing.waiting)

    def request_over(self, operation: str, status: int, seconds: float) -> None:
        """A request was answered. `status` 0: its line broke before."""
        counters = self._counters.get((operation, status))
        if counters is None:  # finding them by their labels costs more than counting
            count = self._requests.labels(operation, str(status) if status else "broken")
            counters = self._counters[operation, status] = count, self._seconds.labels(operation)
        counters[0].inc()
        counters[1].observe(seconds)

    def commit_over(self, wishes: int, seconds: float) -> None:
        """So many wishes are on the disk."""
        self._wishes.observe(wishes)
        self._commit_seconds.observe(seconds)

    def answered(self, answers: Sequence[Answer]) -> None:
        """So it was said of cases."""
        for answer in answers:
            self._answers[type(answer)].inc()

    def kept(self, size: int) -> None:
        """So many bytes of contents are on the disk."""
        self._kept.inc(size)

    def text(self, accept: str) -> tuple[bytes, str]:
        """All figures and their media type, as `accept` (RFC 9110, recalled) asks. Never raises."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type


class _Standing(Collector):
    """Figures that are looked up whenever somebody reads."""

    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._standing = standing

    def describe(self) -> list[Metric]:
        """Nothing, so that nothing is looked up before somebody reads."""
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            found = self._standing()
        except (DatabaseTrouble, OSError):
            yield _gauge("doorstep_standing_known", "0: database or disk do not answer.", 0)
            return
        yield _gauge("doorstep_standing_known", "1: the figures below are of this moment.", 1)
        yield CounterMetricFamily(
            "doorstep_cases_received", "Cases that ever got a number, each once.", found.received
        )
        waiting = GaugeMetricFamily(
            "doorstep_cases_waiting",
            "Cases by state; queued: pages are still to come, the others wait for the office.",
            labels=["state"],
        )
        for state, count in found.waiting.items():
            waiting.add_metric([state.value], count)
        yield waiting
        yield _gauge(
            "doorstep_case_conflicts",
            "Other texts kept under the id of a case; each needs a person.",
            found.conflicts,
        )
        yield _gauge("doorstep_terminals", "Terminals that may speak.", found.enrolled)
        yield _gauge(
            "doorstep_terminals_heard_lately",
            f"Of these, heard of in the last {LATELY.seconds // 60} minutes.",
            found.heard_lately,
        )
        yield _gauge(
            "doorstep_terminals_unsent_cases",
            "Cases that terminals still hold, by their last word.",
            found.unsent,
        )
        yield _gauge(
            "doorstep_terminals_set_aside_cases",
            "Cases that terminals set aside; each needs a person.",
            found.set_aside,
        )
        yield _gauge(
            "doorstep_terminals_with_set_aside_cases",
            "Terminals that have any.",
            found.terminals_with_set_aside,
        )
        yield _gauge("doorstep_disk_free_bytes", "Room for contents.", found.free_bytes)
        yield _gauge("doorstep_disk_size_bytes", "All of that disk.", found.size_bytes)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value)
