"""The places of the province, level by level."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog.divisions import PROVINCE, jilin


def reached(code: str) -> list[str]:
    below = [one.code for one in jilin().below(code)]
    return below + [deeper for one in below for deeper in reached(one)]


def test_every_division_is_reached_from_the_province() -> None:
    codes = reached(PROVINCE)
    assert len(codes) == len(set(codes)) == 9 + 60 + 1075  # reference/domain.md section 7


def test_the_way_to_a_place_leads_through_every_level() -> None:
    names = [one.name for one in jilin().path_to("222401101000")]
    assert names == ["吉林省", "延边朝鲜族自治州", "延吉市", "依兰镇"]
    assert jilin().words("222401101000") == "".join(names)


def test_an_unknown_village_lies_in_what_is_known_above_it() -> None:
    assert jilin().path_to("222401999001")[-1].name == "延吉市"
    assert jilin().path_to("110000000000") == ()


@given(st.text(st.characters(categories=["Nd", "Lu"]), max_size=14))
def test_any_code_has_a_way_or_none(code: str) -> None:
    path = jilin().path_to(code)
    assert [one.code for one in path] == sorted(one.code for one in path)
