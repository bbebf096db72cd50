"""Everything once more before it is handed in, each group with its own way back to change it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from kiosk.domain.handling import FamilyMember
from kiosk.domain.identity import IdentityCard
from kiosk.domain.page import ScannedPage
from kiosk.domain.service_item import FormField, Material
from kiosk.flow.equipment import Equipment
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.site import Site
from kiosk.flow.steps import Step
from ui.answer_words import answer_words
from ui.item_words import item_title
from ui.pages.handled_page import handled
from ui.pages.page import VisitPage
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.face import face
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import PRIVATE, ScrollColumn, column, emptied, frame, push_button, row, words


class ReviewPage(VisitPage):
    """Private answers are starred out until 显示号码; leaving the page hides them again."""

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale, site: Site
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._site = site
        self._hidden = True
        page = column(scale, self, gap=Space.NEAR)
        page.setContentsMargins(
            scale.px(Space.EDGE), scale.px(Space.GAP), scale.px(Space.EDGE), scale.px(Space.TIGHT)
        )
        head = (column if scale.few_choices and scale.portrait else row)(scale, gap=Space.GAP)
        titles = column(scale, gap=Space.HAIR)
        titles.addWidget(words(texts.say("review.title"), "title"))
        titles.addWidget(words(texts.say("review.body"), "body", tone="quiet"))
        head.addLayout(titles, 1)
        self._toggle = push_button(texts.say("review.show"), "secondary", self._turn)
        self._toggle.setObjectName("review_toggle")
        head.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignVCenter)
        page.addLayout(head)
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(self._scroll, 1)

    @property
    def next_words(self) -> str:
        """确认提交."""
        return self.texts.say("review.next")

    def entered(self) -> None:
        """From the top, with private answers hidden."""
        self._hidden = True
        self._scroll.to_top()

    def draw(self, view: FlowView) -> None:
        """All groups anew: they may have changed on the pages before."""
        self._trouble.show_fault(view.fault)
        self._toggle.setText(self.texts.say("review.show" if self._hidden else "review.hide"))
        emptied(self._scroll.inside)
        for block in self._groups(view):
            self._scroll.inside.addWidget(block)

    def left(self) -> None:
        """Nothing private stays on a page that nobody sees."""
        self.forget()

    def forget(self) -> None:
        """Take all answers and pictures out of the widgets."""
        self._hidden = True
        emptied(self._scroll.inside)

    def _turn(self) -> None:
        self._hidden = not self._hidden
        self.draw(self.flow.view)

    def _groups(self, view: FlowView) -> list[QFrame]:
        fields = view.asked
        of_card = [f for f in fields if f.key in view.prefilled]
        typed = [f for f in fields if f.key not in view.prefilled]
        groups = [self._item(view)]
        if Step.READ_CARD in view.steps:
            shows_face = view.holder is not None and view.holder.has_face
            face_of = view.holder if shows_face else None
            groups.append(self._answers("identity", Step.READ_CARD, of_card, view, face_of))
        if typed:
            groups.append(self._answers("answers", Step.FORM, typed, view))
        materials = view.item.pages_to_photograph()
        if materials:
            groups.append(self._materials(materials, view))
        if view.signature is not None:
            groups.append(self._signature(view.signature))
        if Step.SIGN_FAMILY in view.steps:
            groups.append(self._family(handled(self.flow).who_sign))
        return groups

    def _block(self, key: str, step: Step | None = None) -> tuple[QFrame, QVBoxLayout]:
        block = frame("card")
        inside = column(self.scale, block, gap=Space.TIGHT, edge=Space.GAP)
        head = row(self.scale)
        title = words(self.texts.say(f"review.{key}"), "large", tone="blue", strong=True)
        head.addWidget(title, 1)
        if step is not None:
            text = "review.change_card" if step is Step.READ_CARD else "review.change"
            button = push_button(self.texts.say(text), "secondary", lambda: self.flow.go_to(step))
            button.setObjectName(f"change_{step}")
            head.addWidget(button)
        inside.addLayout(head)
        return block, inside

    def _item(self, view: FlowView) -> QFrame:
        block, inside = self._block("item")
        inside.addWidget(words(item_title(view.item, self.texts), "large", strong=True))
        inside.addWidget(words(view.item.guide.department, "body", tone="quiet"))
        return block

    def _answers(
        self,
        key: str,
        step: Step,
        fields: list[FormField],
        view: FlowView,
        face_of: IdentityCard | None = None,
    ) -> QFrame:
        block, inside = self._block(key, step)
        grid = QGridLayout()
        grid.setHorizontalSpacing(self.scale.px(Space.GAP))
        grid.setVerticalSpacing(self.scale.px(Space.TIGHT))
        columns = 1 if self.scale.portrait else 2
        top = Qt.AlignmentFlag.AlignTop
        for n, field in enumerate(fields):
            line, at = n // columns, n % columns * 2
            label = words(field.label, "body", tone="quiet")
            grid.addWidget(label, line, at, top)
            answer = view.answers.get(field.key, "")
            text = answer_words(field, answer, self.texts, hidden=self._hidden, site=self._site)
            shown = words(text, "body", strong=bool(answer), tone="" if answer else "quiet")
            shown.setProperty(PRIVATE, True)
            grid.addWidget(shown, line, at + 1, top)
        for n in range(columns):
            grid.setColumnStretch(n * 2, 2)
            grid.setColumnStretch(n * 2 + 1, 3)
        if face_of is None:
            inside.addLayout(grid)
            return block
        beside = row(self.scale, gap=Space.GAP)
        beside.addWidget(face(face_of.portrait, self.scale), 0, top)
        beside.addLayout(grid, 1)
        inside.addLayout(beside)
        return block

    def _materials(self, materials: tuple[Material, ...], view: FlowView) -> QFrame:
        block, inside = self._block("materials", Step.MATERIALS)
        for material in materials:
            pages = view.pages_of(material.key)
            line = row(self.scale, gap=Space.NEAR)
            line.addWidget(words(material.name, "body"), 1)
            if pages:
                count = self.texts.say("review.pages", count=len(pages))
                line.addWidget(_short(count, "good"))
            elif material.fetched:
                line.addWidget(_short(self.texts.say("review.fetched"), "blue"))
            else:
                line.addWidget(_short(self.texts.say("review.no_page"), "quiet"))
            inside.addLayout(line)
            if pages:
                inside.addWidget(self._thumbnails(pages))
        return block

    def _signature(self, signature: ScannedPage) -> QFrame:
        block, inside = self._block("signature", Step.SIGN)
        inside.addWidget(self._thumbnails((signature,)))
        return block

    def _family(self, members: tuple[FamilyMember, ...]) -> QFrame:
        block, inside = self._block("family", Step.SIGN_FAMILY)
        say = self.texts.say
        for member in members:
            line = row(self.scale, gap=Space.NEAR)
            line.addWidget(words(member.name, "body", private=True), 1)
            if member.absent is not None:
                line.addWidget(_short(say(f"sign_family.{member.absent}"), "warn"))
            else:
                line.addWidget(_short(say("sign_family.signed"), "good"))
            inside.addLayout(line)
        if not members:
            inside.addWidget(words(say("review.family_nobody"), "body", tone="quiet"))
        return block

    def _thumbnails(self, pages: tuple[ScannedPage, ...]) -> QWidget:
        strip = QWidget()
        line = row(self.scale, strip)
        for page in pages:
            picture = QPixmap()
            picture.loadFromData(page.jpeg)
            label = QLabel()
            if not picture.isNull():
                height = self.scale.px(180)
                smooth = Qt.TransformationMode.SmoothTransformation
                label.setPixmap(picture.scaledToHeight(height, smooth))
            line.addWidget(label)
        line.addStretch(1)
        return strip


def _short(text: str, tone: str) -> QLabel:
    label = words(text, "body", tone=tone)
    label.setWordWrap(False)
    return label
