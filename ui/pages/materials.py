"""Leads through the papers to photograph, one after the other, with the camera's live picture."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QBoxLayout, QFrame

from kiosk.domain.page import PageDoubt, ScannedPage
from kiosk.domain.service_item import Material
from kiosk.flow.equipment import (
    CameraFailed,
    Equipment,
    Event,
    NetworkChanged,
    PageCaptured,
    PreviewSeen,
)
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from ui.composing import Composing
from ui.pages.page import VisitPage
from ui.texts import Texts
from ui.theme.icons import Picture, icon, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.watermark import NoPicture, checked
from ui.widgets.camera_view import CameraView
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.page_thumbs import PageThumbs
from ui.widgets.pieces import (
    ScrollColumn,
    badge,
    column,
    frame,
    push_button,
    restyled,
    row,
    words,
)

PORTRAIT_CAMERA_HEIGHT = 600  # at 1080x1920; leaves room for the small pictures below
CROWDED_CAMERA_HEIGHT = 440  # beside large type or two languages
KEPT_SHOWN_MS = 2000  # long enough to read 拍好了
# Said one at a time, the one that people can mend most easily first.
DOUBTS_BY_WEIGHT = (
    PageDoubt.NO_PAGE,
    PageDoubt.CUT_OFF,
    PageDoubt.DARK,
    PageDoubt.GLARE,
    PageDoubt.BLURRED,
)


class MaterialsPage(VisitPage):
    """A page with doubts waits here until the person says 就用这张; others are kept at once.

    With staff at the terminal every page waits: whoever has the original beside it says so, and
    the page carries the words of a checked one before it gets its name.
    """

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self.materials = flow.view.item.pages_to_photograph()
        needed = (n for n, m in enumerate(self.materials) if m.must_be_brought)
        self._at = next(needed, 0)  # what has to be taken comes first
        self._online = False
        self.held: ScannedPage | None = None  # taken, but with doubts nobody has overridden yet
        self._busy = False
        self._gone = False
        self._next_refused = False
        self._marking = Composing(NoPicture)
        self._marking.made.connect(self._marked)
        self._marking.failed.connect(self._again)
        self._just_kept = QTimer(self)
        self._just_kept.setSingleShot(True)
        self._just_kept.setInterval(KEPT_SHOWN_MS)
        self._pages_seen: tuple[ScannedPage, ...] | None = None
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        page = QBoxLayout(down if scale.portrait else beside, self)
        edge = scale.px(Space.EDGE if scale.portrait else Space.GAP)
        page.setContentsMargins(edge, scale.px(Space.NEAR), edge, scale.px(Space.NEAR))
        page.setSpacing(scale.px(Space.NEAR))
        self.camera = CameraView(scale=scale)
        seeing = column(scale, gap=Space.TIGHT)
        heading = self._heading()
        if scale.portrait:
            page.addWidget(heading)
            height = CROWDED_CAMERA_HEIGHT if scale.crowded else PORTRAIT_CAMERA_HEIGHT
            self.camera.setFixedHeight(scale.px(height))
        seeing.addWidget(self.camera, 1)
        self._state = words("", "large", strong=True)
        self._state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        seeing.addWidget(self._state)
        page.addLayout(seeing, 0 if scale.portrait else 3)
        acting = column(scale, gap=Space.NEAR)
        if not scale.portrait:
            acting.addWidget(heading)
        acting.addLayout(self._buttons())
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        acting.addWidget(self._scroll, 1)
        self._trouble = FaultNotice(texts, scale)
        self._missing = words("", "large", tone="bad", strong=True)
        self.thumbs = PageThumbs(texts=texts, scale=scale)
        self.thumbs.dropped.connect(self.flow.page_dropped)
        self._by_card = words("", "note", tone="quiet")
        for widget in (self._trouble, self._missing, self.thumbs, self._by_card):
            self._scroll.inside.addWidget(widget)
        page.addLayout(acting, 1 if scale.portrait else 2)

    @property
    def material(self) -> Material:
        """The paper that is asked for now."""
        return self.materials[self._at]

    @property
    def can_go_next(self) -> bool:
        """Not past a page that is just being taken or judged: it would be lost without a word."""
        return self.held is None and not self._busy

    def entered(self) -> None:
        """Camera on."""
        self._gone = self._busy = self._next_refused = False
        self._pages_seen = None
        self.camera.show_words(self.texts.say("materials.waking"))
        self.equipment.watch_camera(True)

    def left(self) -> None:
        """Camera off, and its last picture gone."""
        self.equipment.watch_camera(False)
        self._marking.forget()
        self._just_kept.stop()
        self.held = None
        self._busy = False
        self.camera.forget()

    def draw(self, view: FlowView) -> None:
        """The paper asked for, its pages, and what is still missing.

        The same pages again, with some missing, mean that `next` was touched too early.
        """
        self._next_refused = (
            bool(view.missing) and view.fault is None and view.pages is self._pages_seen
        )
        self._pages_seen = view.pages
        if self._next_refused:
            self.held = None
            self._at = self.materials.index(view.missing[0])
        self._redraw()

    def happened(self, event: Event) -> None:
        """A picture, a page, or trouble."""
        match event:
            case PreviewSeen() if self.held is None:
                self._gone = False
                sure = event.corners is not None and not event.doubts
                self.camera.show_frame(event.frame, event.corners, sure=sure)
                self._draw_state(event)
                self._shoot.setEnabled(not self._busy)
            case PageCaptured() if event.page.material == self.material.key:
                self._captured(event.page)
            case NetworkChanged(fault=fault) if self._online is not (fault is None):
                self._online = fault is None
                self._redraw()
            case CameraFailed():
                self._gone = True
                self._busy = False
                self.held = None
                self.camera.show_words(self.texts.say("materials.gone_note"))
                self._redraw()
            case _:
                pass

    def forget(self) -> None:
        """No picture of anybody's papers stays."""
        self.held = None
        self.camera.forget()
        self.thumbs.forget()
        self._trouble.show_fault(None)

    def _captured(self, page: ScannedPage) -> None:
        self._busy = False
        if page.doubts or self.flow.view.assisted:
            self.held = page
            self.camera.show_taken(page.jpeg)
            self._redraw()
        else:
            self._keep(page)

    def _keep(self, page: ScannedPage) -> None:
        self.held = None
        self.flow.page_taken(page)
        if self.flow.view.fault is None:
            self._just_kept.start()
        self._redraw()  # the same page twice changes nothing in the visit

    def _use_shown_before(self) -> None:
        self.flow.take_shown_before(self.material.key)
        self._redraw()

    def _use_it(self) -> None:
        if self.held is not None:
            self._keep(replace(self.held, overridden=True))

    def _checked_it(self) -> None:
        """Compared with the original: the words go onto the picture, on a thread of their own."""
        if self.held is None:
            return
        page, title, day = self.held, self.flow.view.item.title, self.flow.today
        self._busy = True
        self._redraw()

        self._marking.start(lambda: checked(page, item=title, day=day))

    def _marked(self, page: object) -> None:
        assert isinstance(page, ScannedPage)
        self._busy = False
        self._keep(page)

    def _again(self) -> None:
        self._busy = False
        self.held = None
        self._redraw()

    def _take(self) -> None:
        self._just_kept.stop()
        self._busy = True
        self._redraw()
        self.equipment.capture_page(self.material.key)

    def _go(self, by: int) -> None:
        self._just_kept.stop()
        self.held = None
        self._at = (self._at + by) % len(self.materials)
        self._redraw()

    def _heading(self) -> QFrame:
        block = frame("card")
        inside = column(self.scale, block, gap=Space.TIGHT, edge=Space.NEAR)
        beside = self.scale.portrait or not self.scale.crowded
        top = row(self.scale) if beside else column(self.scale, gap=Space.TIGHT)
        self._count = words("", "body", tone="quiet")
        top.addWidget(self._count, 1)
        self._taken = badge("", "good")
        self._need = badge("", "blue")
        top.addWidget(self._taken)
        top.addWidget(self._need)
        inside.addLayout(top)
        self._name = words("", "large", strong=True)
        inside.addWidget(self._name)
        self._note = words("", "note", tone="quiet")
        inside.addWidget(self._note)
        return block

    def _buttons(self) -> QBoxLayout:
        say = self.texts.say
        lines = column(self.scale, gap=Space.TIGHT)
        line = row(self.scale)
        side = self.scale.px(56)
        self._again_button = push_button(say("materials.again"), "secondary", self._again)
        self._use = push_button(say("materials.use"), "strong", self._use_it, size="large")
        self._checked = push_button(say("levels.checked"), "strong", self._checked_it, size="large")
        self._checked.setObjectName("page_checked")
        self._shoot = push_button(say("materials.shoot"), "strong", self._take, size="large")
        self._shoot.setObjectName("shoot")
        camera = icon(Picture.CAMERA, self.scale.ink(Colour.ON_DARK), side)
        camera.addPixmap(
            picture(Picture.CAMERA, self.scale.ink(Colour.TEXT_QUIET), side), QIcon.Mode.Disabled
        )
        self._shoot.setIcon(camera)
        self._shoot.setIconSize(QSize(side, side))
        self._again_button.setProperty("size", "large")
        self._before_shown = push_button(
            say("materials.use_before"), "secondary", self._use_shown_before
        )
        self._before_shown.setObjectName("use_shown_before")
        lines.addWidget(self._before_shown)
        for button in (self._again_button, self._use, self._shoot):
            line.addWidget(button, 1)
        lines.addWidget(self._checked)
        lines.addLayout(line)
        walk = row(self.scale)
        self._before = push_button(say("materials.before"), "secondary", lambda: self._go(-1))
        self._after = push_button(say("materials.after"), "secondary", lambda: self._go(+1))
        self._before.setObjectName("paper_before")
        self._after.setObjectName("paper_after")
        walk.addWidget(self._before, 1)
        walk.addWidget(self._after, 2)
        lines.addLayout(walk)
        return lines

    def _redraw(self) -> None:
        view, say, material = self.flow.view, self.texts.say, self.material
        taken = view.pages_of(material.key)
        number, total = self._at + 1, len(self.materials)
        pages = say("materials.pages", pages=material.pages)
        self._count.setText(
            say("materials.count", number=number, total=total)
            + (pages if material.pages > 1 else say("materials.one_page"))
        )
        self._draw_need(material)
        self._name.setText(material.name)
        self._taken.setText(say("materials.taken", pages=len(taken)))
        self._taken.setVisible(bool(taken))
        self.thumbs.show_pages(taken)
        self._trouble.show_fault(view.fault)
        names = "、".join(missing.name for missing in view.missing)
        self._missing.setText(say("materials.missing", names=names))
        self._missing.setVisible(self._next_refused)
        by_card = [m.name for m in view.item.own_materials() if m.replaced_by_card]
        self._by_card.setText(say("materials.by_card", names="、".join(by_card)))
        self._by_card.setVisible(bool(by_card))
        self._draw_buttons(taken)
        self._draw_state(None)
        self.next_changed.emit()

    def _draw_need(self, material: Material) -> None:
        """要拍, 不用带 with the reason, or 没有可以不拍 (T-14 of reference/domain.md)."""
        say, reason = self.texts.say, material.exempt_when
        if material.fetched:
            key, tone = ("not_needed", "good") if self._online else ("fetched_later", "blue")
            note: str = say("materials.fetched_offline")
            if self._online:
                note = say("materials.fetched_online", words=reason.rstrip("。"))
        elif material.must_be_brought:
            key, tone = "required", "blue"
            note = reason and say("materials.when_exempt", words=reason)
        else:
            key, tone = "optional", "quiet"
            note = reason and say("materials.when_exempt", words=reason)
        self._need.setText(say(f"materials.{key}"))
        restyled(self._need, tone=tone)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _draw_buttons(self, taken: tuple[ScannedPage, ...]) -> None:
        say, held = self.texts.say, self.held is not None
        self._again_button.setVisible(held)
        self._use.setVisible(held)
        assisted = self.flow.view.assisted
        self._checked.setVisible(held and assisted)
        for button in (self._again_button, self._use, self._checked):
            button.setEnabled(not self._busy)
        self._use.setText(say("levels.unchecked" if assisted else "materials.use"))
        restyled(self._use, kind="secondary" if assisted else "strong")
        self._shoot.setVisible(not held)
        self._shoot.setEnabled(not self._busy and not self._gone)
        if self._busy:
            self._shoot.setText(say("materials.shooting"))
        else:
            enough = len(taken) >= self.material.pages
            self._shoot.setText(say("materials.another" if enough else "materials.shoot"))
        known = self.flow.view.shown_before.get(self.material.key)
        self._before_shown.setVisible(bool(known) and not taken and not held and not self._busy)
        several = len(self.materials) > 1
        for button in (self._before, self._after):
            button.setEnabled(not self._busy)  # the page on its way belongs to this paper
        self._before.setVisible(several and not held and self._at > 0)
        last = self._at == len(self.materials) - 1
        self._after.setVisible(several and not held and not last)
        self._after.setText(say("materials.after" if taken else "materials.after_without"))

    def _draw_state(self, seen: PreviewSeen | None) -> None:
        key, tone = self._state_key(seen)
        self._state.setText(self.texts.say(key if "." in key else f"materials.{key}"))
        restyled(self._state, tone=tone)

    def _state_key(self, seen: PreviewSeen | None) -> tuple[str, str]:
        if self.held is not None and not self.held.doubts:
            return "levels.check_it", "blue"
        if self.held is not None:
            worst = next(doubt for doubt in DOUBTS_BY_WEIGHT if doubt in self.held.doubts)
            return f"doubt_{worst}", "warn"
        if self._gone:
            return "gone", "bad"
        if self._busy:
            return "shooting", "blue"
        if self._just_kept.isActive():
            return "accepted", "good"
        if seen is None:
            enough = len(self.flow.view.pages_of(self.material.key)) >= self.material.pages
            return ("accepted", "good") if enough else ("lay", "plain")
        if seen.corners is None:
            return "searching", "plain"
        for doubt in DOUBTS_BY_WEIGHT:
            if doubt in seen.doubts and doubt is not PageDoubt.NO_PAGE:
                return str(doubt), "warn"
        return "found", "good"
