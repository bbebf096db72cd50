"""A case goes by hand: from the terminal over the stick to the gateway, and the answer back."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from sync.gateway_key import STICK_ANSWER, GatewayKey
from sync.outbox_sender import OutboxSender
from sync.stick_export import StickExport
from sync.stick_folder import NotAStick, StickFolder
from sync.stick_relay import StickRelay
from tests.counterparts.sample_cases import NAME, NOON, NUMBER
from tests.counterparts.stick import answers, at_the_gateway, export, sender
from tests.counterparts.village import TERMINAL_ID, Village, case_ids, submit

BOTH_ENGINES = True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_case_by_hand_arrives_with_every_page_and_leaves_the_outbox(
    village: Village, folder: Path
) -> None:
    case = village.confirm()
    assert export(village, folder).written == (case.case_id,)
    assert at_the_gateway(village, folder).is_fine
    assert answers(village, folder).acknowledged == (case.case_id,)
    [arrived] = village.gateway.review.waiting()
    assert (arrived.pages, arrived.signature) == (case.pages, case.signature)
    for page in case.pages:
        assert village.gateway.review.page(page.sha256) == village.store.page(page.sha256)
    ours = village.store.case(case.case_id)
    assert (ours.state, ours.official_number) == (CaseState.RECEIVED, arrived.official_number)
    assert village.store.waiting() == 0
    assert not list((folder / "cases").iterdir())


def test_the_stored_acknowledgement_is_the_one_the_wire_would_bring(
    village: Village, folder: Path
) -> None:
    case = village.confirm()
    export(village, folder)
    at_the_gateway(village, folder)
    answers(village, folder)
    [(stored,)] = village.store._database.execute("SELECT acknowledgement FROM cases")
    over_the_wire = submit(village.client, case)
    assert over_the_wire.acknowledgement == stored  # type: ignore[union-attr]


def test_nothing_readable_is_on_the_stick(village: Village, folder: Path) -> None:
    case = village.confirm()
    export(village, folder)
    at_the_gateway(village, folder)
    secrets = [
        word.encode(code)
        for word in (NAME, NUMBER, case.item_title, "第3项的回答", village.token)
        for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "utf-32-le")
    ]
    secrets += [case.pages[0].sha256.encode(), village.store.page(case.pages[0].sha256)[100:140]]
    for name, content in files(folder).items():
        if name.startswith("answers"):
            continue  # signed, not sealed: it names hashes and numbers, no person
        for secret in secrets:
            assert secret not in content, name
            assert secret not in name.encode()
    for content in files(folder / "answers").values():
        for secret in secrets[:-2]:
            assert secret not in content


def test_by_stick_and_by_wire_at_once_gives_exactly_one_case(
    village: Village, folder: Path
) -> None:
    case = village.confirm(pages=3, side=500)
    export(village, folder)
    begun = threading.Barrier(2)

    def by_stick() -> None:
        begun.wait(5)
        at_the_gateway(village, folder)

    carrying = threading.Thread(target=by_stick)
    carrying.start()
    begun.wait(5)
    sent = OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    carrying.join(20)
    at_the_gateway(village, folder)  # whichever of the two gave way to the other
    answers(village, folder)
    assert sent.set_aside == ()
    [arrived] = village.gateway.review.every()
    assert arrived.pages == case.pages
    assert village.store.case(case.case_id).official_number == arrived.official_number
    assert int(arrived.official_number[-4:]) == 1
    assert village.store.waiting() == 0


def test_a_case_that_went_by_wire_meanwhile_is_the_same_case(
    village: Village, folder: Path
) -> None:
    case = village.confirm()
    export(village, folder)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    number = village.store.case(case.case_id).official_number
    assert at_the_gateway(village, folder).is_fine
    assert answers(village, folder).acknowledged == (case.case_id,)
    assert village.store.case(case.case_id).official_number == number


def test_half_sent_by_wire_and_the_rest_by_hand(village: Village, folder: Path) -> None:
    case = village.confirm(pages=2, side=500)
    submit(village.client, case)
    page = case.pages[0]
    village.line.cut_after(page.size // 2)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    export(village, folder)
    assert at_the_gateway(village, folder).is_fine
    [arrived] = village.gateway.review.waiting()
    assert village.gateway.review.page(page.sha256) == village.store.page(page.sha256)
    assert arrived.case_id == case.case_id


def test_doing_every_step_again_changes_nothing(village: Village, folder: Path) -> None:
    village.confirm()
    export(village, folder)
    once = files(folder)
    again = export(village, folder)
    assert (again.written, len(again.there_already)) == ((), 1)
    assert files(folder) == once
    at_the_gateway(village, folder)
    once = files(folder)
    assert at_the_gateway(village, folder).is_fine
    assert files(folder) == once
    answers(village, folder)
    assert answers(village, folder).acknowledged == ()
    assert len(village.gateway.review.every()) == 1


def test_another_terminal_carries_what_it_cannot_read(village: Village, folder: Path) -> None:
    cases = [village.confirm(serial) for serial in (1, 2)]
    export(village, folder)
    other = village.new_client(terminal_id="other", token=village.gateway.add_terminal("other"))
    relay = StickRelay(
        StickFolder(folder), other, gateway_key=GatewayKey(village.gateway.public_key)
    )
    assert sorted(relay.run().answered) == sorted(case_ids(cases))
    assert sorted(relay.run().there_already) == sorted(case_ids(cases))
    assert len(answers(village, folder).acknowledged) == 2
    assert village.store.waiting() == 0
    bundles = village.folder / "gateway" / "bundles"
    assert not [path for path in (bundles / "blob").rglob("*") if path.is_file()]
    assert not list((bundles / "part").iterdir())


def test_a_relay_goes_on_in_the_middle_of_a_bundle(village: Village, folder: Path) -> None:
    case = village.confirm(pages=1, side=900)
    size = case.pages[0].size
    export(village, folder)
    relay = StickRelay(
        StickFolder(folder), village.client, gateway_key=GatewayKey(village.gateway.public_key)
    )
    village.line.set(kbit=16_000)
    village.line.cut_after(size // 2)
    broken = relay.run()
    assert broken.left == (case.case_id,)
    assert broken.trouble is not None
    village.line.mend()
    half = village.line.counts.bytes_up
    assert relay.run().answered == (case.case_id,)
    assert village.line.counts.bytes_up - half < size * 0.6


def test_an_answer_that_was_lost_costs_a_relay_no_second_upload(
    village: Village, folder: Path
) -> None:
    case = village.confirm(pages=1, side=600)
    export(village, folder)
    relay = StickRelay(
        StickFolder(folder), village.client, gateway_key=GatewayKey(village.gateway.public_key)
    )
    relay.run()
    (folder / "answers" / f"{case.case_id}.answer").unlink()
    before = village.line.counts.bytes_up
    assert relay.run().answered == (case.case_id,)
    assert village.line.counts.bytes_up - before < 2000


def test_a_refused_case_is_set_aside_with_the_reasons(village: Village, folder: Path) -> None:
    case = village.confirm()
    village.store._database.execute("UPDATE cases SET item_code = 'x'")
    export(village, folder)
    assert not at_the_gateway(village, folder).is_fine
    assert answers(village, folder).set_aside == (case.case_id,)
    assert "item_code" in village.store.aside()[0].reason


def test_with_an_old_token_the_case_waits_and_is_written_anew(
    village: Village, folder: Path
) -> None:
    case = village.confirm()
    export(village, folder)
    village.token = village.gateway.add_terminal(TERMINAL_ID)
    assert "令牌" in at_the_gateway(village, folder).lines[0].words
    assert village.gateway.review.every() == []
    assert answers(village, folder).to_write_again == (case.case_id,)
    assert village.store.waiting() == 1
    assert export(village, folder).written == (case.case_id,)
    assert at_the_gateway(village, folder).is_fine


def test_an_answer_that_is_forged_or_of_another_case_is_not_believed(
    village: Village, folder: Path
) -> None:
    one, two = village.confirm(1), village.confirm(2)
    export(village, folder)
    at_the_gateway(village, folder)
    first, second = (folder / "answers" / f"{case.case_id}.answer" for case in (one, two))
    second.write_bytes(first.read_bytes())
    first.write_bytes(first.read_bytes().replace(b'"signature":"', b'"signature":"AAAA'))
    report = answers(village, folder)
    assert sorted(report.not_believed) == sorted(case_ids([one, two]))
    assert village.store.waiting() == 2


def test_a_signed_word_of_another_kind_is_no_answer(village: Village, folder: Path) -> None:
    case = village.confirm()
    submit(village.client, case)
    export(village, folder)
    at_the_gateway(village, folder)
    path = folder / "answers" / f"{case.case_id}.answer"
    key = GatewayKey(village.gateway.public_key)
    assert key.body_of(STICK_ANSWER, path.read_bytes())
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    [(stored,)] = village.store._database.execute("SELECT acknowledgement FROM cases")
    path.write_bytes(stored)
    assert answers(village, folder).not_believed == (case.case_id,)


def test_answers_of_another_terminal_stay_on_the_stick(village: Village, folder: Path) -> None:
    village.confirm()
    other = replace(
        sender(village), terminal_id="other", token=village.gateway.add_terminal("other")
    )
    StickExport(village.store, StickFolder(folder), other).run(NOON)
    at_the_gateway(village, folder)
    assert len(answers(village, folder).others) == 1
    assert len(list((folder / "answers").iterdir())) == 1


def test_a_bundle_that_got_lost_is_missed(village: Village, folder: Path) -> None:
    case, other = village.confirm(1), village.confirm(2)
    export(village, folder)
    (folder / "cases" / f"{case.case_id}.sealed").unlink()
    report = at_the_gateway(village, folder)
    assert report.missing == (case.case_id,)
    assert [line.case_id for line in report.lines] == [other.case_id]


def test_a_case_put_off_for_later_goes_on_the_stick_now(village: Village, folder: Path) -> None:
    case = village.confirm()
    village.line.cut()
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    assert export(village, folder).written == (case.case_id,)


def test_a_stick_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotAStick):
        StickFolder(tmp_path / "nowhere")
