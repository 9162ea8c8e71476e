"""Bodies encrypted at rest: by which key, for whom, and what becomes of them when keys change."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import select, update

from models import bodies, queue, set_aside
from models.db import Database
from models.errors import Misconfigured
from models.sealing import KeyMissing, Keyring, Tampered
from models.settings import load
from models.tables import ReportPart, ReportRow, StorageKeyRow
from tests.conftest import Clock
from tests.factories import report
from tests.models.settings_file import refused

OLD, NEW = b"o" * 32, b"n" * 32
MAIL = b"Subject: canary\r\n\r\nThe array shows two red lights.\r\n" * 20
Opening = Callable[..., Database]


@pytest.fixture
def opened(database_url: str) -> Iterator[Opening]:
    """Opens the database once more, as a process with these keys does."""
    with ExitStack() as stack:

        def open_(*keys: bytes) -> Database:
            database = Database(database_url, Keyring(keys))
            stack.callback(database.close)
            with database.transaction() as session:
                bodies.check(session)
            return database

        yield open_


def arrive(database: Database, clock: Clock, external_id: str = "one", content: bytes = MAIL) -> str:
    with database.transaction() as session:
        wanted = report(external_id, content=content, received_at=clock())
        return queue.add(session, [wanted])[0].report_id


def lies(database: Database) -> list[bytes]:
    """What the table holds, byte for byte."""
    with database.reading() as session:
        return list(session.scalars(select(ReportPart.content)))


@pytest.mark.every_backend
def test_a_mail_is_stored_sealed_and_worked_on_as_it_came(opened: Opening, clock: Clock) -> None:
    database = opened(NEW)

    arrive(database, clock)

    assert b"red lights" not in lies(database)[0]
    with database.transaction() as session:
        [claimed] = queue.claim(session, "one", clock(), 10)
    assert claimed.content == MAIL


@pytest.mark.every_backend
def test_what_was_stored_before_there_was_a_key_is_read_as_ever(opened: Opening, clock: Clock) -> None:
    before = arrive(opened(), clock)

    with opened(NEW).reading() as session:
        assert set_aside.source(session, session.get_one(ReportRow, before)) == MAIL


def test_the_second_delivery_of_a_sealed_mail_is_the_same_report(opened: Opening, clock: Clock) -> None:
    first = arrive(opened(OLD), clock)

    assert arrive(opened(NEW, OLD), clock) == first


def test_no_two_bodies_lie_there_alike_though_they_came_so(opened: Opening, clock: Clock) -> None:
    database = opened(NEW)
    arrive(database, clock, "one")
    arrive(database, clock, "two")

    first, second = lies(database)
    assert first != second


@pytest.mark.every_backend
def test_rekey_writes_all_anew_and_then_the_old_key_may_go(opened: Opening, clock: Clock) -> None:
    before = opened(OLD)
    for at in range(bodies.BATCH + 5):
        arrive(before, clock, str(at))
    database = opened(NEW, OLD)
    with pytest.raises(Misconfigured, match="add it there as a further line"):
        opened(NEW)

    after: tuple[str, int] | None = ("", -1)
    changed = 0
    while after is not None:
        with database.transaction() as session:
            done = bodies.rekey(session, after)
        after = done.after
        changed += done.changed
    with database.transaction() as session:
        retired = bodies.unused(session)
        bodies.retire(session, retired)

    assert changed == bodies.BATCH + 5
    assert len(retired) == 1
    with opened(NEW).reading() as session:
        part = session.scalars(select(ReportPart).limit(1)).one()
        assert bodies.content(session, part) == MAIL


@pytest.mark.every_backend
def test_rekey_writes_no_more_at_once_than_a_sender_can_wait_for(
    opened: Opening, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opened(OLD)
    for name in ("one", "two", "three", "four", "five"):
        arrive(before, clock, name)
    monkeypatch.setattr(bodies, "MOST_BYTES", 2 * len(lies(before)[0]))

    changed: list[int] = []
    after: tuple[str, int] | None = ("", -1)
    while after is not None:
        with opened(NEW, OLD).transaction() as session:
            done = bodies.rekey(session, after)
        after = done.after
        changed.append(done.changed)

    assert changed == [2, 2, 1]


@pytest.mark.every_backend
def test_rekey_passes_over_a_damaged_body_and_its_key_may_not_go(opened: Opening, clock: Clock) -> None:
    before = opened(OLD)
    first, second = sorted([arrive(before, clock, "one"), arrive(before, clock, "two")])
    with before.transaction() as session:
        session.execute(update(ReportPart).where(ReportPart.report_id == first).values(content=b"damaged"))
    database = opened(NEW, OLD)

    with database.transaction() as session:
        done = bodies.rekey(session, ("", -1))
        retired = bodies.unused(session)
        bodies.retire(session, retired)

    assert (done.after, done.changed, done.damaged, retired) == (None, 1, [first], [])
    with database.reading() as session:
        assert session.get_one(ReportPart, (second, 0)).key_id == database.keys.current


@pytest.mark.every_backend
def test_a_body_that_was_put_under_another_report_does_not_open_and_is_set_aside(opened: Opening, clock: Clock) -> None:
    database = opened(NEW)
    mine, theirs = arrive(database, clock, "mine"), arrive(database, clock, "theirs", b"another")
    with database.transaction() as session:
        other = session.get_one(ReportPart, (theirs, 0)).content
        session.execute(update(ReportPart).where(ReportPart.report_id == mine).values(content=other))

    with database.transaction() as session:
        claimed = queue.claim(session, "one", clock(), 10)

    assert [one.id for one in claimed] == [theirs]
    with database.reading() as session:
        row = session.get_one(ReportRow, mine)
        assert (row.state, "was changed" in (row.error or "")) == ("shunted", True)


def test_a_report_under_a_key_that_this_worker_lacks_waits_for_one_that_has_it(opened: Opening, clock: Clock) -> None:
    without = opened(OLD)
    waiting = arrive(opened(NEW, OLD), clock)

    with without.transaction() as session:
        assert queue.claim(session, "one", clock(), 10) == []

    with opened(NEW, OLD).transaction() as session:
        assert [one.id for one in queue.claim(session, "two", clock(), 10)] == [waiting]


def test_a_start_without_the_key_is_refused_and_says_which_is_missing(opened: Opening, clock: Clock) -> None:
    arrive(opened(NEW), clock)
    key = Keyring((NEW,)).current

    with pytest.raises(Misconfigured, match=f"key {key}.*FIRSTLINE_STORAGE_KEY_FILE"):
        opened()


def test_whoever_has_no_key_is_told_so_and_whoever_changes_a_byte_found_out() -> None:
    key, sealed = Keyring((NEW,)).seal("a/0/mail", b"hello")

    assert Keyring((OLD, NEW)).unseal("a/0/mail", key, sealed) == b"hello"
    with pytest.raises(KeyMissing):
        Keyring((OLD,)).unseal("a/0/mail", key, sealed)
    for broken in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:5], b""):
        with pytest.raises(Tampered):
            Keyring((NEW,)).unseal("a/0/mail", key, broken)


def test_the_key_file_may_have_comments_and_its_first_line_counts() -> None:
    ring = Keyring.read(f"# of 2026\n{b64encode(NEW).decode()}\n\n{b64encode(OLD).decode()}\n")

    assert ring.ids == (Keyring((NEW,)).current, Keyring((OLD,)).current)


@pytest.mark.usefixtures("in_a_folder")
@pytest.mark.parametrize(
    ("text", "words"),
    [("secret-canary", "Base64"), (b64encode(b"canary").decode(), "6 bytes"), ("# nothing", "holds no key")],
)
def test_what_is_no_key_is_refused_without_being_shown(text: str, words: str) -> None:
    message = refused({"FIRSTLINE_STORAGE_KEY": text})

    assert "storage_key" in message
    assert words in message
    assert text not in message


@pytest.mark.usefixtures("in_a_folder")
def test_a_storage_key_is_never_shown() -> None:
    text = b64encode(NEW).decode()

    assert text not in repr(load({"FIRSTLINE_STORAGE_KEY": text}))


def test_a_key_that_is_noted_stays_so_until_nothing_is_sealed_by_it(opened: Opening, clock: Clock) -> None:
    arrive(opened(OLD), clock)
    database = opened(NEW, OLD)

    with database.transaction() as session:
        assert bodies.unused(session) == []
    with database.reading() as session:
        assert set(session.scalars(select(StorageKeyRow.id))) == set(Keyring((NEW, OLD)).ids)
        assert "1 older in use: firstline rekey" in bodies.verify(session)
