"""Invented people whose cards the demonstration and the tests may lay on the reader."""

from datetime import date
from typing import Final

from kiosk.domain.identity import CardKind, IdentityCard, Sex

VILLAGE: Final = "吉林省延吉市朝阳川镇示范村"

RESIDENT: Final = IdentityCard(
    kind=CardKind.RESIDENT,
    name="测试甲",
    number="11010519491231002X",
    sex=Sex.FEMALE,
    birth=date(1949, 12, 31),
    nation="01",
    address=f"{VILLAGE}1组",
    authority="示范市公安局",
    valid_from=date(2020, 1, 15),
    long_term=True,
)
HMT_PERMIT: Final = IdentityCard(
    kind=CardKind.HMT_PERMIT,
    name="样本港",
    number="810000198105040015",
    sex=Sex.MALE,
    birth=date(1981, 5, 4),
    address="广东省深圳市示范路2号",
    authority="深圳市公安局",
    valid_from=date(2018, 9, 1),
    valid_until=date(2023, 8, 31),
    permit_number="H12345678",
)
FOREIGNER_2017: Final = IdentityCard(
    kind=CardKind.FOREIGNER_2017,
    name="样本约翰",
    english_name="SPECIMEN, JOHN ALEXANDER",
    number="USA110080010111",
    country="USA",
    sex=Sex.MALE,
    birth=date(1980, 1, 1),
    valid_from=date(2017, 6, 16),
    valid_until=date(2027, 6, 15),
)
FOREIGNER_2023: Final = IdentityCard(
    kind=CardKind.FOREIGNER_2023,
    name="样本约翰",
    english_name="SPECIMEN, JOHN ALEXANDER",
    number="911840198001010013",
    country="USA",
    former_number="USA110080010111",
    sex=Sex.MALE,
    birth=date(1980, 1, 1),
    valid_from=date(2023, 12, 1),
    valid_until=date(2033, 11, 30),
)
FOUR_LAYOUTS: Final = (RESIDENT, HMT_PERMIT, FOREIGNER_2017, FOREIGNER_2023)


def _villager(name: str, number: str, sex: Sex, nation: str, group: int) -> IdentityCard:
    return IdentityCard(
        kind=CardKind.RESIDENT,
        name=name,
        number=number,
        sex=sex,
        birth=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        nation=nation,
        address=f"{VILLAGE}{group}组",
        authority="示范市公安局",
        valid_from=date(2021, 3, 1),
        valid_until=date(2041, 3, 1),
    )


# 䶮 (U+4DAE) is missing from GBK and from many fonts.
RARE_NAME: Final = _villager("王䶮", "222401196203079010", Sex.MALE, "01", 2)
# A Korean-Chinese household: father, mother, grown-up daughter.
FAMILY: Final = (
    _villager("金示范", "222401196509189036", Sex.MALE, "10", 3),
    _villager("朴样例", "22240119680122904X", Sex.FEMALE, "10", 3),
    _villager("金小样", "222401199506309024", Sex.FEMALE, "10", 3),
)
SOCIAL_SECURITY: Final = IdentityCard(
    kind=CardKind.SOCIAL_SECURITY,
    name="测试·努尔·阿卜杜拉",
    number="11010519491231002X",
    sex=Sex.FEMALE,
    birth=date(1949, 12, 31),
    nation="05",
    valid_from=date(2020, 1, 15),
    valid_until=date(2030, 1, 15),
    card_number="A12345678",
)
EVERYONE: Final = (*FOUR_LAYOUTS, RARE_NAME, *FAMILY, SOCIAL_SECURITY)
