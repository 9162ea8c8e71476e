"""Erases one person, or one customer: what he wrote and said, what he was written, and his traces in what others wrote.

A case at a time, each in a transaction of its own: what was broken off is finished by doing it again. Figures stay -
levels, times, clocks, how many reports there were - under a name that tells nobody."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from console.auth import audit
from intake.mail.parse import parse
from models import bodies
from models.bodies import ERASURE, Forgotten
from models.db import Database
from models.locks import keep_books
from models.sealing import Tampered
from models.tables import ErasureRow, OutgoingRow, ReportPart, ReportRow
from models.values import Channel, new_id
from workers.erasing import directory, in_case, reports
from workers.erasing.found import Found, look
from workers.erasing.person import Person
from workers.erasing.words import Traces

log = logging.getLogger(__name__)

_BATCH = 50
COMMAND = "command line"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was erased, in numbers; `id` stands in the place of the person's address from now on. `lessons` are texts
    that the classifier may have learnt from."""

    id: str
    reports: int
    letters: int
    cases: int
    lessons: int

    def __str__(self) -> str:
        return f"{self.reports} reports, {self.letters} messages, {self.cases} cases"


class Eraser:
    """`by` is who does it, and `client` from where, as the audit has it; `outbox` is where messages lie that were
    written to files; `seen` is told after each case how many of how many are done."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        by: str = COMMAND,
        outbox: Path | None = None,
        seen: Callable[[int, int], None] = lambda done, of: None,
        client: str = "",
    ) -> None:
        self._database = database
        self._clock = clock
        self._by = by
        self._outbox = outbox
        self._seen = seen
        self._client = client

    def preview(self, person: Person) -> Found:
        """What there is of him; nothing is changed."""
        with self._database.reading() as session:
            return look(session, person)

    def erase(self, person: Person) -> Outcome:
        """Erase him. Reports that come in again are known by the digest of what they were, and open no case."""
        found, token = self.preview(person), f"erased-{new_id()[-10:]}"
        with self._database.reading() as session:
            traces = self._traces(session, person, found)
        found = self._unread(found, person, token)
        named = Traces(person)  # where he is no more than named, others have lines and subjects like his
        lessons = 0
        for done, case_id in enumerate(found.cases, 1):
            with _writing(self._database) as session:
                lessons += in_case.erase(
                    session, case_id, person, found, traces if case_id in found.own else named, token, self._clock()
                )
            self._seen(done, len(found.cases))
        for start in range(0, len(found.mentions), _BATCH):
            with _writing(self._database) as session:
                rows = reports.rows(session, found.mentions[start : start + _BATCH])
                reports.cleanse(session, rows, named, self._clock())
        with _writing(self._database) as session:
            files = self._files(session)
            directory.erase(session, person, named, token)
            outcome = Outcome(token, len(found.reports), len(found.letters), len(found.cases), lessons)
            now = self._clock()
            session.add(ErasureRow(id=token, at=now, by=self._by[:320], outcome=str(outcome)))
            audit.entry(session, self._by, "erased person", f"{token}: {outcome}", self._client, now)
        for file in files:
            file.unlink(missing_ok=True)
        self._clear()
        return outcome

    def _unread(self, found: Found, person: Person, token: str) -> Found:
        """Erase what is on no case before all else: a worker that is at it opens none any more. The case of one who was
        quicker is found with the others."""
        opened: set[int] = set()
        for start in range(0, len(found.reports), _BATCH):
            with _writing(self._database) as session:
                rows = reports.rows(session, found.reports[start : start + _BATCH])
                opened |= {row.case_id for row in rows if row.case_id is not None}
                reports.erase(session, [row for row in rows if row.case_id is None], person, token, self._clock())
        return replace(found, cases=tuple(sorted({*found.cases, *opened})), own=found.own | opened)

    def _traces(self, session: Session, person: Person, found: Found) -> Traces:
        """What to look for in what others wrote, by everything that he wrote himself."""
        names: set[str] = set()
        subjects: set[str] = set()
        said: list[str] = []
        for row, source in _sources(session, found.reports):
            said.append(row.text or "")
            subjects.add(_plain(row.subject or ""))
            if source is not None and row.channel == Channel.EMAIL:
                mail = parse(source)
                said.append(mail.text)
                subjects.add(_plain(mail.subject))
                names |= {one.name for one in (mail.sender, mail.reply_to) if one and person.is_his(one.address)}
        return Traces(person, names, subjects, said)

    def _files(self, session: Session) -> list[Path]:
        if self._outbox is None:
            return []
        ids = select(OutgoingRow.message_id).where(OutgoingRow.forgotten_by == ERASURE)
        return [
            file for found in session.scalars(ids) if (file := self._outbox / f"{found.replace('/', '_')}.eml").exists()
        ]

    def _clear(self) -> None:
        """Have SQLite let go of the words that were taken from its index, and of the pages from before in its log;
        PostgreSQL does when it is vacuumed."""
        if self._database.engine.dialect.name == "sqlite":
            with self._database.transaction() as session:
                for table in ("case_search_fts", "knowledge_fts"):
                    session.execute(text(f"INSERT INTO {table}({table}) VALUES('optimize')"))
            if not self._database.empty_log():
                log.warning("write_ahead_log_not_emptied")  # docs/privacy.md says when it goes


@contextmanager
def _writing(database: Database) -> Iterator[Session]:
    """A transaction that leaves nothing behind in the pages that it frees."""
    with database.transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA secure_delete = ON"))
        keep_books(session)  # before the first lock: the recorder takes those of reports and cases the other way round
        yield session


def _sources(session: Session, ids: Sequence[str]) -> Iterator[tuple[ReportRow, bytes | None]]:
    for start in range(0, len(ids), _BATCH):
        query = select(ReportRow, ReportPart).join(
            ReportPart, (ReportPart.report_id == ReportRow.id) & (ReportPart.seq == ReportRow.part_seq)
        )
        chosen = query.where(ReportRow.id.in_(ids[start : start + _BATCH])).options(undefer(ReportRow.text))
        for row, part in session.execute(chosen):
            try:
                yield row, bodies.content(session, part)
            except (Forgotten, Tampered):
                yield row, None


def _plain(subject: str) -> str:
    """A subject without the Re: and Fwd: before it."""
    return (
        subject.rpartition(": ")[2].strip() if subject[:4].casefold() in ("re: ", "fwd:", "fw: ") else subject.strip()
    )
