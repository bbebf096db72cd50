"""Sets a damaged store aside untouched and builds a new one from everything still readable."""

import hashlib
import logging
import os
import shutil
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.domain.fault import Fault
from kiosk.domain.printed import TERMINAL
from offline_store.api import StoreError
from offline_store.case_table import CaseTable
from offline_store.contents import PIECE_LENGTH
from offline_store.database import (
    FILE_NAME,
    EncryptedDatabase,
    open_database,
    size_of,
    sync_folder,
)
from offline_store.found_rows import INSERTS, Row, table_of
from offline_store.healing import heal
from offline_store.loose_rows import rows_on
from offline_store.migrations import VERSIONS
from offline_store.rows import BEIJING_TIME, text_of
from offline_store.sealed_pages import PAGE_SIZE, SALT_LENGTH, SealedPages
from offline_store.store_errors import store_errors

log = logging.getLogger(__name__)

SALT_NAME: Final = "doorstep.salt"  # a copy of what the file begins with; no secret
HALF_MENDED: Final = "mending"  # folder of a new store that is being filled
MENDED: Final = "mended"  # the same when it is complete: from then on it is the one that counts
INCOMPLETE: Final = "damaged on this disk"  # why such a case is set aside in the outbox
NOTHING_LEFT: Final = "存储文件是空的，里面的办件没有了，已重新开始"
NUMBERS_OF_A_DAY: Final = 10_000  # four digits
SLIPS_OF_A_DAY: Final = 1000  # more than a terminal can make
# Receipt numbers in the text for staff: with a file's name it fits on a line of 200 characters, the
# most that the heartbeat takes (sync/wire.py, Word).
MOST_NAMED: Final = 3
_BATCH: Final = 64  # pages whose pieces go into one transaction

# The note from which the numbers of all notes go on, beyond every one that is still known.
_NOTE_OF_MENDING: Final = """INSERT INTO audit (entry, at, what, case_id) SELECT 1 + max(
    (SELECT ifnull(max(entry), 0) FROM audit), (SELECT ifnull(max(entry), 0) FROM marks),
    (SELECT ifnull(max(confirmed_order), 0) FROM cases),
    (SELECT ifnull(max(arrival), 0) FROM changes), (SELECT ifnull(max(arrival), 0) FROM documents),
    (SELECT ifnull(max(sequence), 0) FROM outbox), (SELECT ifnull(max(entry), 0) FROM prints)),
    ?, 'store mended', ''"""


def look_over(folder: Path, key: bytes, *, now: datetime, mend_anyway: bool = False) -> None:
    """Check every page of a store that nobody has open, and mend it when one is damaged.

    A flipped bit is turned back; nothing is lost then. Else a new file is made of what is readable.

    The damaged file and its log stay beside the new one as FILE_NAME.damaged-TIME, with a number
    when that name is taken, sealed with the same key. A file of which no page opens with this key
    is left for `open_database` to judge; one of which nothing is left, though there was a store, is
    told and replaced.
    A tenth of a second for 30 MB. `mend_anyway`: also when every page is whole. Raises StoreError:
    STORE_FULL when there is no room for the new file; nothing has changed then.
    """
    with store_errors(folder):
        _take_place(folder)
        shutil.rmtree(folder / HALF_MENDED, ignore_errors=True)
        path = folder / FILE_NAME
        size, in_log, journal = (
            size_of(folder / f"{FILE_NAME}{end}") for end in ("", "-wal", "-journal")
        )
        if journal:
            return  # a birth that was interrupted: SQLite takes it back when it opens the file
        if size < PAGE_SIZE and not in_log:
            _begin_anew(folder, key, now)
            return
        path.touch()  # the log alone may still have everything
        healed = heal(path, key, _kept_salts(folder))
        pages = SealedPages(path, key, _kept_salts(folder))
        if not pages.readable:
            return
        if pages.all_is_well and not mend_anyway:
            _keep_salt(folder, pages.salt)
            if healed:
                _note_healing(folder, key, healed, now)
            return
        _mend(folder, key, pages, now)
        _take_place(folder)
        _keep_salt(folder, SealedPages(path, key).salt)


