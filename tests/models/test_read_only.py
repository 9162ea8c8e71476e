"""Whether a database that answers takes changes is tried: rights do not tell."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from models import read_only
from models.db import Database, DatabaseBusy

pytestmark = pytest.mark.on_sqlite


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can be written (setrlimit(2), RLIMIT_FSIZE), and all may be as far as their rights go."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_lets_nothing_be_written_whatever_the_rights_are_is_said(database: Database) -> None:
    with database.reading() as session:
        before = read_only.because(session)
        with full_disk():
            found = read_only.because(session)
        after = read_only.because(session)

    assert (before, after) == ("", "")
    assert found.startswith("nothing can be written in /")
    assert found.endswith(": File too large")


def test_who_starts_on_a_full_disk_is_told_what_to_look_at(database: Database) -> None:
    database.close()

    with full_disk(), pytest.raises(DatabaseBusy, match=r"disk I/O error \(SQLITE_IOERR_\w+\): is its disk full"):
        database.revision()

    assert database.revision() is not None
