"""In a few words: what of it works here, and what a person has to bring."""

from kiosk.domain.service_item import Capture, Material, Need, ServiceItem
from ui.texts import Texts


def to_bring(item: ServiceItem) -> tuple[Material, ...]:
    """Papers and cards without which one comes in vain, in the order of the guide.

    Not what the office fetches itself, what may follow later, nor what is made here on the spot.
    """
    made_here = {Capture.FORM, Capture.FACE_CAMERA}
    return tuple(
        m
        for m in item.own_materials()
        if m.need is Need.REQUIRED and not m.fetched and not made_here & set(m.captures)
    )


def bring_words(item: ServiceItem, texts: Texts) -> str:
    """要带：居民身份证. Names without what stands in brackets, unless it says whose they are."""
    names = [m.name.partition("(")[0] if m.replaced_by_card else m.name for m in to_bring(item)]
    return texts.say("bring.these", names="、".join(names)) if names else texts.say("bring.nothing")
