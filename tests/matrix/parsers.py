"""Gives every parser of foreign bytes thousands of answers made by hypothesis.

Each may raise only DeviceError, with a fault of its contract, or return a value that says what is
unsure; none may hold its thread. What is counted is what was really tried: hypothesis ends early
when there is nothing new to try.
"""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.matrix import parser_answers, parser_trials
from tests.matrix.tally import Tally, other

ALL: Final = 10_000
HELD: Final = 2.0  # seconds of this process's own time for one answer, however busy the machine is
MOST_TOLD: Final = 3  # of each parser: hypothesis shows its smallest one again and again


@dataclass(frozen=True, slots=True)
class Parser:
    """`tried` gets one answer; it raises when the parser did what it must not do."""

    answers: st.SearchStrategy[Any]
    tried: Callable[[Any], None]


PARSERS: Final = {
    "SAM frames": Parser(parser_answers.sam_streams(), parser_trials.sam_frames),
    "SAM text blocks": Parser(parser_answers.sam_blocks(), parser_trials.sam_text),
    "SAM frames, cleaned": Parser(parser_answers.sam_streams(), parser_trials.sam_cleaned),
    "ID card in blocks": Parser(
        parser_answers.apdu_answers(parser_answers.BLOCKS), parser_trials.block_card
    ),
    "card traces": Parser(parser_answers.traces(), parser_trials.card_trace),
    "pictures of photos": Parser(parser_answers.pictures(), parser_trials.photo),
    "TLV": Parser(parser_answers.tlv_contents(), parser_trials.tlv),
    "APDU answers, social card": Parser(
        parser_answers.apdu_answers(parser_answers.SOCIAL), parser_trials.social_card
    ),
    "APDU answers, staff card": Parser(
        parser_answers.apdu_answers(parser_answers.STAFF), parser_trials.staff_card
    ),
    "APDU answers, travel document": Parser(
        parser_answers.travel_answers(), parser_trials.travel_document
    ),
    "MRZ": Parser(parser_answers.zones(), parser_trials.mrz),
    "ESC/POS status": Parser(parser_answers.printer_words(), parser_trials.receipt_printer),
    "IPP states of the printer": Parser(parser_answers.ipp_answers(), parser_trials.ipp_witness),
    "IPP states of CUPS": Parser(parser_answers.cups_answers(), parser_trials.page_printer),
}


class Held(BaseException):
    """A parser took its thread's time without an end; no `except Exception` may catch it."""


def sweep(points: int) -> Tally:
    """So many answers for each parser; 0: ten thousand. Two or more parsers at a time."""
    tally = Tally("parsers: only DeviceError or a flagged value, and none hangs")
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as processes:
        running = [processes.submit(_one, name, points or ALL) for name in PARSERS]
        for done in running:
            part, seconds = done.result()
            tally.tried |= part.tried
            tally.hit |= part.hit
            tally.broken += part.broken
            [(kind, tried)] = part.tried.items()
            tally.notes.append(f"{kind[0]}: {tried} answers in {seconds:.0f} s of processor time")
    return tally


def _one(name: str, points: int) -> tuple[Tally, float]:
    began = time.process_time()
    return found(name, PARSERS[name], points), time.process_time() - began


def found(name: str, parser: Parser, points: int) -> Tally:
    """What so many answers find out about one parser, in this process."""
    tally = Tally(name)
    _try(tally, (name,), parser, points)
    return tally


def _try(tally: Tally, kind: tuple[str, ...], parser: Parser, points: int) -> None:
    told = 0

    @settings(
        max_examples=points,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(parser.answers)
    def every(answer: Any) -> None:
        nonlocal told
        problems = []
        try:
            with _limited():
                parser.tried(answer)
        except Held:
            problems = [other(f"held by {answer!r}")]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            problems = [other(f"{type(error).__name__}: {error} by {answer!r}"[:400])]
        told += len(problems)
        tally.count(kind, problems if told <= MOST_TOLD else problems[:0])

    every()


@contextmanager
def _limited() -> Iterator[None]:
    """Raises Held inside after HELD seconds of processor time. Main thread only."""

    def end(*_: object) -> None:
        raise Held

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, HELD)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
