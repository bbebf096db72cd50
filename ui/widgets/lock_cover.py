"""The lock over a walk: the same person's card and PIN take it away."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kiosk.flow.sign_in_flow import SignInFlow, SignInView
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.cover import Cover
from ui.widgets.pieces import ScrollColumn, column, push_button, words
from ui.widgets.sign_in_panel import SignInPanel


class LockCover(Cover):
    """Made for each lock and let go with it, so that no digit of it stays."""

    def __init__(
        self,
        window: QWidget,
        flow: SignInFlow,
        *,
        end: Callable[[], object],
        texts: Texts,
        scale: Scale,
    ) -> None:
        """`end`: called when the next button is touched: the person is signed out."""
        super().__init__(window, "lock_cover")
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(texts.say("sign_in.locked_title"), "title"))
        page.addWidget(words(texts.say("sign_in.locked_body"), "large", tone="quiet"))
        scroll = ScrollColumn(scale)
        self.panel = SignInPanel(flow, texts=texts, scale=scale)
        scroll.inside.addWidget(self.panel)
        page.addWidget(scroll, 1)
        out = push_button(texts.say("desk.sign_out"), "secondary", end)
        out.setObjectName("lock_sign_out")
        page.addWidget(out)

    def draw(self, view: SignInView) -> None:
        """The panel draws."""
        self.panel.draw(view)
