"""更多服务: from the tiles to notices, questions, letters, paying, and the telephone."""

from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.domain.service_item import Letter, ServiceItem
from kiosk.flow.equipment import Event, NetworkChanged
from ui.letter_walk import LetterWalk
from ui.notices_walk import NoticesWalk
from ui.pages.more import AnswersPage, More, more_page, name_page
from ui.pages.search import SearchPage
from ui.phone_walk import PhoneWalk
from ui.progress_walk import ProgressWalk
from ui.walk import Around, Bars, Opening, Walk

LETTERS = {
    More.CONSULTATION: Letter.CONSULTATION,
    More.APPOINTMENT: Letter.APPOINTMENT,
    More.COMPLAINT: Letter.COMPLAINT,
    More.SUGGESTION: Letter.SUGGESTION,
}


class MoreWalk(Walk):
    """A stack of small pages; nothing of a person is in any of them."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._terminal = around.terminal
        self._scale = around.scale
        self._network = around.network
        self._catalog = around.terminal.catalog()
        self._stack: list[QWidget] = []
        self._ask: ServiceItem | None = None  # next: a letter with a question

    def begin(self) -> None:
        """The tiles; a letter that the catalogue lacks has none."""
        offered = [
            one
            for one in More
            if one not in LETTERS or self._catalog.letter(LETTERS[one]) is not None
        ]
        page = more_page(offered, texts=self._terminal.texts, scale=self._scale)
        page.chosen.connect(self._chosen)
        self._push(page)

    def bars(self) -> Bars:
        """Questions may always be put to the office."""
        words = self._terminal.texts.say("question.ask_office") if self._ask else ""
        return Bars(next_words=words, can_go_next=bool(words))

    def next(self) -> None:
        """To the office with it."""
        if self._ask is not None:
            self._open_letter(self._ask, nameless=False)

    def back(self) -> None:
        """One page back; from the tiles home."""
        if len(self._stack) <= 1:
            self.home_wanted.emit("")
            return
        self._stack.pop().deleteLater()
        if len(self._stack) == 1:
            self._ask = None
        self._show(self._stack[-1])

    def happened(self, event: Event) -> None:
        """The network decides what the badges say."""
        if isinstance(event, NetworkChanged):
            self._network = event

    def leave(self) -> None:
        """Let the pages go."""
        pages, self._stack = self._stack, []
        for page in pages:
            page.deleteLater()

    def _chosen(self, key: str) -> None:
        match More(key):
            case More.NOTICES:
                self.opens.emit(partial(NoticesWalk, from_home=True))
            case More.PAYMENT:
                self.opens.emit(ProgressWalk)
            case More.CONSULTATION:
                self._ask = self._catalog.letter(Letter.CONSULTATION)
                self._push(self._questions())
            case More.PHONE:
                self.opens.emit(PhoneWalk)
            case other:
                item = self._catalog.letter(LETTERS[other])
                if item is not None:
                    self._begin_letter(item)

    def _begin_letter(self, item: ServiceItem) -> None:
        if item.letter is None or not item.letter.may_be_nameless:
            self._open_letter(item, nameless=False)
            return
        page = name_page(texts=self._terminal.texts, scale=self._scale)
        page.chosen.connect(lambda key: self._open_letter(item, nameless=key == "nameless"))
        self._push(page)

    def _open_letter(self, item: ServiceItem, *, nameless: bool) -> None:
        self.opens.emit(letter_of(item, nameless=nameless))

    def _questions(self) -> QWidget:
        page = SearchPage(
            lambda typed: self._terminal.search(self._catalog, typed),
            online=self._network.fault is None,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.chosen.connect(self._answer)
        return page

    def _answer(self, item: ServiceItem) -> None:
        self._push(AnswersPage(item, texts=self._terminal.texts, scale=self._scale))

    def _push(self, page: QWidget) -> None:
        self._stack.append(page)
        self._show(page)

    def _show(self, page: QWidget) -> None:
        self.page_shown.emit(page)
        self.bars_changed.emit()


def letter_of(item: ServiceItem, *, nameless: bool) -> Opening:
    """Opens a letter of that kind."""

    def opening(around: Around) -> Walk:
        return LetterWalk(around, item, nameless=nameless)

    return opening
