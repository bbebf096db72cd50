"""Buttons for whoever does not pinch: a paper smaller, larger, or all of a page."""

from typing import Final

from PySide6.QtWidgets import QWidget

from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.page_view import PageView
from ui.widgets.pieces import column, push_button

SMALLER: Final = ("smaller", "whole")  # those that need something to make smaller


class ZoomTools(QWidget):
    """Three buttons for one view, grey where they would do nothing."""

    def __init__(
        self, view: PageView, *, texts: Texts, scale: Scale, name: str, upright: bool = False
    ) -> None:
        """`name`: begins the names of the buttons. `upright`: one under the other."""
        super().__init__()
        self._view = view
        acts = {"smaller": view.shrink, "larger": view.grow, "whole": view.whole_page}
        gap = scale.px(Space.TIGHT)
        lay_out = column(scale, self) if upright else FlowLayout(self, spacing=gap)
        self._buttons = {}
        for key, act in acts.items():
            button = push_button(texts.say(f"preview.{key}"), "secondary", act)
            button.setObjectName(f"{name}_{key}")
            lay_out.addWidget(button)
            self._buttons[key] = button
        view.moved.connect(self._moved)
        self._moved()

    def _moved(self) -> None:
        view = self._view
        for key, button in self._buttons.items():
            may = view.may_shrink if key in SMALLER else view.may_grow
            button.setEnabled(view.pages > 0 and may)
