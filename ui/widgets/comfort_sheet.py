"""Asks what makes the screen easier: large plain buttons over the window; each counts at once."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.texts import Texts
from ui.texts.languages import OWN_NAMES, Language
from ui.theme.comfort import Comfort
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import ScrollColumn, TouchCard, column, frame, push_button, words

SWITCHES = ("elder", "high_contrast", "low", "left_handed")


class ComfortSheet(QWidget):
    """Hidden until opened. Signal: chosen(Comfort): from now on, until the visit ends."""

    chosen = Signal(object)

    def __init__(
        self, parent: QWidget, *, comfort: Comfort, site: Comfort, texts: Texts, scale: Scale
    ) -> None:
        """`comfort`: what counts now; `site`: what the site begins with."""
        super().__init__(parent)
        self._comfort = comfort
        self._texts, self._scale = texts, scale
        self.setObjectName("comfort_sheet")
        self.setProperty("kind", "shade")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(scale, self, gap=0, edge=Space.GAP)
        outer.addStretch(1)
        sheet = frame("sheet")
        inside = column(scale, sheet, gap=Space.NEAR, edge=Space.GAP)
        self._sheet, self._around = sheet, inside
        self._scroll = scroll = ScrollColumn(scale, gap=Space.NEAR)
        inside.addWidget(scroll, 1)
        scroll.inside.addWidget(words(texts.say("comfort.title"), "title"))
        scroll.inside.addWidget(words(texts.say("comfort.body"), "body"))
        grid = QGridLayout()
        grid.setSpacing(scale.px(Space.NEAR))
        known = [key for key in SWITCHES if scale.portrait or key != "low"]
        beside = 2 if scale.portrait else len(known)
        for n, key in enumerate(known):
            grid.addWidget(self._switch(key), n // beside, n % beside)
        scroll.inside.addLayout(grid)
        scroll.inside.addWidget(words(texts.say("comfort.language"), "large", strong=True))
        both = site.languages if len(site.languages) > 1 else (Language.CHINESE, Language.KOREAN)
        line = QGridLayout()
        line.setSpacing(scale.px(Space.NEAR))
        for n, languages in enumerate(((Language.CHINESE,), both, (Language.ENGLISH,))):
            line.addWidget(self._language(languages), 0, n)
        scroll.inside.addLayout(line)
        self._no_voice = words(texts.say("voice.none"), "body", tone="quiet")
        scroll.inside.addWidget(self._no_voice)
        done = push_button(texts.say("comfort.done"), "primary", self.hide, size="large")
        done.setObjectName("comfort_done")
        inside.addWidget(done)
        outer.addWidget(sheet, 1000)
        self.hide()

    def show_voice(self, *, on: bool) -> None:
        """Whether there is a voice to read aloud; if not, it is said."""
        self._no_voice.setVisible(not on)

    def open(self) -> None:
        """Over the whole window."""
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """As high as its words, when there is room for them; at the foot, within reach."""
        super().resizeEvent(event)
        inner = self.width() - 2 * self._scale.px(2 * Space.GAP)
        around = self._around.totalMinimumSize().height() - self._scroll.minimumSizeHint().height()
        words_need = self._scroll.widget().heightForWidth(inner)
        self._sheet.setMaximumHeight(around + words_need)

    def _switch(self, key: str) -> QWidget:
        on = bool(getattr(self._comfort, key))
        card = TouchCard(self._scale, lambda: self._choose(**{key: not on}), edge=Space.NEAR)
        card.setObjectName(f"comfort_{key}")
        card.setCheckable(True)
        card.setChecked(on)
        say = self._texts.say
        card.setAccessibleName(say(f"comfort.{key}"))
        card.setAccessibleDescription(say(f"comfort.{key}_note"))
        card.inside.addWidget(words(say(f"comfort.{key}"), "large", strong=True))
        card.inside.addWidget(words(say(f"comfort.{key}_note"), "body", tone="quiet"))
        return card

    def _language(self, languages: tuple[Language, ...]) -> QWidget:
        name = "\n".join(OWN_NAMES[language] for language in languages)
        chip = push_button(name, "chip", lambda: self._choose(languages=languages), size="large")
        chip.setObjectName(f"comfort_{'_'.join(languages)}")
        chip.setCheckable(True)
        chip.setChecked(self._comfort.languages == languages)
        return chip

    def _choose(self, **changes: object) -> None:
        self.chosen.emit(replace(self._comfort, **changes))  # type: ignore[arg-type]
