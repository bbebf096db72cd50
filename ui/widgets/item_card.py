"""One service item to touch: its name, what works here, how long, what it costs, what to bring."""

from collections.abc import Callable
from enum import StrEnum, unique

from kiosk.domain.service_item import OfflineMode, ServiceItem
from ui.bring_words import bring_words
from ui.item_words import item_title
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import TouchCard, badge, column, row, words


@unique
class Offer(StrEnum):
    """What this terminal can do about an item at this moment; the value is the key of its words."""

    HERE = "here"
    COLLECT_FIRST = "collect_first"
    NEEDS_NETWORK = "needs_network"
    GUIDE_ONLY = "guide_only"


TONES = {
    Offer.HERE: "good",
    Offer.COLLECT_FIRST: "blue",
    Offer.NEEDS_NETWORK: "warn",
    Offer.GUIDE_ONLY: "quiet",
}


def offer_of(item: ServiceItem, *, online: bool, assisted: bool = False) -> Offer:
    """What people may expect of that item here and now. `assisted`: staff are signed in."""
    if not item.self_service and not assisted:
        return Offer.GUIDE_ONLY
    if item.offline is OfflineMode.ONLINE_ONLY:
        return Offer.NEEDS_NETWORK
    if item.offline is OfflineMode.CAPTURE_LIMITED or not online:
        return Offer.COLLECT_FIRST
    return Offer.HERE


class ItemCard(TouchCard):
    """Grows with its words; nothing is cut."""

    def __init__(
        self,
        item: ServiceItem,
        *,
        online: bool,
        texts: Texts,
        scale: Scale,
        on_click: Callable[[], object],
    ) -> None:
        super().__init__(scale, on_click)
        self.item = item
        line = row(scale, gap=Space.GAP)
        text = column(scale, gap=Space.TIGHT)
        text.addWidget(words(item_title(item, texts), "large", strong=True))
        text.addWidget(words(bring_words(item, texts), "body"))
        foot = row(scale)
        offer = offer_of(item, online=online)
        foot.addWidget(badge(texts.say(f"offer.{offer}"), TONES[offer]))
        limit = item.guide.promised_limit
        if limit[:1].isdigit():  # otherwise it is said in words: at once
            limit = texts.say("offer.limit", limit=limit)
        facts = (limit, item.guide.fee)
        known = texts.joined("，", [fact for fact in facts if fact])
        foot.addWidget(words(known, "note", tone="quiet"), 1)
        text.addLayout(foot)
        line.addLayout(text, 1)
        line.addWidget(shown(Picture.NEXT, scale.ink(Colour.BLUE), scale.px(48)))
        self.inside.addLayout(line)
