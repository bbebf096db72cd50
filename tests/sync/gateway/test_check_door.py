"""A telephone checks a slip: by itself where it can, else by asking; both say the same."""

import json
import logging
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from sync import wire
from sync.gateway.check_operations import CHECK_PATH, CheckAnswer, CheckTrust
from sync.gateway.news_book import EVERYBODY, Kind
from sync.gateway.signing import SigningKey
from sync.gateway_key import GatewayKey
from sync.proof_code import (
    TERMINAL_KEY,
    CodeRefused,
    SlipSigner,
    Vouched,
    check_code,
    lead_of,
    proof_code,
    said_of,
    vouched_bytes,
)
from sync.wire import hash_of
from tests.counterparts.village import TERMINAL_ID, Village

HERE = Path(__file__).parent
PROGRAM = Path("sync/gateway/check/check.js").resolve()
ADDRESS = "HTTPS://GATEWAY.EXAMPLE/C#"
NUMBER = "2224010010010126112800017"
AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
SECRET = bytes(range(32))
OFFICE = SigningKey(b"o" * 32)
SAID = said_of(AT, item="城乡居民基本养老保险参保登记", person="王**", pages=4, official="1" * 43)
FACTS = ["王**", "城乡居民基本养老保险参保登记", "2026-11-28 09:30", NUMBER, "222401001001-01"]


def vouched(office: SigningKey = OFFICE) -> Vouched:
    public = SigningKey(SECRET).public
    word = vouched_bytes("222401001001-01", public)
    return Vouched("222401001001-01", public, office.signature(TERMINAL_KEY, word))


def slip(office: SigningKey = OFFICE) -> str:
    return SlipSigner(SECRET, vouched(office)).code("DS1/", NUMBER, SAID)


def trust(*revoked: str, office: SigningKey = OFFICE) -> dict[str, object]:
    return {"gateway": office.public.hex(), "revoked": list(revoked)}


