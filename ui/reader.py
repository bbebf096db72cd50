"""Puts reading aloud behind one button, in the bar and at the foot of the standby page."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.fittings import Fittings
from ui.reading import sentences
from ui.texts import Texts
from ui.texts.languages import Language
from ui.voice import Voice


class Reader(QObject):
    """A touch reads the page that is seen; the next touch, another page or the end is silence."""

    def __init__(
        self, voice: Voice | None, *, page: Callable[[], QWidget], window: QObject
    ) -> None:
        super().__init__(window)
        self._voice = voice
        self._page = page
        self._inside: Fittings | None = None
        self._texts: Texts | None = None
        if voice is not None:
            voice.changed.connect(self._show)

    def fit(self, inside: Fittings, texts: Texts) -> None:
        """Other buttons and other words, from now on."""
        self.stop()
        self._inside, self._texts = inside, texts
        inside.top.read.connect(self._touched)
        inside.standby.read.connect(self._touched)
        self._show()

    def stop(self) -> None:
        """Be quiet."""
        if self._voice is not None and self._voice.is_reading:
            self._voice.stop()

    def _language(self) -> Language | None:
        if self._voice is None or self._texts is None:
            return None
        return self._voice.speaks(*self._texts.languages)

    def _touched(self) -> None:
        language = self._language()
        if self._voice is None or self._texts is None or language is None:
            return
        if self._voice.is_reading:
            self._voice.stop()
        else:
            self._voice.read(sentences(self._page(), self._texts, language), language)

    def _show(self) -> None:
        if self._inside is None or self._texts is None:
            return
        words = ""
        if self._voice is not None and self._language() is not None:
            words = self._texts.say("voice.quiet" if self._voice.is_reading else "voice.read")
        self._inside.top.show_reading(words)
        self._inside.standby.show_reading(words)
        self._inside.sheet.show_voice(on=bool(words))
