"""Reads aloud with whatever voice the machine has; the only file that knows Qt TextToSpeech."""

from collections import deque
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtTextToSpeech import QTextToSpeech

from ui.texts.languages import Language

PRETENDING: Final = "mock"  # Qt's engine for tests: makes no sound, so nobody gets it by chance
SPOKEN: Final[Mapping[Language, QLocale.Language]] = MappingProxyType(
    {
        Language.CHINESE: QLocale.Language.Chinese,
        Language.KOREAN: QLocale.Language.Korean,
        Language.ENGLISH: QLocale.Language.English,
    }
)


class Voice(QObject):
    """One sentence after the other; lives on Qt's thread, speaks on the engine's own.

    Signal: changed: `is_reading` differs from before.
    """

    changed = Signal()

    def __init__(
        self,
        engine: str = "",
        *,
        spoken: Mapping[Language, QLocale.Language] = SPOKEN,
    ) -> None:
        """`engine`: a name of Qt's; "" takes the first real one, if there is any."""
        super().__init__()
        self._spoken = spoken
        self._waiting: deque[str] = deque()
        self._engine: QTextToSpeech | None = None
        names = [engine] if engine else [*QTextToSpeech.availableEngines()]
        for name in names:
            if name == PRETENDING and not engine:
                continue
            made = QTextToSpeech(name)
            if made.state() is not QTextToSpeech.State.Error:
                self._engine = made
                made.stateChanged.connect(self._engine_changed)
                break

    @property
    def is_reading(self) -> bool:
        """Whether something is being said, or waits to be."""
        engine = self._engine
        speaking = engine is not None and engine.state() is QTextToSpeech.State.Speaking
        return bool(self._waiting) or speaking

    def speaks(self, *languages: Language) -> Language | None:
        """The first of these that a voice is installed for; None: none of them."""
        return next((lang for lang in languages if self._locale(lang) is not None), None)

    def read(self, sentences: Sequence[str], language: Language) -> None:
        """Say them, after falling silent. Nothing happens without a voice for that language."""
        self.stop()
        locale = self._locale(language)
        if self._engine is None or locale is None or not sentences:
            return
        self._engine.setLocale(locale)
        self._waiting.extend(sentences)
        self._say_next()
        self.changed.emit()

    def stop(self) -> None:
        """Be quiet at once, and forget what was to be said."""
        was_reading = self.is_reading
        self._waiting.clear()
        if self._engine is not None:
            self._engine.stop(QTextToSpeech.BoundaryHint.Immediate)
        if was_reading:
            self.changed.emit()

    def _say_next(self) -> None:
        if self._engine is not None and self._waiting:
            self._engine.say(self._waiting.popleft())

    def _engine_changed(self, state: QTextToSpeech.State) -> None:
        if state is QTextToSpeech.State.Error:
            self._waiting.clear()
        elif state is QTextToSpeech.State.Ready and self._waiting:
            self._say_next()
            return
        if not self.is_reading:
            self.changed.emit()

    def _locale(self, language: Language) -> QLocale | None:
        if self._engine is None:
            return None
        known = self._engine.availableLocales()
        return next((one for one in known if one.language() == self._spoken[language]), None)
