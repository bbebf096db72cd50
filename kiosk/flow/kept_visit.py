"""A visit while it goes on: at which step it is, and that the store has what the screen shows."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.fault import Fault
from kiosk.domain.page import ScannedPage
from kiosk.flow.flow_view import FlowView
from kiosk.flow.kept_draft import KeptDraft
from kiosk.flow.steps import Step


class KeptVisit:
    """Moves along `view.steps`, and keeps pages and draft as people go.

    Which step is complete, and what is asked on it, is its subclasses' part. Lives on the
    interface's thread. Store trouble appears as `view.fault`, never as an exception.
    """

    def __init__(
        self, view: FlowView, kept: KeptDraft, *, on_change: Callable[[FlowView], None]
    ) -> None:
        """Nothing is shown or stored yet."""
        self.view = view
        self._kept = kept
        self._on_change = on_change

    # -- what people do

    def page_taken(self, page: ScannedPage) -> None:
        """A page was photographed; it is in the store before the screen shows it."""
        if any(known.sha256 == page.sha256 for known in self.view.pages_of(page.material)):
            return
        if self._is_kept(page):
            self._show(self.view.with_pages((*self.view.pages, page)))

    def take_shown_before(self, material: str) -> None:
        """The pages of that paper which the person showed before, as if taken now."""
        for sha256 in self.view.shown_before.get(material, ()):
            page = self._kept.again(sha256, material)
            if isinstance(page, ScannedPage):
                self.page_taken(page)
            else:
                self._fine(page)

    def page_dropped(self, sha256: str) -> None:
        """The resident wants that page away."""
        if self._fine(self._kept.drop(sha256)):
            self._show(
                self.view.with_pages(tuple(p for p in self.view.pages if p.sha256 != sha256))
            )

    def signed(self, picture: ScannedPage | None) -> None:
        """The signature was drawn, or wiped (None)."""
        before = self.view.signature
        if before is not None:
            if not self._fine(self._kept.drop(before)):
                return
            self.view = replace(self.view, signature=None)  # also when the new one is refused
        if picture is None or self._is_kept(picture):
            self._show(replace(self.view, signature=picture, fault=None))

    def device_failed(self, fault: Fault) -> None:
        """A device that this page needs made trouble."""
        self._show(replace(self.view, fault=fault))

    def fault_seen(self) -> None:
        """The trouble is over or was read."""
        if self.view.fault is not None:
            self._show(replace(self.view, fault=None))

    def tick(self) -> None:
        """Called once a second: saves a draft that lags behind the screen.

        So it lags a second, and the other of the two that may be lost (design.md section 2) is
        left to a slow disk. No clock is asked, since clocks are set back.
        """
        if self._kept.lags and self._kept.is_stored:
            self._fine(self._save(self.view.step))

    # -- inside

    def _drop_everything_of_somebody_else(self) -> None:
        """Another person takes the place of the one whose card lay here before."""
        kept = [*self.view.pages, *filter(None, [self.view.signature])]
        for page in kept:
            self._fine(self._kept.drop(page))
        self.view = replace(self.view, pages=(), signature=None, missing=())

    def _fine(self, fault: Fault | None) -> bool:
        """True when nothing kept the store from it; else the page says what did."""
        if fault is not None:
            self._show(replace(self.view, fault=fault))
        return fault is None

    def _is_kept(self, page: ScannedPage) -> bool:
        """True when the page is in the store; else the view says why not.

        The draft goes first where it lags: it may never have been saved, and takes no page then.
        """
        if self._kept.lags and not self._fine(self._save(self.view.step)):
            return False
        return self._fine(self._kept.add(page))

    def _save(self, step: Step) -> Fault | None:
        view = self.view
        return self._kept.save(view.answers, view.pages, view.signature, step)

    def _move(self, by: int) -> None:
        steps = self.view.steps
        self._move_to(steps[steps.index(self.view.step) + by])

    def _move_to(self, step: Step) -> None:
        """There, and the draft remembers it. A draft that cannot be saved holds nobody up.

        It is told, and whether the case is safe is decided when it is confirmed.
        """
        fault = self._save(step) if self._kept.is_stored else None
        changing = self.view.changing and step is not Step.REVIEW
        self._show(replace(self.view, step=step, fault=fault, complaints={}, changing=changing))

    def _show(self, view: FlowView) -> None:
        self.view = view
        self._on_change(view)
