"""工作人员登录: card and PIN."""

from kiosk.flow.equipment import Equipment
from kiosk.flow.sign_in_flow import SignInFlow, SignInView
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import ScrollColumn, column, words
from ui.widgets.sign_in_panel import SignInPanel


class StaffSignInPage(Page[SignInFlow, SignInView]):
    """Nothing on it opens anything without a card."""

    def __init__(
        self, flow: SignInFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.addWidget(words(texts.say("sign_in.title"), "title"))
        scroll = ScrollColumn(scale)
        self.panel = SignInPanel(flow, texts=texts, scale=scale)
        scroll.inside.addWidget(self.panel)
        page.addWidget(scroll, 1)

    def draw(self, view: SignInView) -> None:
        """The panel draws."""
        self.panel.draw(view)

    def forget(self) -> None:
        """No digit and no name stays."""
        self.panel.forget()
