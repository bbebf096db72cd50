"""A visit that is about a family: their cards, their table, and what each adult signs."""

from dataclasses import replace

from kiosk.domain.fault import Fault
from kiosk.domain.handling import MEMBER_SIGNATURE, Absence, FamilyMember, Handling
from kiosk.domain.identity import IdentityCard
from kiosk.domain.page import ScannedPage
from kiosk.domain.standing import Reason
from kiosk.flow import family
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.steps import Step
from offline_store.api import OpenDraft


class FamilyIntake(IntakeFlow):
    """What is known of the members beside the table lies in `view.handling.members`."""

    # -- what people do

    def member_dropped(self, number: str) -> None:
        """That person does not belong to the family after all."""
        table = self.view.item.family_table
        if table is None:
            return
        answer = family.without(table, self.view.answers.get(table.key, ""), number)
        kept = tuple(m for m in self.view.handling.members if m.number != number)
        self._handle(replace(self.view.handling, members=kept))
        self.answer(table.key, answer)
        self._drop_signatures_of_nobody()

    @property
    def who_sign(self) -> tuple[FamilyMember, ...]:
        """The adults of the family who sign the authorisation, and what each has answered."""
        view = self.view
        table = view.item.family_table
        if table is None or view.holder is None:
            return ()
        answer = view.answers.get(table.key, "")
        members = family.members_in(table, answer, read=view.handling.members)
        return family.who_sign(members, applicant=view.holder.number, today=self.today)

    def member_signed(self, number: str, picture: ScannedPage | None) -> None:
        """That one of the family signed, or wiped it (None)."""
        member = self._answer_dropped(number)
        if member is None or picture is None:
            return
        page = replace(picture, material=MEMBER_SIGNATURE)
        self.page_taken(page)
        if page.sha256 in {one.sha256 for one in self.view.pages_of(MEMBER_SIGNATURE)}:
            self._member_answered(replace(member, signature=page.sha256))

    def member_absent(self, number: str, why: Absence | None) -> None:
        """That one of the family cannot come to sign, or can after all (None)."""
        member = self._answer_dropped(number)
        if member is not None:
            self._member_answered(replace(member, absent=why))

    # -- inside

    def _answer_dropped(self, number: str) -> FamilyMember | None:
        """That one of those who sign, as before any answer; what was signed is away."""
        member = next((one for one in self.who_sign if one.number == number), None)
        if member is None:
            return None
        open_one = replace(member, signature="", absent=None)
        self._member_answered(open_one)
        self._drop_signatures_of_nobody()
        return open_one

    def _member_answered(self, member: FamilyMember) -> None:
        others = tuple(m for m in self.view.handling.members if m.number != member.number)
        self._handle(replace(self.view.handling, members=(*others, member)))
        self._kept.lags = True
        self._show(replace(self.view, fault=None))

    def _drop_signatures_of_nobody(self) -> None:
        """Who left the table, or signs anew, leaves no signature behind."""
        used = {member.signature for member in self.who_sign}
        for page in self.view.pages_of(MEMBER_SIGNATURE):
            if page.sha256 not in used:
                self.page_dropped(page.sha256)

    def _go_on(self, draft: OpenDraft, card: IdentityCard) -> None:
        super()._go_on(draft, card)
        if self._draft is None:
            self._forget_signatures_without_page()

    def _forget_signatures_without_page(self) -> None:
        """The power may go after a page was wiped and before the draft says so."""
        there = {page.sha256 for page in self.view.pages_of(MEMBER_SIGNATURE)}
        handling = self.view.handling
        members = tuple(
            m if m.signature in there else replace(m, signature="") for m in handling.members
        )
        if members != handling.members:
            self._handle(replace(handling, members=members))
            self._kept.lags = True
            self._show(self.view)

    def _family_has_answered(self) -> bool:
        asked = Step.SIGN_FAMILY in self.view.steps
        return not asked or all(member.has_answered for member in self.who_sign)

    def _member_read(self, card: IdentityCard) -> None:
        table = self.view.item.family_table
        assert table is not None
        if card.number in {m.number for m in self.view.handling.members if m.by_card}:
            self._show(replace(self.view, fault=Fault.CARD_ALREADY_READ))
            return
        self._note_member(card)
        answer = family.with_card(table, self.view.answers.get(table.key, ""), card)
        self.view = replace(self.view, fault=None)
        self.answer(table.key, answer)

    def _note_member(self, card: IdentityCard) -> None:
        handling = self.view.handling
        known = {member.number: member for member in handling.members}
        member = known.pop(card.number, FamilyMember(card.shown_name, card.number))
        member = replace(member, name=card.shown_name, by_card=not card.by_picture)
        self._handle(replace(handling, members=(*known.values(), member)))

    def _drop_everything_of_somebody_else(self) -> None:
        super()._drop_everything_of_somebody_else()
        self._handle(replace(self.view.handling, members=()))

    def _is_valid(self, card: IdentityCard) -> bool:
        """As IntakeFlow judges the applicant's card."""
        clock_is_right = Reason.CLOCK_WRONG not in self.view.standing.reasons
        if clock_is_right and card.expired_on(self.today):
            self._show(replace(self.view, fault=Fault.CARD_EXPIRED))
            return False
        return True

    def _handle(self, handling: Handling) -> None:
        self.view = replace(self.view, handling=handling)
        self._kept.case = replace(self._kept.case, handling=handling)
