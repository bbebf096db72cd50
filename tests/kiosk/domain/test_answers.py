"""What counts as an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.answers import Complaint, complaint_about
from kiosk.domain.service_item import FieldSource, FieldType, FormField


def field(kind: FieldType, *, required: bool = True) -> FormField:
    return FormField(
        key="k",
        label="问题",
        type=kind,
        source=FieldSource.USER,
        required=required,
        options=(("1", "甲"), ("2", "乙")),
    )


GOOD = [
    (FieldType.TEXT, "王䶮"),
    (FieldType.CHOICE, "1"),
    (FieldType.MULTICHOICE, "1、2"),
    (FieldType.CONSENT, "yes"),
    (FieldType.ID_NUMBER, "11010519491231002X"),
    (FieldType.ID_NUMBER, "KAZ110090123105"),
    (FieldType.MOBILE, "13800138000"),
    (FieldType.DIVISION, "222401001001"),
    (FieldType.DIVISION, "222401101000 示范村"),
    (FieldType.DATE, "2024-02-29"),
    (FieldType.DATE_OR_LONG, "长期"),
    (FieldType.YEARMONTH, "2024-12"),
    (FieldType.YEAR, "2024"),
    (FieldType.MONEY, "1200.50"),
    (FieldType.NUMBER, "3"),
]
BAD = [
    (FieldType.CHOICE, "3", Complaint.NOT_AN_OPTION),
    (FieldType.MULTICHOICE, "1、9", Complaint.NOT_AN_OPTION),
    (FieldType.CONSENT, "no", Complaint.MISSING),
    (FieldType.ID_NUMBER, "110105194912310021", Complaint.ID_NUMBER),
    (FieldType.MOBILE, "23800138000", Complaint.MOBILE),
    (FieldType.MOBILE, "1380013800", Complaint.MOBILE),
    (FieldType.DIVISION, "2224", Complaint.DIVISION),
    (FieldType.DIVISION, "222401101000  ", Complaint.DIVISION),
    (FieldType.DATE, "2023-02-29", Complaint.DATE),
    (FieldType.DATE, "20230228", Complaint.DATE),
    (FieldType.YEARMONTH, "2024-13", Complaint.DATE),
    (FieldType.YEAR, "24", Complaint.DATE),
    (FieldType.MONEY, "-1", Complaint.AMOUNT),
    (FieldType.MONEY, "1.234", Complaint.AMOUNT),
    (FieldType.MONEY, "NaN", Complaint.AMOUNT),
    (FieldType.MONEY, "1e12", Complaint.AMOUNT),
    (FieldType.NUMBER, "三", Complaint.NUMBER),
    (FieldType.TEXT, "字" * 201, Complaint.TOO_LONG),
]


@pytest.mark.parametrize(("kind", "answer"), GOOD)
def test_a_good_answer_will_do(kind: FieldType, answer: str) -> None:
    assert complaint_about(field(kind), answer) is None


@pytest.mark.parametrize(("kind", "answer", "complaint"), BAD)
def test_a_bad_answer_is_told_apart(kind: FieldType, answer: str, complaint: Complaint) -> None:
    assert complaint_about(field(kind), answer) is complaint


@pytest.mark.parametrize("kind", list(FieldType))
def test_nothing_is_missing_only_where_it_is_required(kind: FieldType) -> None:
    assert complaint_about(field(kind), " ") is Complaint.MISSING
    assert complaint_about(field(kind, required=False), "") is None


NUMBER = "11010519491231002X"
MEMBERS = ("姓名", "身份号码", "关系", "月收入")


def table(*columns: str, required: bool = True) -> FormField:
    return FormField("k", "表", FieldType.TABLE, FieldSource.USER, required, columns=columns)


@pytest.mark.parametrize(
    "answer",
    [
        f"测试甲\t{NUMBER}\t本人\t1200.50",
        f"测试甲\t{NUMBER}\t\t\n样本约翰\tKAZ110090123105\t配偶\t0",
    ],
)
def test_a_table_of_people_with_right_numbers_and_amounts_will_do(answer: str) -> None:
    assert complaint_about(table(*MEMBERS), answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        f"测试甲\t{NUMBER}\t本人",  # a cell short
        f"测试甲\t{NUMBER}\t本人\t1\t2",  # a cell too many
        "测试甲\t110105194912310021\t本人\t1",
        "测试甲\t\t本人\t1",
        f"\t{NUMBER}\t本人\t1",
        f"测试甲\t{NUMBER}\t本人\t很多",
        f"测试甲\t{NUMBER}\t本人\t1\n",  # a row with nothing in it
    ],
)
def test_a_table_with_one_bad_row_is_complained_about(answer: str) -> None:
    assert complaint_about(table(*MEMBERS), answer) is Complaint.TABLE


def test_a_table_without_columns_holds_names_and_amounts() -> None:
    assert complaint_about(table(), "房屋\t") is None
    assert complaint_about(table(), "房屋\t50000\n土地\t0") is None
    assert complaint_about(table(), "房屋\t三间") is Complaint.TABLE
    assert complaint_about(table(), "房屋") is Complaint.TABLE


def test_a_required_table_has_at_least_one_row() -> None:
    assert complaint_about(table(*MEMBERS), "\t\t\t\n\t\t\t") is Complaint.MISSING
    assert complaint_about(table(required=False), "") is None


@given(st.sampled_from(FieldType), st.text(max_size=300))
def test_any_text_gets_an_answer(kind: FieldType, text: str) -> None:
    assert complaint_about(field(kind), text) in (None, *Complaint)
