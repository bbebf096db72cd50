"""Lists of home visits as offices keep them; whatever is wrong is said without quoting it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.visit_list import HEADINGS, WrongList, visits_in
from sync import wire
from tests.counterparts.sample_cases import NUMBER


def read(folder: Path, content: bytes, name: str = "list.csv") -> list[wire.VisitEntry]:
    file = folder / name
    file.write_bytes(content)
    return visits_in(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    table = (
        "姓名,身份证号,电话,地址,事项编码,日期,备注,编号\r\n"
        f'测试甲,{NUMBER},13800000000,示范村一组,,2026-03-06,"腿脚不便,慢些",v1\r\n'
    )
    [visit] = read(tmp_path, table.encode(encoding))
    assert visit == wire.VisitEntry(
        visit_id="v1",
        name="测试甲",
        number=NUMBER,
        phone="13800000000",
        address="示范村一组",
        wanted_on=date(2026, 3, 6),
        note="腿脚不便,慢些",
    )


def test_json_is_a_list_of_objects(tmp_path: Path) -> None:
    content = '[{"name":"甲","address":"一组","wanted_on":"2026-03-06","note":null}]'
    [visit] = read(tmp_path, content.encode(), "list.json")
    assert (visit.name, visit.wanted_on, visit.note) == ("甲", date(2026, 3, 6), "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "一条也没有"),
        ("姓名,地址\n", "一条也没有"),
        ("姓名,地址\n甲,\n", "第 2 行：没有填地址"),
        ("地址\n一组\n", "第 2 行：没有填姓名"),
        ("姓名,地址,日期\n甲,一组,三月六日\n", "第 2 行：日期应写成"),
        ("姓名,地址,证件号码\n甲,一组,123\n", "第 2 行：证件号码有误"),
        ("姓名,地址\n甲,一组,多余\n", "第 2 行：栏数比表头多"),
        ("姓名,地址,属相\n甲,一组,兔\n", "第 2 行：不认识这一栏"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(WrongList, match=words):
        read(tmp_path, content.encode())


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'[{"name":1}]', b"\xff\xfe"])
def test_what_is_no_list_is_said_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(WrongList, match="JSON"):
        read(tmp_path, content, "list.json")


cells = st.text(max_size=20)
rows = st.lists(
    st.dictionaries(st.sampled_from([*HEADINGS]) | cells, cells, max_size=6), max_size=4
)


@given(st.binary(max_size=300) | rows.map(lambda table: repr(table).encode()))
def test_any_bytes_are_a_list_or_wrong(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("list")
    for name in ("list.csv", "list.json"):
        try:
            visits = read(folder, content, name)
        except WrongList:
            continue
        assert all(visit.name and visit.address for visit in visits)
