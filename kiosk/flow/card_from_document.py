"""Makes an identity card of what the chip of a passport or permit says."""

from typing import Final

from devices.travel_document.api import DocumentKind, TravelDocument
from kiosk.domain import foreigner_number, id_number
from kiosk.domain.identity import CardKind, IdentityCard

# 往来港澳通行证 and 往来台湾通行证 are of people with a resident ID card, which is asked for.
KINDS: Final = {
    DocumentKind.PASSPORT: CardKind.PASSPORT,
    DocumentKind.HMT_RESIDENT: CardKind.HMT_TRAVEL_PERMIT,
    DocumentKind.TAIWAN_RESIDENT: CardKind.TAIWAN_TRAVEL_PERMIT,
}


def is_identity(document: TravelDocument) -> bool:
    """Whether such a document stands for a person here, and its number is beyond doubt.

    No passport or permit has the number of an identity card: one that has was made by somebody.
    """
    return (
        document.kind in KINDS
        and bool(document.number)
        and "number" not in document.needs_typing
        and not id_number.is_valid(document.number)
        and not foreigner_number.is_valid(document.number)
    )


def card_of_document(document: TravelDocument) -> IdentityCard:
    """Names are in Latin letters: the zone has no Chinese ones.

    Raises ValueError when `is_identity` is False.
    """
    if not is_identity(document):
        raise ValueError("no document that stands for a person here")
    unsure = document.needs_typing
    return IdentityCard(
        kind=KINDS[document.kind],
        name="",
        english_name=f"{document.surname} {document.given_names}".strip(),
        number=document.number,
        sex=document.sex,
        birth=None if "birth" in unsure else document.birth,
        valid_until=None if "valid_until" in unsure else document.valid_until,
        country=document.nationality,
        needs_typing=frozenset({"name"}) | (unsure & {"birth", "valid_until"}),
    )
