"""用U盘传送: put the stick in, begin, wait, pull it out; one thing at a time."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from kiosk.domain.fault import Fault
from kiosk.domain.stick import StickWork
from kiosk.flow.stick_flow import StickState, StickView
from kiosk.flow.upload_flow import UploadView
from ui.pages.upload_page import TitledUploadPage, notice
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Space
from ui.upload_words import ended_sentences
from ui.widgets.pieces import column, emptied, frame, push_button, words


class UploadStickPage(TitledUploadPage):
    """Beginning is the next button's; stopping stands where people look while it works."""

    name = "stick"

    def draw(self, view: UploadView) -> None:
        """The block of the state that it is in."""
        stick = view.stick
        self._trouble.show_fault(self._fault(stick) or view.fault)
        content = self._scroll.inside
        emptied(content)
        match stick.state:
            case StickState.WAITING | StickState.READY:
                self._standing(content, stick)
            case StickState.MOVING:
                self._moving(content, stick)
            case StickState.ENDED:
                self._ended(content, stick)
            case StickState.NOT_ENROLLED:
                pass

    def forget(self) -> None:
        """Nothing stays on the page."""
        emptied(self._scroll.inside)

    def _fault(self, stick: StickView) -> Fault | None:
        if stick.state is StickState.NOT_ENROLLED:
            return Fault.STICK_NOT_ENROLLED
        return stick.result.fault if stick.result is not None else None

    def _standing(self, content: QVBoxLayout, stick: StickView) -> None:
        block = frame("card")
        inside = column(self.scale, block, gap=Space.NEAR, edge=Space.WIDE)
        ready = stick.state is StickState.READY
        colour = self.scale.ink(Colour.GOOD if ready else Colour.BLUE)
        centre = Qt.AlignmentFlag.AlignCenter
        size = 240 if self.scale.portrait else 160
        inside.addWidget(shown(Picture.STICK, colour, self.scale.px(size)), 0, centre)
        title = words(self.texts.say(f"stick.state.{stick.state}"), "heading")
        note = words(self.texts.say(f"stick.state.{stick.state}_note"), "large")
        for label in (title, note):
            label.setAlignment(centre)
            inside.addWidget(label)
        content.addWidget(block)

    def _moving(self, content: QVBoxLayout, stick: StickView) -> None:
        say, moved = self.texts.say, stick.moved
        block = frame("card")
        inside = column(self.scale, block, gap=Space.GAP, edge=Space.WIDE)
        title = say(f"stick.work.{moved.work}") if moved else say("stick.beginning")
        inside.addWidget(words(title, "heading"))
        bar = QProgressBar()
        bar.setTextVisible(False)
        counted = moved is not None and moved.every > 0
        bar.setRange(0, moved.every if moved is not None and counted else 0)
        bar.setValue(moved.done if moved is not None and counted else 0)
        inside.addWidget(bar)
        if moved is not None and counted:
            inside.addWidget(
                words(say("stick.counted", done=moved.done, every=moved.every), "large")
            )
        warning = say("stick.stopping" if stick.stopping else "stick.do_not_pull")
        inside.addWidget(words(warning, "large", tone="warn", strong=True))
        is_settling = moved is not None and moved.work is StickWork.SETTLING
        if not stick.stopping and not is_settling:
            button = push_button(say("stick.stop"), "secondary", self.flow.stop_carrying)
            button.setObjectName("stick_stop")
            inside.addWidget(button)
        content.addWidget(block)

    def _ended(self, content: QVBoxLayout, stick: StickView) -> None:
        say, result = self.texts.say, stick.result
        if result is None:
            return
        if result.fault is None:
            key = "cancelled" if result.cancelled else "title"
            block, text = notice(self.scale, Picture.CHECK, "good", say(f"stick.ended.{key}"))
        else:
            block = frame("card")
            text = column(self.scale, block, gap=Space.TIGHT, edge=Space.GAP)
        if result.fault is not Fault.STICK_GONE and stick.is_in:
            pull = say("stick.pull" if result.safe else "stick.wait_pull")
            text.addWidget(words(pull, "large", tone="blue", strong=True))
        for sentence in ended_sentences(result, self.texts):
            text.addWidget(words(sentence, "large"))
        if text.count():
            content.addWidget(block)
