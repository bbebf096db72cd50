"""Every page at every size, in every language and comfort: no word cut, every target large enough,
every control named, enough contrast; nothing to touch in the upper part of the low layout.
"""

import os

import pytest
from PySide6.QtWidgets import QAbstractButton, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from tests.ui import measures
from ui.fittings import LOW_FROM
from ui.shots import SCENES, SIZES
from ui.stage import Stage
from ui.texts.languages import Language
from ui.theme.comfort import AS_IT_IS, Comfort
from ui.theme.tokens import TOUCH, Palette, Scale
from ui.widgets.pages import PagePlace

BOTH = (Language.CHINESE, Language.KOREAN)
CONTRAST = {Palette.PLAIN: 4.5, Palette.HIGH_CONTRAST: 7.0}  # T-24; WCAG 2.1, 1.4.3 and 1.4.6
PORTABLE_DPI = 149  # 1280 x 800 on 10.1 inches
FINGER_MM = 12
# Each comfort at the size where it is hardest. So that the whole stays under three minutes, each
# scene is seen in one of them, in turn; EVERY_COMFORT=1 in the environment sees each in all.
COMFORTS = {
    "elder_kiosk": ("kiosk", Comfort(elder=True)),
    "elder_korean_portable": ("portable", Comfort(elder=True, languages=BOTH, left_handed=True)),
    "elder_korean_kiosk": ("kiosk", Comfort(elder=True, languages=BOTH[::-1], high_contrast=True)),
    "low_kiosk": ("kiosk", Comfort(low=True)),
}
SHEET = "comfort"  # over standby: chosen there, and measured with everything else


def in_turn() -> list[tuple[str, str]]:
    """Which scene is seen in which comfort."""
    scenes, comforts = [*SCENES, SHEET], list(COMFORTS)
    if os.environ.get("EVERY_COMFORT"):
        return [(scene, comfort) for scene in scenes for comfort in comforts]
    return [(scene, comforts[n % len(comforts)]) for n, scene in enumerate(scenes)]


def staged(scene: str, size: str, comfort: Comfort) -> Stage:
    """That scene, laid out."""
    stage = Stage(SIZES[size], comfort)
    if scene == SHEET:
        stage.press("door_comfort")
    else:
        SCENES[scene](stage)
    stage.make_whole()
    measures.settle()
    return stage


def complaints(stage: Stage, scale: Scale) -> list[str]:
    """Everything that is wrong on that page."""
    window = stage.window
    return [
        *measures.cut_words(window),
        *measures.thin_words(window),
        *measures.squeezed(window),
        *measures.overlapping(window),
        *measures.small_targets(window, scale),
        *measures.small_type(window, scale),
        *measures.unnamed(window),
        *measures.unreachable(window),
        *measures.weak_words(window, CONTRAST[scale.palette]),
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", [*SCENES, SHEET])
def test_as_it_is(qtbot: QtBot, scene: str, size: str) -> None:
    stage = staged(scene, size, AS_IT_IS)
    try:
        place = stage.window.page.parent().parent()
        assert isinstance(place, PagePlace)
        assert stage.window.size() == SIZES[size]
        assert place.needed(place.width()) <= place.height(), "only large type may push a page"
        assert "\n".join(complaints(stage, AS_IT_IS.scale(*SIZES[size].toTuple()))) == ""
    finally:
        stage.close()


@pytest.mark.parametrize(("scene", "comfort"), in_turn())
def test_in_other_comfort(qtbot: QtBot, scene: str, comfort: str) -> None:
    size, chosen = COMFORTS[comfort]
    stage = staged(scene, size, chosen)
    try:
        scale = chosen.scale(*SIZES[size].toTuple())
        assert "\n".join(complaints(stage, scale)) == ""
        if scale.low:
            assert too_high(stage, scale) == []
    finally:
        stage.close()


def too_high(stage: Stage, scale: Scale) -> list[str]:
    """What is touched above the lower part of the screen; pages in a list are pushed up to it."""
    window = stage.window
    highest = round(scale.height * LOW_FROM)
    return [
        button.text() or button.objectName()
        for button in measures.seen(window, QAbstractButton)
        if isinstance(button, QAbstractButton)
        and not button.visibleRegion().isEmpty()
        and measures.place_of(button, window).bottom() < highest
    ]


def test_a_finger_has_twelve_millimetres_on_the_portable() -> None:
    pixels = AS_IT_IS.scale(*SIZES["portable"].toTuple()).px(TOUCH)
    assert pixels / PORTABLE_DPI * 25.4 >= FINGER_MM
    assert AS_IT_IS.scale(*SIZES["kiosk"].toTuple()).px(TOUCH) == 96


def press(place: QScrollArea, name: str) -> None:
    """A finger on that button at the side of the page."""
    button = place.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    button.click()


def test_what_is_pushed_off_the_screen_comes_back_by_touch(qtbot: QtBot) -> None:
    stage = staged("read_card", "portable", Comfort(elder=True, languages=BOTH))
    place = stage.window.page.parent().parent()
    assert isinstance(place, QScrollArea)
    bar = place.verticalScrollBar()
    assert bar.maximum() > 0
    while bar.value() < bar.maximum():
        before = bar.value()
        press(place, "page_down")
        assert bar.value() > before
    press(place, "page_up")
    assert bar.value() < bar.maximum()
    stage.close()
