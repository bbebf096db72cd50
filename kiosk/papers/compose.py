"""Sets papers with their templates: PDF for printers, pictures for the screen and for slips."""

import json
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from kiosk.domain.unprintable import Unprintable
from kiosk.papers.fonts import font_folders, missing_glyphs

log = logging.getLogger(__name__)

SCREEN_PPI: Final = 110  # A4 is 910 dots wide: as wide as the page of a standing screen
PDF_STANDARD: Final = "a-2b"  # ISO 19005-2 (recalled); its mode refuses a character without a glyph
PASSED_OVER: Final = "could not set a paper; ours was taken"
_HERE: Final = Path(__file__).parent


@unique
class Template(StrEnum):
    """The value is the name of the template's file."""

    GUIDE = "guide.typ"
    FORM = "form.typ"
    SLIP = "slip.typ"
    ENTRUSTMENT = "entrustment.typ"
    DAILY_LIST = "daily_list.typ"
    TRIAL = "trial.typ"


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on it. Words reach the template as JSON in `sys.inputs.paper`, not as markup."""

    template: Template
    title: str
    words: Mapping[str, object] = field(repr=False)


class PaperError(Exception):
    """It cannot be set. The message names nothing; `missing` is for the person."""

    def __init__(self, words: str, missing: tuple[Unprintable, ...] = ()) -> None:
        super().__init__(words)
        self.missing = missing


class Typesetter:
    """Sets papers; keeps the fonts and one compiler for each template loaded. Any thread, in turn.

    A county may lay templates of the same file names into `own_templates`; they are taken first,
    and read nothing outside that folder. One that cannot be compiled is passed over for ours, each
    time, with a line in the log; `broken_templates` says why.
    """

    def __init__(self, own_templates: Path | None = None) -> None:
        self._own = own_templates
        self._passed_over: set[str] = set()
        self._lock = threading.Lock()
        self._fonts: typst.Fonts | None = None
        self._compilers: dict[Path, typst.Compiler] = {}

    def pdf(self, paper: Paper) -> bytes:
        """PDF/A-2b. The same words give the same bytes; nothing is written to disk.

        A quarter of a second the first time, later some milliseconds. Raises PaperError.
        """
        made = self._made(paper, format="pdf", pdf_standards=[PDF_STANDARD])
        assert isinstance(made, bytes)
        return made

    def pictures(self, paper: Paper, *, ppi: float = SCREEN_PPI) -> tuple[bytes, ...]:
        """Each page as PNG. A missing glyph is refused as in `pdf`. Raises PaperError."""
        self.pdf(paper)  # alone, a picture would show a box for it
        made = self._made(paper, format="png", ppi=ppi)
        assert made is not None
        return (made,) if isinstance(made, bytes) else tuple(made)

    def take_templates_from(self, folder: Path) -> None:
        """From now on those of the county lie there; said once, when a program begins."""
        with self._lock:
            self._own = folder

    @property
    def own_folder(self) -> Path | None:
        """Where the county's templates lie; None: nobody said."""
        return self._own

    def own_files(self) -> tuple[str, ...]:
        """Which of our templates the county has replaced."""
        return tuple(one.value for one in Template if self._own_place(one) is not None)

    def broken_templates(self, samples: Mapping[Template, Paper]) -> tuple[tuple[str, str], ...]:
        """(file, why) of each template of the county that cannot set its invented sample, or could
        not set its last paper."""
        found = []
        for template, paper in samples.items():
            place = self._own_place(template)
            if place is None:
                continue
            with self._lock:
                try:
                    self._run(place, _inputs(paper), format="pdf", pdf_standards=[PDF_STANDARD])
                except typst.TypstError as error:
                    found.append((template.value, error.message))
        named = {file for file, _ in found}
        found += [(file, PASSED_OVER) for file in sorted(self._passed_over - named)]
        return tuple(found)

    def _made(self, paper: Paper, **how: Any) -> bytes | list[bytes] | None:
        if missing := unprintable_in(paper.words):
            raise PaperError("no glyph for a character", missing)
        inputs = _inputs(paper)
        with self._lock:
            file = paper.template.value
            own = self._own_place(paper.template)
            if own is not None:
                try:
                    made = self._run(own, inputs, **how)
                except typst.TypstError:  # its text may hold words of the paper
                    self._passed_over.add(file)
                    log.warning("template %s of the county is passed over", file)
                else:
                    self._passed_over.discard(file)
                    return made
            try:
                return self._run(_HERE / paper.template, inputs, **how)
            except typst.TypstError as error:  # its text holds the character: not handed on
                missing_glyph = "could not be displayed" in error.message
                words = "no glyph for a character" if missing_glyph else "cannot be set"
                raise PaperError(words) from None

    def _own_place(self, template: Template) -> Path | None:
        place = None if self._own is None else self._own / template
        return place if place is not None and place.exists() else None

    def _run(
        self, template: Path, inputs: dict[str, str], **how: Any
    ) -> bytes | list[bytes] | None:
        compiler = self._compilers.get(template)
        if compiler is None:
            if self._fonts is None:
                self._fonts = typst.Fonts(
                    include_system_fonts=False,
                    include_embedded_fonts=False,
                    font_paths=[str(folder) for folder in font_folders()],
                )
            compiler = self._compilers[template] = typst.Compiler(
                str(template), root=str(template.parent), font_paths=self._fonts
            )
        return compiler.compile(sys_inputs=inputs, **how)


def pdf(paper: Paper) -> bytes:
    """See `Typesetter.pdf`."""
    return shared_typesetter().pdf(paper)


def pictures(paper: Paper) -> tuple[bytes, ...]:
    """See `Typesetter.pictures`."""
    return shared_typesetter().pictures(paper)


@cache
def shared_typesetter() -> Typesetter:
    """One for the whole program: fonts and compilers take room."""
    return Typesetter()


def unprintable_in(words: object, place: str = "") -> tuple[Unprintable, ...]:
    """Every character of the words that no font here has, with the label it stands beside."""
    return tuple(dict.fromkeys(_unprintable(words, place)))


def _unprintable(words: object, place: str) -> Iterator[Unprintable]:
    match words:
        case str():
            for char in missing_glyphs(words):
                yield Unprintable(place, char)
        case Mapping():
            label = words.get("label")
            for key, value in words.items():
                yield from _unprintable(value, label if isinstance(label, str) else str(key))
        case (str() as label, str() as value):
            yield from _unprintable(label, place)
            yield from _unprintable(value, label)
        case list() | tuple():
            for value in words:
                yield from _unprintable(value, place)


def _inputs(paper: Paper) -> dict[str, str]:
    return {"paper": json.dumps(dict(paper.words), ensure_ascii=False)}
