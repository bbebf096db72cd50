"""How much, for what, and a code for one's own telephone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.domain.fault import Fault
from kiosk.domain.payment import PaymentDue, yuan
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import ScrollColumn, column, words
from ui.widgets.qr_code import qr_code


class PaymentPage(QWidget):
    """The sum large, the code larger; no cash."""

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(scroll)
        inside = scroll.inside
        self._title = words("", "title")
        self._title.setObjectName("payment_title")
        inside.addWidget(self._title)
        self._what = words("", "large")
        inside.addWidget(self._what)
        self._trouble = FaultNotice(texts, scale)
        self._trouble.hide()
        inside.addWidget(self._trouble)
        self._code = QLabel()
        self._code.setObjectName("payment_code")
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self._code)
        self._note = words("", "body", tone="quiet")
        inside.addWidget(self._note)

    def show_due(self, due: PaymentDue) -> None:
        """To be paid, or paid."""
        say, scale = self._texts.say, self._scale
        key = "paid" if due.paid else "due"
        self._title.setText(say(f"payment.{key}_title", yuan=yuan(due.amount)))
        self._what.setText(say("payment.what", subject=due.subject))
        self._note.setText(say(f"payment.{key}_note"))
        side = scale.px(520 if scale.portrait else 300)
        if due.paid:
            self._code.setPixmap(picture(Picture.CHECK, scale.ink(Colour.GOOD), scale.px(200)))
        else:
            self._code.setPixmap(qr_code(due.code, side))
        self._code.setAccessibleName(self._title.text())

    def show_trouble(self, fault: Fault | None) -> None:
        """Nobody can say whether it was paid just now; the code still works on the telephone."""
        self._trouble.show_fault(fault)
