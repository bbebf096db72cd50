"""上传情况: the line, what waits, what was set aside, how to send, and the doors to the rest."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLayout

from kiosk.domain.receipt_number import grouped
from kiosk.domain.sending import Sending
from kiosk.flow.aside_cases import AsideCase
from kiosk.flow.upload_flow import UploadStep, UploadView
from ui.aside_words import aside_advice, aside_words
from ui.item_words import case_title
from ui.local_time import day_words
from ui.pages.upload_page import TitledUploadPage, card, notice
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Space
from ui.upload_words import again_sentences, waiting_sentences
from ui.widgets.pieces import (
    TouchCard,
    badge,
    column,
    emptied,
    frame,
    push_button,
    row,
    words,
)


class UploadStatePage(TitledUploadPage):
    """The first page; drawn anew whenever something of it changes."""

    name = "upload"

    def draw(self, view: UploadView) -> None:
        """All of it anew; a desk has two columns."""
        self._trouble.show_fault(view.fault)
        content = self._scroll.inside
        emptied(content)
        blocks = [self._line(view), self._waiting(view)]
        if view.aside or view.again is not None:
            # What staff must do something about comes before what takes care of itself.
            blocks.insert(1 if view.aside else 2, self._aside(view))
        doors, sending = self._doors(view), self._sending(view)
        if self.scale.portrait:
            for block in blocks:
                content.addWidget(block)
            content.addLayout(doors)
            content.addWidget(sending)
            return
        halves = row(self.scale, gap=Space.GAP)
        left, right = column(self.scale), column(self.scale)
        for block in blocks:
            left.addWidget(block)
        left.addStretch(1)
        right.addLayout(doors)
        right.addWidget(sending)
        right.addStretch(1)
        halves.addLayout(left, 1)
        halves.addLayout(right, 1)
        content.addLayout(halves)

    def forget(self) -> None:
        """Nothing stays on the page."""
        emptied(self._scroll.inside)

    def _line(self, view: UploadView) -> QFrame:
        say, fault = self.texts.say, view.network
        if fault is None:
            block, text = notice(self.scale, Picture.CLOUD_OK, "good", say("upload.line_good"))
            if view.sending is Sending.EVERYTHING:
                text.addWidget(words(say("upload.line_good_note")))
            return block
        code = fault.value
        block, text = notice(self.scale, Picture.CLOUD_OFF, "warn", say(f"faults.{code}.what"))
        known = f"upload.line.{code}"
        now = say(known if self.texts.has(known) else f"faults.{code}.now")
        text.addWidget(words(say("upload.line_bad_now", words=now)))
        text.addWidget(words(say(f"faults.{code}.lost"), tone="good", strong=True))
        standing = view.standing
        if standing.days_left and standing.cases_left:
            left = say("upload.left", days=standing.days_left, cases=standing.cases_left)
            text.addWidget(words(left, tone="quiet"))
        text.addWidget(words(say("fault.code", code=code), "note", tone="quiet"))
        return block

    def _waiting(self, view: UploadView) -> QFrame:
        say = self.texts.say
        title = say("upload.waiting", count=view.waiting) if view.waiting else ""
        block, inside = card(self.scale, title or say("upload.waiting_none"))
        for sentence in waiting_sentences(view, self.texts):
            inside.addWidget(words(sentence))
        if not view.waiting or view.sending is Sending.PAUSED:
            return block
        if view.hurried:
            key = "hurried" if view.network is None else "hurried_offline"
            inside.addWidget(words(say(f"upload.{key}"), tone="blue", strong=True))
        else:
            button = push_button(say("upload.send_now"), "strong", self.flow.send_now)
            button.setObjectName("upload_send_now")
            inside.addWidget(button)
        return block

    def _aside(self, view: UploadView) -> QFrame:
        say = self.texts.say
        block = frame("notice", tone="warn" if view.aside else "blue")
        inside = column(self.scale, block, gap=Space.NEAR, edge=Space.GAP)
        if view.aside:
            title = say("aside.title", count=len(view.aside))
            inside.addWidget(words(title, "large", tone="warn", strong=True))
            inside.addWidget(words(say("aside.body")))
        for sentence in again_sentences(view, self.texts):
            inside.addWidget(words(sentence, tone="blue", strong=True))
        if view.aside:
            button = push_button(say("upload.again"), "primary", self.flow.send_again)
            button.setObjectName("upload_again")
            inside.addWidget(button)
        for case in view.aside:
            inside.addWidget(self._aside_case(case))
        return block

    def _aside_case(self, case: AsideCase) -> QFrame:
        say = self.texts.say
        block, inside = card(self.scale)
        inside.setSpacing(self.scale.px(Space.TIGHT))
        title = case_title(case.item_title, case.item, self.texts)
        inside.addWidget(words(title or say("aside.lost_title"), strong=True))
        facts = []
        if case.receipt_number:
            facts.append(say("aside.receipt", number=grouped(case.receipt_number)))
        if case.confirmed_at is not None:
            facts.append(say("aside.handed_in", date=day_words(case.confirmed_at, self.texts)))
        for fact in facts:
            inside.addWidget(words(fact, "note", tone="quiet"))
        for sentence in aside_words(case, self.texts):
            inside.addWidget(words(sentence, tone="bad"))
        inside.addWidget(words(say("aside.now", words=aside_advice(case, self.texts))))
        return block

    def _sending(self, view: UploadView) -> QFrame:
        say = self.texts.say
        block, inside = card(self.scale, say("upload.sending_title"))
        for sending in Sending:
            choice = TouchCard(self.scale, self._choosing(sending), edge=Space.NEAR)
            choice.setObjectName(f"sending_{sending.value}")
            choice.setCheckable(True)
            choice.setChecked(sending is view.sending)
            line = row(self.scale, gap=Space.NEAR)
            text = column(self.scale, gap=Space.HAIR)
            text.addWidget(words(say(f"upload.sending.{sending.value}"), strong=True))
            note = say(f"upload.sending.{sending.value}_note")
            text.addWidget(words(note, "note", tone="quiet"))
            line.addLayout(text, 1)
            if sending is view.sending:
                line.addWidget(badge(say("upload.sending_chosen"), "white"))
            choice.inside.addLayout(line)
            inside.addWidget(choice)
        return block

    def _choosing(self, sending: Sending) -> Callable[[], None]:
        def chosen() -> None:
            self.flow.send(sending)
            self.draw(self.flow.view)  # a touch on what is chosen must not unmark it

        return chosen

    def _doors(self, view: UploadView) -> QLayout:
        say = self.texts.say
        doors = column(self.scale, gap=Space.NEAR)
        doors.addWidget(
            self._door(
                UploadStep.STICK, Picture.STICK, say("upload.stick"), say("upload.stick_note")
            )
        )
        counted = (
            (UploadStep.NOTICES, Picture.INFO, len(view.notices)),
            (UploadStep.VISITS, Picture.HOUSE, len(view.visits)),
        )
        for step, name, count in counted:
            if count:
                words_of_count = say(f"upload.{step}_count", count=count)
                doors.addWidget(self._door(step, name, say(f"upload.{step}"), words_of_count))
        return doors

    def _door(self, step: UploadStep, name: Picture, title: str, note: str) -> TouchCard:
        scale = self.scale
        door = TouchCard(scale, lambda: self.flow.open(step), edge=Space.NEAR)
        door.setObjectName(f"upload_{step}")
        line = row(scale, gap=Space.GAP)
        line.addWidget(shown(name, scale.ink(Colour.BLUE), scale.px(64)))
        text = column(scale, gap=Space.HAIR)
        text.addWidget(words(title, "large", strong=True))
        text.addWidget(words(note, "note", tone="quiet"))
        line.addLayout(text, 1)
        line.addWidget(shown(Picture.NEXT, scale.ink(Colour.BLUE), scale.px(48)))
        door.inside.addLayout(line)
        return door
