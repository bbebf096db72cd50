"""The register of staff in the store, wrong PINs, and the rows that the audit keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.domain.staff import Role, StaffAct, StaffEntry, StaffMember
from offline_store.arrivals import Arrivals
from offline_store.sqlcipher_store import SqlCipherStore

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
MEMBER = StaffMember(
    "s-1", "测试代办员", frozenset({Role.ASSISTANT, Role.FIELD}), "222401001001", NOW
)
ENTRY = StaffEntry(MEMBER, b"\x04" + bytes(64), NOW)


def put(store: SqlCipherStore, *entries: StaffEntry) -> None:
    store.apply(Arrivals(staff=entries), cursor="1", now=NOW)


def test_what_came_down_is_there_as_it_was(store: SqlCipherStore) -> None:
    assert store.staff() == []
    store.set_switch("sending", "saving")
    put(store, ENTRY)
    assert store.staff() == [ENTRY]
    assert store.switch("sending") == "saving"


def test_an_older_word_never_brings_a_revoked_person_back(store: SqlCipherStore) -> None:
    later = replace(ENTRY, issued_at=NOW + timedelta(hours=1), is_revoked=True)
    put(store, later)
    put(store, ENTRY)
    assert store.staff() == [later]


def test_wrong_pins_are_counted_until_the_right_one(store: SqlCipherStore) -> None:
    for _ in range(3):
        store.note_staff(StaffAct.WRONG_PIN, "s-1", NOW)
    store.note_staff(StaffAct.WRONG_PIN, "s-2", NOW)
    assert (store.wrong_pins("s-1"), store.wrong_pins("s-2")) == (3, 1)
    store.note_staff(StaffAct.SIGNED_IN, "s-1", NOW)
    assert (store.wrong_pins("s-1"), store.wrong_pins("s-2")) == (0, 1)


def test_the_audit_keeps_the_act_and_the_id_and_no_name(store: SqlCipherStore) -> None:
    put(store, ENTRY)
    for act in StaffAct:
        store.note_staff(act, "s-1", NOW)
    store.note_staff(StaffAct.REFUSED, "", NOW)
    with store._database.reading():
        rows = store._database.execute("SELECT what, case_id FROM audit ORDER BY entry")
    assert [row[0] for row in rows] == [f"{act.value} s-1" for act in StaffAct] + ["staff refused"]
    assert {row[1] for row in rows} == {""}
    assert all(MEMBER.name not in row[0] for row in rows)
