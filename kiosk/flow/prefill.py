"""Answers that nobody has to type, because the card or the terminal already knows them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from kiosk.domain import answers
from kiosk.domain.identity import CardKind, IdentityCard, Sex
from kiosk.domain.service_item import HANDLING_REGION, FieldSource, FormField, ServiceItem

# Words for 证件类型; the province's own dictionary was not available.
ID_TYPES = {
    CardKind.RESIDENT: "居民身份证",
    CardKind.SOCIAL_SECURITY: "居民身份证",  # its number is the citizen number
    CardKind.HMT_PERMIT: "港澳台居民居住证",
    CardKind.FOREIGNER_2017: "外国人永久居留身份证",
    CardKind.FOREIGNER_2023: "外国人永久居留身份证",
    CardKind.PASSPORT: "护照",
    CardKind.HMT_TRAVEL_PERMIT: "港澳居民来往内地通行证",
    CardKind.TAIWAN_TRAVEL_PERMIT: "台湾居民来往大陆通行证",
}
COUNTY: Final = 6  # digits of a division code that name the county
BAND: Final = re.compile(r"(?P<from>\d+)(?:\+|-(?P<to>\d+))")  # 80-89, both included, or 100+


def prefilled(
    item: ServiceItem, card: IdentityCard, *, site_code: str, today: date
) -> dict[str, str]:
    """Answers by field key. What a card lacks or could not show clearly is left out."""
    known = {**_from_card(card), "applicant_id_type": ID_TYPES[card.kind]}
    filled = {}
    for field in item.questions():
        if field.key == HANDLING_REGION:
            answer = f"{site_code[:COUNTY]:0<12}"  # here, where the guide lets it be here
        elif field.source is FieldSource.TERMINAL:
            answer = site_code
        elif field.key == "age_band":
            answer = _band_of(card, field, today)
        else:
            answer = known.get(field.key, "")
        if answer and answers.complaint_about(field, answer) is None:
            filled[field.key] = answer
    return filled


def with_typed(
    item: ServiceItem, known: Mapping[str, str], typed: Mapping[str, str]
) -> dict[str, str]:
    """What was typed stays, but the card always wins on what is the card's."""
    of_card = {f.key for f in item.questions() if filled_by_card(f)}
    return {**known, **typed, **{k: v for k, v in known.items() if k in of_card}}


def filled_by_card(field: FormField) -> bool:
    """True when the answer belongs to the card, so the resident should not change it."""
    return field.source in (FieldSource.CARD, FieldSource.SYSTEM)


def _from_card(card: IdentityCard) -> dict[str, str]:
    by_item = {
        "name": card.shown_name,
        "number": card.number,
        "address": card.address,
        "sex": card.sex.value if card.sex in (Sex.MALE, Sex.FEMALE) else "",
        "nation": card.nation,
        "birth": card.birth.isoformat() if card.birth else "",
        "valid_until": _validity_of_id_card(card),
    }
    clear = {k: v for k, v in by_item.items() if v and k not in card.needs_typing}
    keys = {
        "name": "applicant_name",
        "number": "applicant_id_no",
        "address": "applicant_id_addr",
        "sex": "applicant_sex",
        "nation": "applicant_nation",
        "birth": "applicant_birth",
        "valid_until": "applicant_id_valid_to",
    }
    return {keys[k]: v for k, v in clear.items()}


def _validity_of_id_card(card: IdentityCard) -> str:
    if card.kind is CardKind.SOCIAL_SECURITY:
        return ""  # it states its own validity, not that of the resident ID card
    return answers.LONG_TERM if card.long_term else _day(card.valid_until)


def _band_of(card: IdentityCard, field: FormField, today: date) -> str:
    """The first option such as 80-89 or 100+ that the holder's age lies in, "" when none does."""
    if card.birth is None or "birth" in card.needs_typing:
        return ""
    age = age_on(today, card.birth)
    for code, words in field.options:
        band = BAND.fullmatch(words)
        if band and int(band["from"]) <= age <= (int(band["to"]) if band["to"] else age):
            return code
    return ""


def age_on(day: date, birth: date) -> int:
    """Full years 周岁; a birthday on 29 February is reached on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
