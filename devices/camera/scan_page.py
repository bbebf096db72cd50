"""Makes a page that can be kept out of one camera picture."""

from devices.camera.api import Frame
from devices.camera.judge import judge
from devices.camera.page_edges import FoundPage, find_page
from devices.camera.page_file import page_file
from devices.camera.straighten import straighten
from kiosk.domain.page import ScannedPage


def scan_page(frame: Frame, *, material: str) -> ScannedPage:
    """Find the page, lay it flat, judge it, pack it. Without a page: the whole frame, NO_PAGE.

    Never fails on any frame. About a third of a second at 1280x960 on a weak terminal, so not on
    the thread that draws.
    """
    return keep_page(frame, find_page(frame), material=material)


def keep_page(frame: Frame, found: FoundPage | None, *, material: str) -> ScannedPage:
    """The same with the page already found, or with the corners that a person has set.

    Raises ValueError when corners set by hand are no page shape (see straighten).
    """
    page = frame if found is None else straighten(frame, found.corners)
    doubts = judge(page, found)
    file = page_file(page, doubts)
    return ScannedPage(
        material=material,
        jpeg=file.jpeg,
        pdf=file.pdf,
        width=page.width,
        height=page.height,
        doubts=doubts,
    )
