"""Notices, home visits, configuration and switches, and when all that was last heard."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.standing import BUILT, Heard, believed
from offline_store.arrivals import Arrivals
from offline_store.database import EncryptedDatabase
from offline_store.rows import moment_of, text_of
from offline_store.staff_book import put_staff

NOTED_EVERY: Final = timedelta(minutes=10)  # each time is one sync of the disk


class StoredNoticeboard:
    """The part of Inbox that is not about cases. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase) -> None:
        self._database = database

    def configuration(self) -> tuple[str, bytes] | None:
        """(version, file) of the newest configuration that came down."""
        with self._database.reading():
            rows = self._database.execute("SELECT version, file FROM configuration")
        return (rows[0][0], rows[0][1]) if rows else None

    def notices(self, audience: Audience, now: datetime) -> Sequence[Notice]:
        """What those people should know now, the newest first. EVERYBODY: all of it."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT notice_id, title, body, published_at, until, audience FROM notices
                WHERE (audience IN (?1, 'everybody') OR ?1 = 'everybody')
                    AND (until IS NULL OR until >= ?2)
                ORDER BY published_at DESC, notice_id""",
                (audience.value, text_of(now)),
            )
        return [
            Notice(
                notice_id=notice_id,
                title=title,
                body=body,
                published_at=datetime.fromisoformat(published_at),
                until=moment_of(until),
                audience=Audience(whom),
            )
            for notice_id, title, body, published_at, until, whom in rows
        ]

    def visits(self) -> Sequence[HomeVisit]:
        """Who is to be served at home, the soonest first, those without a day last."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT visit_id, name, number, phone, address, item_code, wanted_on, note
                FROM home_visits ORDER BY wanted_on IS NULL, wanted_on, visit_id"""
            )
        return [
            HomeVisit(
                visit_id=visit_id,
                name=name,
                number=number,
                phone=phone,
                address=address,
                item_code=item_code,
                wanted_on=None if wanted_on is None else date.fromisoformat(wanted_on),
                note=note,
            )
            for visit_id, name, number, phone, address, item_code, wanted_on, note in rows
        ]

    def heard(self) -> Heard:
        """When the gateway was last heard, and what the clock has shown since."""
        with self._database.reading():
            return self._heard()

    def note_clock(self, now: datetime) -> None:
        """The program runs at that moment; see arrivals.py. Mostly it only looks."""
        known = self.heard()
        moment = believed(now, known) or now
        if known.latest is not None and known.first_start is not None:
            first_is_known = known.first_start >= BUILT or now < BUILT
            if first_is_known and moment < known.latest + NOTED_EVERY:
                return
        with self._database.writing():
            self._database.execute(
                """INSERT INTO heard (only, first_start, latest) VALUES (1, ?1, ?2)
                ON CONFLICT DO UPDATE SET latest = max(latest, excluded.latest),
                    first_start = CASE WHEN first_start < ?3 THEN ?1 ELSE first_start END""",
                (text_of(now), text_of(moment), text_of(BUILT)),
            )

    def switch(self, name: str) -> str:
        """What staff have set at this terminal; "" when they have not."""
        with self._database.reading():
            rows = self._database.execute("SELECT value FROM switches WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def set_switch(self, name: str, value: str) -> None:
        """Set it, for good."""
        with self._database.writing():
            self._database.execute("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, value))

    # -- for the transactions of the whole inbox

    def _put_up(self, arrivals: Arrivals, now: datetime) -> None:
        run, run_many = self._database.execute, self._database.execute_many
        if arrivals.configuration is not None:
            version, file = arrivals.configuration
            run("INSERT OR REPLACE INTO configuration VALUES (1, ?, ?)", (file, version))
        for entry in arrivals.staff:
            put_staff(self._database, entry)
        run_many(
            "INSERT OR REPLACE INTO notices VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    *(notice.notice_id, notice.title, notice.body, text_of(notice.published_at)),
                    *(notice.until and text_of(notice.until), notice.audience.value),
                )
                for notice in arrivals.notices
            ],
        )
        run_many("DELETE FROM notices WHERE notice_id = ?", [(one,) for one in arrivals.withdrawn])
        run_many(
            """INSERT OR REPLACE INTO home_visits VALUES (?, ?, ?, ?, ?, ?, ?, ?,
                (SELECT ifnull(max(entry), 0) FROM audit))""",
            [
                (
                    *(visit.visit_id, visit.name, visit.number, visit.phone, visit.address),
                    *(visit.item_code, visit.wanted_on and visit.wanted_on.isoformat(), visit.note),
                )
                for visit in arrivals.visits
            ],
        )
        run_many(
            "DELETE FROM home_visits WHERE visit_id = ?", [(one,) for one in arrivals.ended_visits]
        )
        run(
            """INSERT INTO heard (only, first_start, latest, last_heard, catalog_confirmed_at)
            VALUES (1, ?1, ?1, ?1, iif(?2, ?1, NULL)) ON CONFLICT DO UPDATE
            SET latest = ?1, last_heard = ?1,
                catalog_confirmed_at = iif(?2, ?1, catalog_confirmed_at)""",
            (text_of(now), arrivals.catalog_is_current),
        )

    def _heard(self) -> Heard:
        rows = self._database.execute(
            "SELECT first_start, last_heard, catalog_confirmed_at, latest FROM heard"
        )
        return Heard(*map(moment_of, rows[0])) if rows else Heard()
