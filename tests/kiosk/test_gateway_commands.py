"""What a technician types at the gateway, beside a serving one, on either database."""

import inspect
import json
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kiosk.__main__ import app
from kiosk.gateway_serve_command import serve_command
from kiosk.settings import GatewaySettings
from sync import wire
from sync.api import Refused
from sync.gateway.openapi import described
from sync.outbox_sender import OutboxSender
from tests.counterparts.postgres_server import PostgresServer
from tests.counterparts.sample_cases import NAME, NOON, NUMBER, case_id
from tests.counterparts.village import TERMINAL_ID, Village, submit


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    made = server.new_database()
    yield made
    server.drop(made)


@pytest.fixture
def village(tmp_path: Path, address: str) -> Iterator[Village]:
    made = Village(tmp_path, database=address)
    yield made
    made.close()


class Desk:
    """The commands over the data of a gateway that serves meanwhile."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = str(folder)
        self._environment = {"DOORSTEP_GATEWAY_DATABASE": address, "COLUMNS": "200"}

    def __call__(self, *words: str, code: int = 0) -> str:
        told = self.result(words)
        assert told.exit_code == code, told.output
        return told.stdout

    def result(self, words: Sequence[str]) -> Result:
        asked = ["gateway", *words, "--folder", self._folder]
        return CliRunner().invoke(app, asked, env=self._environment)

    def lines(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*words).splitlines()]


@pytest.fixture
def desk(village: Village, address: str) -> Desk:
    return Desk(village.folder / "gateway", address)


def test_terminals_are_listed_with_what_they_say(village: Village, desk: Desk) -> None:
    village.gateway.add_terminal("t2")
    village.gateway.add_terminal("t3", expires_at=datetime.now(UTC) - timedelta(days=1))
    village.gateway.add_terminal("t4")
    desk("revoke", "t4")
    village.client.heartbeat(
        wire.Heartbeat(
            program="0.9",
            now=datetime.now(UTC) + timedelta(minutes=5),
            waiting=3,
            aside=(wire.AsideEntry(case_id(1), "answers.name: 必填项未填写"),),
            catalog_version="2026-03-01",
        )
    )
    told = desk("terminals")
    ours, aside, second, third, fourth, total = told.splitlines()
    assert "正常" in ours
    for word in (TERMINAL_ID, "未上传 3 件", "搁置 1 件", "程序 0.9", "2026-03-01", "时钟快"):
        assert word in ours
    assert case_id(1) in aside
    assert "answers.name: 必填项未填写" in aside
    assert (second, third, fourth) == ("t2  从未联系", "t3  令牌已过期", "t4  已停用")
    assert "4 台" in total
    first, *_ = desk.lines("terminals", "--json")
    assert first["terminal"] == TERMINAL_ID
    assert first["word"]["waiting"] == 3
    assert 200 < first["clock_skew_seconds"] < 400
    assert "token" not in first


def test_a_token_is_for_this_account_alone_whatever_file_had_its_name(tmp_path: Path) -> None:
    token, elsewhere = tmp_path / "token", tmp_path / "elsewhere"
    desk = Desk(tmp_path / "gateway", "")
    for before in (None, elsewhere):
        if before is None:
            token.write_text("an older one")
            token.chmod(0o644)
        else:
            before.write_text("untouched")
            token.unlink()
            token.symlink_to(before)
        desk("enrol", "t1", "--token-file", str(token))
        assert not token.is_symlink()
        assert token.stat().st_mode & 0o777 == 0o600
        assert len(token.read_text().strip()) > 20
    assert elsewhere.read_text() == "untouched"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["elsewhere", "gateway", "token"]


def test_a_token_that_cannot_be_written_does_not_end_the_one_before(
    village: Village, desk: Desk, tmp_path: Path
) -> None:
    told = desk.result(["enrol", TERMINAL_ID, "--token-file", str(tmp_path / "nowhere" / "token")])
    assert told.exit_code == 1
    assert "不能读写" in told.stderr
    assert village.client.reachable() is None
    village.client.pull("", catalog="")  # with its token


def test_who_was_never_enrolled_cannot_be_revoked(desk: Desk) -> None:
    told = desk.result(["revoke", "nobody"])
    assert (told.exit_code, told.stderr) == (2, "没有登记过这台终端\n")


def test_a_notice_is_published_listed_and_withdrawn(village: Village, desk: Desk) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    notice_id = desk(
        "notice", "publish", "--title", "停电", "--body", "明天", "--until", day
    ).strip()
    [notice] = village.client.pull("", catalog="").notices
    assert (notice.notice_id, notice.title) == (notice_id, "停电")
    assert notice.until is not None
    assert notice.until.hour == 16  # the end of that day in China
    assert "有效  停电" in desk("notice", "list")
    desk("notice", "withdraw", notice_id)
    assert village.client.pull("", catalog="").withdrawn == (notice_id,)
    assert "已撤回" in desk("notice", "list")
    [told] = desk.lines("notice", "list", "--json")
    assert told["withdrawn"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notice", "publish", "--title", " ", "--body", "x"], "标题"),
        (["notice", "publish", "--title", "x", "--until", "明天", "--body", "x"], "截止时间"),
        (["notice", "publish", "--title", "x", "--until", "2020-01-01", "--body", "x"], "截止时间"),
        (["notice", "publish", "--title", "x", "--body", "x", "--terminal", "no"], "没有登记"),
        (["notice", "withdraw", "nothing"], "没有这条通知"),
        (["visit", "add", "--terminal", "no", "--name", "甲", "--address", "一组"], "没有登记"),
        (["visit", "add", "--terminal", TERMINAL_ID], "请填写"),
        (["visit", "add", "--terminal", TERMINAL_ID, "--name", "甲"], "地址"),
        (["visit", "end", "nothing", "--terminal", TERMINAL_ID], "没有这条"),
        (["visit", "list", "--terminal", "no"], "没有登记"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(desk: Desk, words: list[str], said: str) -> None:
    told = desk.result(words)
    assert told.exit_code == 2
    assert said in told.stderr


def test_visits_are_given_from_a_table_and_end(
    village: Village, desk: Desk, tmp_path: Path
) -> None:
    table = tmp_path / "visits.csv"
    table.write_text(
        f"姓名,地址,证件号码,日期\n测试乙,示范村二组,,2026-03-06\n测试丙,示范村三组,{NUMBER},\n",
        "gb18030",
    )
    ids = desk("visit", "add", "--terminal", TERMINAL_ID, "--file", str(table)).split()
    assert len(ids) == 2
    pulled = village.client.pull("", catalog="").visits
    assert [visit.name for visit in pulled] == ["测试乙", "测试丙"]
    assert desk("visit", "add", "--terminal", TERMINAL_ID, "--file", str(table)) == ""
    listed = desk("visit", "list", "--terminal", TERMINAL_ID)
    assert "测试" not in listed
    assert NUMBER not in listed
    assert "测试乙" in desk("visit", "list", "--terminal", TERMINAL_ID, "--full")
    desk("visit", "end", ids[0], "--terminal", TERMINAL_ID)
    assert village.client.pull("", catalog="").ended_visits == (ids[0],)
    assert len(desk.lines("visit", "list", "--terminal", TERMINAL_ID)) == 1


def test_of_a_table_with_a_wrong_line_nothing_is_given(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "visits.csv"
    table.write_text("姓名,地址,证件号码\n甲,一组,\n乙,二组,110105194912310021\n", "utf-8")
    told = desk.result(["visit", "add", "--terminal", TERMINAL_ID, "--file", str(table)])
    assert told.exit_code == 2
    assert "第 3 行" in told.stderr
    assert "110105194912310021" not in told.output
    assert desk("visit", "list", "--terminal", TERMINAL_ID) == ""


def test_a_configuration_is_signed_and_handed_down(
    village: Village, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "configuration.json"
    file.write_text('{"version": "2026-03", "poll_seconds": 60}', "utf-8")
    assert desk("configuration", "put", str(file)) == "2026-03\n"
    assert village.client.pull("", catalog="").configuration == file.read_bytes()
    file.write_text("{}", "utf-8")
    assert "内容不能这样填" in desk.result(["configuration", "put", str(file)]).stderr
    desk("configuration", "put", str(tmp_path / "missing.json"), code=1)


def test_staff_are_added_listed_and_revoked(village: Village, desk: Desk) -> None:
    key = "04" + "ab" * 64
    wanted = ["--name", "测试代办员", "--role", "assistant", "--role", "field", "--key", key]
    place = ["--site", "222401001001", "--until", "2027-12-31", "--terminal", TERMINAL_ID]
    assert desk("staff", "add", "s-017", *wanted, *place) == "s-017\n"
    [word] = village.client.pull("", catalog="").staff
    assert (word.roles, word.key.hex()) == (("assistant", "field"), key)
    listed = desk("staff", "list", "--terminal", TERMINAL_ID)
    assert json.loads(listed)["valid_until"] == "2027-12-31T15:59:59+00:00"
    assert "测试代办员" not in listed
    desk("staff", "revoke", "s-017", "--terminal", TERMINAL_ID)
    assert json.loads(desk("staff", "list", "--terminal", TERMINAL_ID))["revoked"]
    desk("staff", "revoke", "s-018", "--terminal", TERMINAL_ID, code=2)
    told = desk.result(["staff", "add", "s-1", *wanted[:-1], "xyz", *place])
    assert (told.exit_code, "卡片公钥" in told.stderr) == (2, True)


def test_conflicts_are_shown_without_a_value(village: Village, desk: Desk) -> None:
    assert "没有内容冲突" in desk("conflicts")
    first = village.confirm(1, pages=0)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    other = replace(first, answers={**first.answers, "field3": "第九项"})
    assert isinstance(submit(village.client, other), Refused)
    told = desk("conflicts")
    for word in (first.case_id, "先到的一份", "后到的一份", "answers.field3", "共 1 件"):
        assert word in told
    for personal in (NAME, NUMBER, "第九项", "第3项"):
        assert personal not in told
    [as_json] = desk.lines("conflicts", "--json")
    assert as_json["differs_in"] == ["answers.field3"]


def test_a_check_says_that_all_is_well_or_what_is_not(village: Village, desk: Desk) -> None:
    case = village.confirm(1, pages=1)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    told = desk.result(["check"])
    assert (told.exit_code, told.stdout) == (0, "一切完好。\n")
    assert "核对页面和文件  2/2（100%）" in told.stderr
    packs = [path for path in (village.folder / "gateway" / "pack").rglob("*") if path.is_file()]
    for path in packs:
        path.write_bytes(bytes(path.stat().st_size))
    told = desk.result(["check"])
    assert told.exit_code == 1
    assert case.pages[0].sha256 in told.stdout
    assert "已损坏" in told.stdout
    assert "共发现 2 处异常" in told.stdout
    found = [json.loads(line) for line in desk("check", "--json", code=1).splitlines()]
    assert {one["fault"] for one in found} == {"damaged"}


def test_openapi_is_printed() -> None:
    told = CliRunner().invoke(app, ["gateway", "openapi"])
    assert json.loads(told.stdout) == json.loads(json.dumps(described()))


def test_a_database_that_cannot_be_is_said_in_words(tmp_path: Path) -> None:
    folder = str(tmp_path / "gateway")
    for database, code, word in (
        ("mysql://x:secret@y/z", 2, "postgresql://"),
        ("postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=1", 1, "数据库没有应答"),
    ):
        asked = ["gateway", "terminals", "--folder", folder, "--database", database]
        told = CliRunner().invoke(app, asked)
        assert told.exit_code == code
        assert word in told.stderr
        assert "secret" not in told.output


def test_data_that_this_program_cannot_use_is_said_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "gateway"
    asked = ["gateway", "terminals", "--folder", str(folder)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    key = folder / "sealing.key"
    secret = key.read_bytes()
    key.write_bytes(b"short")
    told = CliRunner().invoke(app, asked)
    assert (told.exit_code, key.read_bytes()) == (1, b"short")
    assert "密钥文件 sealing.key 已损坏" in told.stderr
    key.write_bytes(secret)
    with closing(sqlite3.connect(folder / "ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE alembic_version SET version_num='9999'")
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 1
    assert "更新版本的程序" in told.stderr
    assert "9999" in told.stderr


def test_a_ledger_that_somebody_holds_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gateway"
    asked = ["gateway", "terminals", "--folder", str(folder)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    monkeypatch.setattr("sync.gateway.sqlite_database.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as ledger:
        ledger.execute("BEGIN IMMEDIATE")
        told = CliRunner().invoke(app, asked)
    assert told.exit_code == 1
    assert "数据库没有应答" in told.stderr


def test_a_missing_driver_is_said_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sync.gateway.postgres_database", None)
    asked = ["gateway", "terminals", "--folder", str(tmp_path), "--database", "postgresql://x/y"]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 2
    assert "pip install 'doorstep-kiosk[province]'" in told.stderr


def test_a_terminal_looks_for_the_gateway_where_it_serves_unless_told_otherwise() -> None:
    serves = inspect.signature(serve_command).parameters["port"].default
    assert serves == urlsplit(GatewaySettings().url).port


def test_help_names_every_command_in_words() -> None:
    told = CliRunner().invoke(app, ["gateway", "--help"], env={"COLUMNS": "200"}).stdout
    for word in ("第一次使用", "enrol", "serve", "terminals", "notice", "visit", "configuration"):
        assert word in told
    for command in ("serve", "terminals", "conflicts", "check", "notice", "visit", "configuration"):
        each = CliRunner().invoke(app, ["gateway", command, "--help"], env={"COLUMNS": "200"})
        assert each.exit_code == 0
        if command not in ("notice", "visit", "configuration"):
            assert "DOORSTEP_GATEWAY_DATABASE" in each.stdout


def test_a_correction_is_asked_for_by_rows_and_a_second_one_is_not(
    village: Village, desk: Desk
) -> None:
    case = village.confirm(pages=0)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    desk("review", "correct", case.case_id, code=2)
    desk("review", "correct", case.case_id, "--row", "nothing", code=2)
    rows = ("--row", "field:field1=wrong,少一位", "--row", "signature=missing")
    [told] = desk.lines("review", "correct", case.case_id, *rows)
    assert told["state"] == "correction"
    desk("review", "correct", case.case_id, "--row", "field:field2=wrong", code=2)
    [change] = village.client.pull("", catalog="").changes
    assert [(row.part, row.key, row.flaw) for row in change.asked] == [
        ("field", "field1", "wrong"),
        ("signature", "", "missing"),
    ]
    desk("review", "answer", case.case_id, "这不是来信", code=2)
    assert desk("evaluations") == ""


def test_a_payment_is_demanded_listed_and_paid(village: Village, desk: Desk) -> None:
    case = village.confirm(pages=0)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    asked = ("payment", "demand", case.case_id, "--subject", "工本费")
    for wrong in ("x", "0", "1.234", "100000.01"):
        desk(*asked, "--yuan", wrong, code=2)
    order_id = desk(*asked, "--yuan", "12.50").strip()
    desk(*asked, "--yuan", "3", code=2)
    desk("payment", "pay", "no such order", code=2)
    desk("payment", "pay", order_id)
    [listed] = desk.lines("payment", "list")
    assert (listed["order_id"], listed["fen"]) == (order_id, 1250)


def test_a_form_is_offered_and_taken_once(desk: Desk) -> None:
    code = desk("handover", "offer", "--item", "x", "--answer", "contact_mobile=13800138000")
    [taken] = desk.lines("handover", "take", code.strip())
    assert taken == {"item": "x", "answers": {"contact_mobile": "13800138000"}}
    desk("handover", "take", "DSH1/what", code=2)