def _note_healing(folder: Path, key: bytes, healed: int, now: datetime) -> None:
    """Nothing was lost, but somebody should look at the machine's disk and memory."""
    log.error("%d flipped bits of the store were turned back", healed)
    database = open_database(folder, key)
    try:
        with database.writing():
            database.execute(
                "INSERT INTO audit (at, what, case_id) VALUES (?, 'store healed', '')",
                (text_of(now),),
            )
    finally:
        database.close()


def _begin_anew(folder: Path, key: bytes, now: datetime) -> None:
    """Make a new store in the place of one of which nothing is left, and tell it.

    The kept salt says that there was one.
    """
    path = folder / FILE_NAME
    if not _kept_salts(folder):
        return
    path.touch()
    aside = _free_name(folder, now)
    path.rename(folder / aside)  # told for as long as it lies there
    sync_folder(folder)
    database = open_database(folder, key)
    try:
        with database.writing():
            _tell(database, NOTHING_LEFT, aside, now)
            _number_beyond(database, now, NUMBERS_OF_A_DAY // 2)
    finally:
        database.close()
    _keep_salt(folder, SealedPages(path, key).salt)


def _free_name(folder: Path, now: datetime) -> str:
    """What a damaged file is called from now on. A clock may begin at one second at every start."""
    name = first = f"{FILE_NAME}.damaged-{now:%Y%m%dT%H%M%S}"
    number = 1
    while any((folder / f"{name}{end}").exists() for end in ("", "-wal")):
        number += 1
        name = f"{first}-{number}"
    return name


def _tell(database: EncryptedDatabase, words: str, aside: str, now: datetime) -> None:
    database.execute(
        "INSERT INTO damages (at, file, words) VALUES (?, ?, ?)", (text_of(now), aside, words)
    )
    database.execute(_NOTE_OF_MENDING, (text_of(now),))


def _kept_salts(folder: Path) -> list[bytes]:
    with suppress(FileNotFoundError):
        return [(folder / SALT_NAME).read_bytes()[:SALT_LENGTH]]
    return []


def _keep_salt(folder: Path, salt: bytes) -> None:
    if _kept_salts(folder) != [salt]:
        (folder / SALT_NAME).write_bytes(salt)
        (folder / SALT_NAME).chmod(0o600)


def _mend(folder: Path, key: bytes, pages: SealedPages, now: datetime) -> None:
    found = _rows_without_pieces(pages)
    _refuse_newer(found["versions"])
    half, aside = folder / HALF_MENDED, _free_name(folder, now)
    database = open_database(half, key)
    try:
        database.execute("PRAGMA foreign_keys = OFF")  # what has lost its counterpart goes last
        with database.writing():
            for name in INSERTS.keys() - {"pieces"}:
                database.execute_many(INSERTS[name], list(found[name]))
        _copy_pieces(database, pages)
        with database.writing():
            lost = _put_in_order(database, found, now)
            _tell(database, damage_words(len(pages.damaged) or 1, *lost), aside, now)
    finally:
        database.close()
    (half / "name").write_text(aside, "ascii")
    for one in (half / "name", half / FILE_NAME):
        with one.open("rb") as written:
            os.fsync(written.fileno())
    sync_folder(half)
    half.rename(folder / MENDED)
    sync_folder(folder)


def _take_place(folder: Path) -> None:
    """Put a complete new store where the damaged one is; goes on where a power cut ended it."""
    mended = folder / MENDED
    new, path = mended / FILE_NAME, folder / FILE_NAME
    if not mended.is_dir():
        return
    if new.exists():
        aside = (mended / "name").read_text("ascii")
        for end in ("", "-wal"):
            # The name was free: what has it now is this file, linked before the power cut.
            with suppress(FileExistsError, FileNotFoundError):
                os.link(folder / f"{FILE_NAME}{end}", folder / f"{aside}{end}")
        sync_folder(folder)
        for end in ("-wal", "-shm"):  # the old log must never meet the new file
            (folder / f"{FILE_NAME}{end}").unlink(missing_ok=True)
        sync_folder(folder)
        new.replace(path)
        sync_folder(folder)
    shutil.rmtree(mended)


def _rows_without_pieces(pages: SealedPages) -> dict[str, dict[Row, None]]:
    found: dict[str, dict[Row, None]] = defaultdict(dict)
    for number, page in pages.newest_first():
        for row in rows_on(number, page, pages.read):
            if (known := table_of(row)) is not None and known[0] != "pieces":
                found[known[0]][known[1]] = None
    return found


def _refuse_newer(versions: dict[Row, None]) -> None:
    ours = {version.__name__ for version in VERSIONS}
    if any(row[2] not in ours for row in versions):
        raise StoreError(Fault.STORE_TOO_NEW, "a damaged file of a newer version")


def _copy_pieces(database: EncryptedDatabase, pages: SealedPages) -> None:
    batch: list[Row] = []
    for number, page in pages.newest_first():
        batch += [
            known[1]
            for row in rows_on(number, page, pages.read)
            if (known := table_of(row)) is not None and known[0] == "pieces"
        ]
        if len(batch) >= _BATCH:
            with database.writing():
                database.execute_many(INSERTS["pieces"], batch)
            batch = []
    with database.writing():
        database.execute_many(INSERTS["pieces"], batch)


def _put_in_order(
    database: EncryptedDatabase, found: dict[str, dict[Row, None]], now: datetime
) -> tuple[int, int, Sequence[str]]:
    """(incomplete cases, lost cases, receipt numbers of the lost). Inside `writing`."""
    run = database.execute
    incomplete = _check_contents(database, found)
    stored = {row[0] for row in run("SELECT case_id FROM cases")}
    known = {row[0] for name in ("case ids", "outbox", "case_pages") for row in found[name]}
    receipts = {row[0] for row in run("SELECT receipt_number FROM cases")}
    lost_receipts = sorted({row[0] for row in found["receipts"]} - receipts)
    for name in ("case_pages", "documents", "outbox", "changes", "corrections"):
        run(f"DELETE FROM {name} WHERE case_id NOT IN (SELECT case_id FROM cases)")  # noqa: S608
    for name in ("case_pages", "documents"):
        run(f"DELETE FROM {name} WHERE content_id NOT IN (SELECT content_id FROM contents)")  # noqa: S608
    run("DELETE FROM pieces WHERE content_id NOT IN (SELECT content_id FROM contents)")
    run(
        """DELETE FROM outbox WHERE case_id IN (SELECT case_id FROM cases
        WHERE acknowledgement IS NOT NULL OR receipt_number IS NULL)"""
    )
    run(
        """INSERT OR IGNORE INTO outbox (case_id, sequence, attempts)
        SELECT case_id, confirmed_order, 0 FROM cases
        WHERE receipt_number IS NOT NULL AND acknowledgement IS NULL"""
    )
    run(  # a case that lost its entry still waits for its second person
        """UPDATE outbox SET held = 1 WHERE case_id IN (SELECT case_id FROM cases
        WHERE handling IS NOT NULL AND json_extract(handling, '$.held'))"""
    )
    run(  # rows of before version 3, as that version itself does it
        """UPDATE cases SET acknowledged_at = confirmed_at
        WHERE acknowledgement IS NOT NULL AND acknowledged_at IS NULL"""
    )
    for case_id, paper, serial, entry in found["claims"]:  # it may be out: somebody must look
        row = (entry, text_of(now), "certificate", case_id, paper, serial, 1, "", "", 0)
        run(INSERTS["prints"], (*row, "uncertain", Fault.STORE_DAMAGED, "lost", TERMINAL, None))
    for case_id in incomplete:
        run("UPDATE outbox SET aside_reason = ? WHERE case_id = ?", (INCOMPLETE, case_id))
    for receipt in lost_receipts:
        CaseTable(database).keep_serial(receipt)  # the others tell it themselves
    _number_beyond(database, now, SLIPS_OF_A_DAY)
    return len(incomplete & stored), len(known - stored), lost_receipts


def _check_contents(database: EncryptedDatabase, found: dict[str, dict[Row, None]]) -> set[str]:
    """Keep only bytes that are what their name says; the cases that lack some."""
    run = database.execute
    for sha256, content_id in found["names"]:
        run("INSERT OR IGNORE INTO contents VALUES (?, ?, 0)", (content_id, sha256))
    for (content_id,) in run(
        """SELECT DISTINCT content_id FROM pieces
        WHERE content_id NOT IN (SELECT content_id FROM contents)"""
    ):
        sha256, size, complete = _weigh(database, content_id)
        if complete:  # the bytes tell their name
            run("INSERT OR IGNORE INTO contents VALUES (?, ?, ?)", (content_id, sha256, size))
    bad: set[int] = set()
    for content_id, name in run("SELECT content_id, sha256 FROM contents"):
        sha256, size, _ = _weigh(database, content_id)
        if sha256 == name:
            run("UPDATE contents SET size = ? WHERE content_id = ?", (size, content_id))
        else:
            bad.add(content_id)
            run("DELETE FROM pieces WHERE content_id = ?", (content_id,))
    whole = {row[0] for row in run("SELECT content_id FROM contents")} - bad
    listed = {row[:2] for row in found["case_pages"]}
    papers = {(row[1], row[2], row[0]) for row in found["documents"]}  # an index of the same form
    places = {row[:2] for row in found["page places"] if row not in papers}
    # Role and material of a lost row stand nowhere else; its bytes still belong to the case.
    bytes_of = {rowid: content_id for content_id, rowid in found["page contents"]}
    for case_id, position, rowid in found["page places"]:
        if (case_id, position) in places - listed and rowid in bytes_of:
            row = (case_id, position, "page", bytes_of[rowid], "", "C")
            run(INSERTS["case_pages"], row)
    waiting = {row[0] for row in run("SELECT case_id FROM cases WHERE cleared_at IS NULL")}
    lacking = {row[0] for row in found["case_pages"] if row[3] not in whole}
    return (lacking | {case_id for case_id, _ in places - listed}) & waiting


def _number_beyond(database: EncryptedDatabase, now: datetime, many: int) -> None:
    """How many slips this day has seen nobody knows: the next number is beyond all of them."""
    day = now.astimezone(BEIJING_TIME).date().isoformat()
    database.execute(
        """INSERT INTO day_serials VALUES ('', '', ?1, ?2 + max(
            ifnull((SELECT max(serial) FROM day_serials WHERE day = ?1), 0),
            ifnull((SELECT max(CAST(substr(receipt_number, 21, 4) AS INTEGER)) FROM cases
                WHERE substr(receipt_number, 15, 6) = ?3), 0)))
        ON CONFLICT DO UPDATE SET serial = max(serial, excluded.serial)""",
        (day, many, day[2:].replace("-", "")),
    )


def _weigh(database: EncryptedDatabase, content_id: int) -> tuple[str, int, bool]:
    """SHA-256 and size of the pieces that are there, and whether they are surely all."""
    digest, size, complete = hashlib.sha256(), 0, False
    rows = database.execute(
        "SELECT piece FROM pieces WHERE content_id = ? ORDER BY piece", (content_id,)
    )
    for (piece,) in rows:  # one at a time in memory
        [(part,)] = database.execute(
            "SELECT bytes FROM pieces WHERE content_id = ? AND piece = ?", (content_id, piece)
        )
        digest.update(part)
        complete = size == piece * PIECE_LENGTH and len(part) < PIECE_LENGTH
        size += len(part)
    return digest.hexdigest(), size, complete


def damage_words(pages: int, incomplete: int, lost: int, receipts: Sequence[str]) -> str:
    """For staff, at most 155 characters; no name of a person.

    Damaged pages, cases that lack something, cases that are lost and the receipt numbers of those.
    """
    told = f"存储文件有 {pages} 页损坏，已另存，其余内容已恢复"
    if incomplete:
        told += f"；{incomplete} 件材料不完整，已暂停上传"
    if lost:
        told += f"；{lost} 件无法恢复"
    if receipts:
        more = f"等 {len(receipts)} 个" if len(receipts) > MOST_NAMED else ""
        told += f"（受理编号 {'、'.join(receipts[:MOST_NAMED])}{more}）"
    return told
