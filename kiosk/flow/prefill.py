"""Answers that nobody has to type, because the card or the terminal already knows them."""

from datetime import date

from kiosk.domain import answers
from kiosk.domain.identity import CardKind, IdentityCard, Sex
from kiosk.domain.service_item import FieldSource, FormField, ServiceItem

# Words for 证件类型; the province's own dictionary was not available.
ID_TYPES = {
    CardKind.RESIDENT: "居民身份证",
    CardKind.SOCIAL_SECURITY: "居民身份证",  # its number is the citizen number
    CardKind.HMT_PERMIT: "港澳台居民居住证",
    CardKind.FOREIGNER_2017: "外国人永久居留身份证",
    CardKind.FOREIGNER_2023: "外国人永久居留身份证",
}


def prefilled(
    item: ServiceItem, card: IdentityCard, *, site_code: str, today: date
) -> dict[str, str]:
    """Answers by field key. What a card lacks or could not show clearly is left out."""
    known = {**_from_card(card), **_from_system(card, today)}
    filled = {}
    for field in item.questions():
        answer = site_code if field.source is FieldSource.TERMINAL else known.get(field.key, "")
        if answer and answers.complaint_about(field, answer) is None:
            filled[field.key] = answer
    return filled


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


def _from_system(card: IdentityCard, today: date) -> dict[str, str]:
    filled = {"applicant_id_type": ID_TYPES[card.kind]}
    if card.birth is not None:
        filled["age_band"] = f"{age_on(today, card.birth)}周岁"
    return filled


def age_on(day: date, birth: date) -> int:
    """Full years 周岁; a birthday on 29 February is reached on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
