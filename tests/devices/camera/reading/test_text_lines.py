import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.camera.reading.text_lines import Box, ink_of, lines_in


def page_with(
    *bars: tuple[int, int, int, int],
) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    page = np.full((300, 400, 3), 230, np.uint8)
    for left, top, right, bottom in bars:
        page[top:bottom:8, left:right] = 20
        page[top + 1 : bottom : 8, left:right] = 20
        page[top:bottom, left:right:12] = 20
    return page


WHOLE = Box(0, 0, 400, 300)


def test_lines_come_from_top_to_bottom_as_wide_as_their_print() -> None:
    page = page_with((40, 50, 300, 90), (40, 110, 120, 150))
    lines = lines_in(ink_of(page), WHOLE, line_height=40)
    assert [(round(one.left, -1), round(one.right, -1)) for one in lines] == [(40, 300), (40, 120)]
    assert lines[0].bottom <= lines[1].top


def test_print_that_a_shadow_joins_is_parted() -> None:
    page = page_with((40, 50, 300, 90), (40, 100, 300, 140))
    ink = ink_of(page)
    ink[85:105, 60:70] = True
    assert len(lines_in(ink, WHOLE, line_height=40)) == 2


def test_paper_in_a_shadow_is_no_print() -> None:
    page = page_with((40, 50, 300, 90))
    shade = np.ones(page.shape, np.float32)
    shade[:, 200:] = np.linspace(1, 0.5, 200)[None, :, None]
    dark = (page * shade).astype(np.uint8)
    lines = lines_in(ink_of(dark), WHOLE, line_height=40)
    assert len(lines) == 1
    assert lines[0].right < 310


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.integers(1, 120), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_any_picture_gives_boxes_inside_the_zone(
    width: int, height: int, line_height: int, seed: int
) -> None:
    page = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    zone = Box(width // 4, height // 4, max(1, width // 2), max(1, height // 2))
    for one in lines_in(ink_of(page), zone, line_height=line_height):
        assert zone.left <= one.left < one.right <= zone.right
        assert zone.top <= one.top < one.bottom <= zone.bottom
