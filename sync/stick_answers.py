"""Brings the answers on a stick into the terminal: believed only when our gateway signed them."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.objection import SEPARATOR
from offline_store.api import Store
from sync import wire
from sync.gateway_key import STICK_ANSWER, GatewayKey, NotOurGateway
from sync.stick_folder import StickFolder
from sync.stick_format import NotAdmitted, NotTaken, StickAnswer, Taken


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Case ids by what the stick brought for them."""

    acknowledged: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    to_write_again: tuple[str, ...] = ()  # the token did not hold
    others: tuple[str, ...] = ()  # of other terminals; left for them
    not_believed: tuple[str, ...] = ()  # not signed by our gateway, or about something else


class StickAnswers:
    """Belongs to the thread of its store."""

    def __init__(
        self, store: Store, stick: StickFolder, *, gateway_key: GatewayKey, terminal_id: str
    ) -> None:
        self._store = store
        self._stick = stick
        self._key = gateway_key
        self._terminal_id = terminal_id

    def take_in(self, now: datetime) -> AnswersReport:
        """Every answer on the stick; the bundle is taken away once its answer is in the store.

        Repeated calls change nothing, nor does it matter when the case has meanwhile gone over
        the wire. Raises StoreError, OSError when the stick will not.
        """
        found: dict[str, list[str]] = {}
        for case_id in self._stick.answers():
            found.setdefault(self._one(case_id, now), []).append(case_id)
        return AnswersReport(**{kind: tuple(ids) for kind, ids in found.items()})

    def _one(self, case_id: str, now: datetime) -> str:
        """The field of AnswersReport it belongs to."""
        try:
            answer = self._read(case_id)
            if answer.terminal_id != self._terminal_id:
                return "others"
            match answer.outcome:
                case Taken(acknowledgement):
                    kind = self._acknowledged(CaseId(case_id), acknowledgement, now)
                case NotTaken(reasons):
                    kind = self._refused(CaseId(case_id), reasons, now)
                case NotAdmitted():
                    kind = "to_write_again"
        except (OSError, wire.Unreadable, NotOurGateway):
            return "not_believed"
        self._stick.remove(case_id)
        return kind

    def _read(self, case_id: str) -> StickAnswer:
        body = self._key.body_of(STICK_ANSWER, self._stick.answer(case_id))
        answer = wire.decoded(body, StickAnswer)
        if answer.case_id != case_id:
            raise NotOurGateway("under another name")
        return answer

    def _acknowledged(self, case_id: CaseId, acknowledgement: bytes, now: datetime) -> str:
        try:
            text = wire.text_of(self._store.case(case_id))
        except KeyError:
            return "acknowledged"  # ended and deleted here long ago
        word = self._key.acknowledgement_of(text, acknowledgement)
        self._store.acknowledged(
            case_id,
            acknowledgement=acknowledgement,
            official_number=word.official_number,
            now=now,
        )
        return "acknowledged"

    def _refused(self, case_id: CaseId, reasons: tuple[str, ...], now: datetime) -> str:
        try:
            case = self._store.case(case_id)
        except KeyError:
            return "set_aside"
        if case.state is CaseState.QUEUED:
            self._store.set_aside(case_id, SEPARATOR.join(reasons), now=now)
        return "set_aside"
