"""Asks every adult of the family to sign the authorisation 授权核查, or why one of them cannot."""

from PySide6.QtWidgets import QPushButton, QWidget

from kiosk.domain.handling import MEMBER_SIGNATURE, Absence, FamilyMember
from kiosk.domain.page import ScannedPage
from kiosk.flow.equipment import Equipment
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from ui.pages.handled_page import handled
from ui.pages.sign import SignPage
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.pieces import TouchCard, badge, column, emptied, push_button, row, words


class FamilySignPage(SignPage):
    """As SignPage, for one after the other: touching a name says who writes now."""

    _number = ""  # of whose turn it is

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._nobody = words(texts.say("sign_family.nobody"), "large")
        self._said.inside.insertWidget(1, self._nobody)
        self._people = column(scale, gap=Space.TIGHT)
        self._said.inside.insertLayout(1, self._people)
        self._other = push_button(texts.say("sign_family.other"), "strong", self._next_person)
        self._other.setObjectName("sign_family_other")
        if scale.few_choices:  # larger type: two buttons and a word are too wide for one line
            self._writing.addWidget(self._other)
        else:
            self._line.addWidget(self._other)
        self._absences = QWidget()
        below = column(scale, self._absences, gap=Space.TIGHT)
        self._asked = words("", "body", private=True)
        below.addWidget(self._asked)
        chips = QWidget()
        flowing = FlowLayout(chips, spacing=scale.px(Space.TIGHT))
        self._reasons = {why: self._chip(why) for why in Absence}
        for chip in self._reasons.values():
            flowing.addWidget(chip)
        below.addWidget(chips)
        self._writing.addWidget(self._absences)

    @property
    def can_go_next(self) -> bool:
        """Once everybody has signed, or it is said why not."""
        return all(member.has_answered for member in self._everybody())

    def title(self) -> str:
        """The adults."""
        return self.texts.say("sign_family.title")

    def signature(self, view: FlowView) -> ScannedPage | None:
        """That of whose turn it is."""
        member = self._member()
        signed = member.signature if member is not None else ""
        pages = view.pages_of(MEMBER_SIGNATURE)
        return next((page for page in pages if page.sha256 == signed), None)

    def signer(self, view: FlowView) -> str:
        """Whose turn it is."""
        member = self._member()
        return member.name if member is not None else ""

    def signer_number(self, view: FlowView) -> str:
        """That of whose turn it is."""
        return self._number

    def sign(self, picture: ScannedPage | None) -> None:
        """It was drawn, or wiped."""
        handled(self.flow).member_signed(self._number, picture)

    def promise(self) -> str:
        """What each of them allows."""
        return self.texts.say("sign_family.promise")

    def good_words(self) -> str:
        """On to the next of them, or to the next page."""
        return "sign.good" if self.can_go_next else "sign_family.good"

    def papers(self) -> list[str]:
        """The authorisation alone."""
        material = self.flow.view.item.family_authorisation
        return [material.name] if material is not None else []

    def draw(self, view: FlowView) -> None:
        """Everybody, and whose turn it is."""
        people = self._everybody()
        if self._member() is None:
            still = [member for member in people if not member.has_answered] or people
            self._number = still[0].number if still else ""
        super().draw(view)
        emptied(self._people)
        for one in people:
            self._people.addWidget(self._card(one))
        member = self._member()
        self._nobody.setVisible(not people)
        for part in (self.pad, self.again, self._absences, self._what):
            part.setVisible(bool(people))
        open_ones = [one for one in people if not one.has_answered and one.number != self._number]
        self._other.setVisible(bool(open_ones))
        if member is not None:
            self._asked.setText(self.texts.say("sign_family.absent", name=member.name))
            for why, chip in self._reasons.items():
                chip.setChecked(member.absent is why)
                chip.setEnabled(not member.signature)  # whoever signed is here

    def forget(self) -> None:
        """Neither names nor strokes stay."""
        super().forget()
        self._number = ""
        self._asked.clear()
        emptied(self._people)

    def _everybody(self) -> tuple[FamilyMember, ...]:
        return handled(self.flow).who_sign

    def _member(self) -> FamilyMember | None:
        return next((one for one in self._everybody() if one.number == self._number), None)

    def _card(self, member: FamilyMember) -> TouchCard:
        say, is_chosen = self.texts.say, member.number == self._number
        card = TouchCard(self.scale, lambda: self._turn_to(member.number), edge=Space.NEAR)
        card.setObjectName(f"member_{self._everybody().index(member)}")
        line = row(self.scale, gap=Space.NEAR)
        tone = "blue" if is_chosen else "plain"
        line.addWidget(words(member.name, "large", tone=tone, strong=is_chosen, private=True), 1)
        if member.absent is not None:
            line.addWidget(badge(say(f"sign_family.{member.absent}"), "warn"))
        elif member.signature:
            line.addWidget(badge(say("sign_family.signed"), "good"))
        else:
            key = "writing" if is_chosen else "open"
            line.addWidget(badge(say(f"sign_family.{key}"), "quiet"))
        card.inside.addLayout(line)
        return card

    def _turn_to(self, number: str) -> None:
        if self._resting.isActive():  # the last stroke of whoever wrote before still counts
            self._resting.stop()
            self._keep()
        self.pad.clear()
        self._number = number
        self.draw(self.flow.view)

    def _next_person(self) -> None:
        others = [one for one in self._everybody() if not one.has_answered]
        following = [one for one in others if one.number != self._number]
        if following:
            self._turn_to(following[0].number)

    def _absent(self, why: Absence) -> None:
        member = self._member()
        if member is None:
            return
        self._resting.stop()
        self.pad.clear()
        reason = None if member.absent is why else why
        handled(self.flow).member_absent(self._number, reason)
        self.draw(self.flow.view)
        self.next_changed.emit()

    def _chip(self, why: Absence) -> QPushButton:
        chip = push_button(self.texts.say(f"sign_family.{why}"), "chip", lambda: self._absent(why))
        chip.setCheckable(True)
        chip.setObjectName(f"absent_{why}")
        return chip
