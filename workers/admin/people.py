"""What the desk holds on a person, as the page of personal data looks it up, hands it out and erases it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from console.pages.people_services import Erased, Holding, Whom
from models.db import Database
from models.errors import Misconfigured, NotPossible
from models.settings import Settings
from workers.erasing.person import Person, customer, person

# Of two that erase the same person at once the second would find half of him.
_TURN = threading.Lock()


@dataclass(frozen=True, slots=True)
class PersonBook:
    """Implements `console.pages.people_services.People`."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]

    def look(self, whom: Whom) -> Holding:
        from workers.erasing.found import look  # noqa: PLC0415 - brings what reads mails, as do the others

        with self.database.reading() as session:
            asked = self._asked(session, whom)
            found = look(session, asked)
        sought = (asked.mailboxes, asked.phones, asked.domains, asked.names)
        return Holding(
            [one for some in sought for one in sorted(some)],
            len(found.reports),
            len(found.letters),
            found.cases,
            len(found.mentions),
            len(asked.contacts),
        )

    def export(self, whom: Whom, to: IO[bytes]) -> int:
        from workers.erasing import export  # noqa: PLC0415

        with self.database.reading() as session:
            return export.write(session, self._asked(session, whom), to, self.clock())

    def erase(self, whom: Whom, by: str, client: str) -> Erased:
        from workers.erasing.erase import Eraser  # noqa: PLC0415

        eraser = Eraser(self.database, self.clock, by, self.settings.data / "outbox", client=client)
        with alone():
            with self.database.reading() as session:
                asked = self._asked(session, whom)
            done = eraser.erase(asked)
        return Erased(done.id, done.reports, done.letters, done.cases, done.lessons)

    def _asked(self, session: Session, whom: Whom) -> Person:
        try:
            if whom.is_customer:
                return customer(session, whom.said)
            return person(session, whom.said, (*self.settings.addresses, *self.settings.staff))
        except Misconfigured as error:
            raise NotPossible(str(error)) from error


@contextmanager
def alone() -> Iterator[None]:
    """Raises NotPossible while somebody else is at it in this process."""
    if not _TURN.acquire(blocking=False):
        raise NotPossible("somebody else is being erased at the moment; try again when that is done")
    try:
        yield
    finally:
        _TURN.release()