def by_node(question: dict[str, object]) -> Any:
    question = {"program": str(PROGRAM), **question}
    ran = subprocess.run(
        ["node", "--no-warnings", str(HERE / "check_page.js")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(ran.stdout)


def by_telephone(codes: Iterable[str], *revoked: str) -> list[dict[str, object]]:
    known = trust(*revoked)
    answers = by_node({"codes": [[code, known] for code in codes]})
    assert isinstance(answers, list)
    return answers


def by_gateway(code: str, revoked: Sequence[str] = ()) -> dict[str, object]:
    """What POST /C/code answers, without a gateway."""
    key = GatewayKey(OFFICE.public)
    try:
        seen = check_code(code, lead=lead_of(code), gateway=key, revoked=revoked)
    except CodeRefused as refused:
        return {"refusal": refused.reason.value}
    return {
        "refusal": "",
        "number": seen.number,
        "minutes": int(seen.at.timestamp() // 60),
        "item": seen.item,
        "person": seen.person,
        "pages": seen.pages,
        "official_end": seen.official_end,
        "terminal": seen.terminal_id,
    }


def test_a_telephone_says_what_the_gateway_says() -> None:
    paper = proof_code(NUMBER, SAID, OFFICE.signature)
    key = hash_of(vouched().key)
    codes = [slip(), ADDRESS + slip(), paper, slip(SigningKey(b"x" * 32)), "", "DS1/1", "x"]
    codes += ["DS1/1.", "DS1/X.YA", "DS1/1.AAAA", slip().lower(), slip() + "A", slip()[:-1]]
    codes += [slip().replace(NUMBER, "1"), slip().replace("DS1/", "XX/"), slip()[4:]]
    assert by_telephone(codes) == [by_gateway(code) for code in codes]
    assert by_telephone([slip()], key) == [{"refusal": "revoked"}]
    assert by_gateway(slip(), [key]) == {"refusal": "revoked"}
    [good, *_] = by_telephone([slip()])
    assert (good["refusal"], good["person"]) == ("", "王**")


def test_no_single_letter_can_change_on_a_telephone_either() -> None:
    good = slip()
    start = good.index(".") + 1
    changed = [
        good[:at] + ("A" if letter != "A" else "B") + good[at + 1 :]
        for at, letter in enumerate(good[start:], start=start)
    ]
    assert all(answer["refusal"] for answer in by_telephone(changed))


def page(**how: object) -> Any:
    usual = {"hash": "", "capable": True, "trust": trust(), "answer": {}, "press": "", "text": ""}
    return by_node({"page": usual | how})


def test_the_page_checks_by_itself_and_sends_nothing_of_the_slip() -> None:
    told = page(hash="#" + slip())
    assert told["tone"] == "good"
    assert set(FACTS) <= set(told["facts"])
    assert told["sent"] == [["GET", "C/trust", ""]]
    assert not told["offered"]


def test_an_old_telephone_asks_the_gateway_once_the_person_wishes_it() -> None:
    answer = by_gateway(slip())
    told = page(hash="#" + slip(), capable=False, answer=answer, press="send")
    assert told["offered"]
    assert "还没有核对" in told["before"]
    assert set(FACTS) <= set(told["facts"])
    [[method, path, body]] = told["sent"]
    assert (method, path, json.loads(body)) == ("POST", "C/code", {"code": slip()})


def test_the_words_of_an_old_slip_may_be_pasted() -> None:
    told = page(press="check", text=f" {slip()}\n")
    assert "粘贴" in told["before"]
    assert told["tone"] == "good"
    assert page(press="check", text="DS1/1")["tone"] == "bad"


def test_the_gateway_serves_the_page_and_what_it_needs(village: Village) -> None:
    here = f"{village.gateway.base_url}{CHECK_PATH}"
    answer = requests.get(here, timeout=5)
    assert "核对回执" in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert requests.get(f"{here}/check.js", timeout=5).content == PROGRAM.read_bytes()
    known = wire.decoded(requests.get(f"{here}/trust", timeout=5).content, CheckTrust)
    assert known == CheckTrust(village.gateway.public_key.hex(), ())


def test_the_gateway_checks_with_its_own_key_and_its_own_list(
    village: Village, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office = village.gateway.office
    public = SigningKey(SECRET).public
    office.vouching.key_told(TERMINAL_ID, public)
    [told] = office.news.told(TERMINAL_ID, [Kind.VOUCHED])
    code = SlipSigner(SECRET, wire.decoded(told.entry, Vouched)).code("DS1/", NUMBER, SAID)

    def ask(text: str) -> CheckAnswer:
        where = f"{village.gateway.base_url}{CHECK_PATH}/code"
        answer = requests.post(where, json={"code": text}, timeout=5)
        return wire.decoded(answer.content, CheckAnswer)

    assert ask(ADDRESS + code).person == "王**"
    assert ask(code).terminal == TERMINAL_ID
    assert ask(slip()).refusal == "unknown_terminal"
    file = json.dumps({"version": "2", "revoked": [hash_of(public)]}).encode()
    office.publishing.put_configuration(file, scope=EVERYBODY)
    assert ask(code).refusal == "revoked"
    trusted = requests.get(f"{village.gateway.base_url}{CHECK_PATH}/trust", timeout=5).json()
    assert trusted["revoked"] == [hash_of(public)]
    assert code[10:40] not in caplog.text
    assert NUMBER not in caplog.text
    # a list that cannot be read is no list: nobody says "genuine" without it
    office.news.tell(EVERYBODY, Kind.CONFIGURATION, wire.Signed(b"of a later one", b"", ""))
    where = f"{village.gateway.base_url}{CHECK_PATH}"
    assert requests.post(f"{where}/code", json={"code": code}, timeout=5).status_code == 503
    assert requests.get(f"{where}/trust", timeout=5).status_code == 503


@pytest.mark.parametrize("body", [b"", b"{}", b'{"code":7}', b'{"code":"a","code":"b"}'])
def test_what_is_no_question_is_refused(village: Village, body: bytes) -> None:
    where = f"{village.gateway.base_url}{CHECK_PATH}/code"
    answer = requests.post(where, body, headers={"Content-Type": wire.JSON}, timeout=5)
    assert answer.status_code == 422
