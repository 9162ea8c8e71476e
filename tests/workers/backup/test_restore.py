"""A restore fills an empty installation, wholly or not at all, and sends nothing twice."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.accept import Acceptor
from models import held
from models.db import Database
from models.errors import Misconfigured, NotPossible
from models.settings import Settings
from models.tables import AuditRow, CaseRow, MailboxMailRow, MailboxRow, OutgoingRow, ReportRow
from models.values import OutgoingState
from tests.factories import mail, report
from tests.waiting import wait_until
from tests.workers.backup.conftest import quiet
from workers import modelstore
from workers.backup.make import backup
from workers.backup.restore import Restored, restore
from workers.desk import Desk
from workers.runner import Runner

pytestmark = [pytest.mark.every_backend, pytest.mark.long]

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def processed(database: Database, desk: Desk) -> None:
    Runner(desk, owner="test").run()


def trained(settings: Settings) -> None:
    folder = settings.data / "models" / "v1"
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text('{"name": "模型"}')
    (folder / "weights").write_bytes(bytes(range(256)) * 40_000)
    modelstore.promote(settings.data / "models", folder, None, "better", NOW, "eve")


def test_a_restored_desk_goes_on_with_the_same_cases_and_knows_mail_that_comes_again(
    old: Settings,
    new: Settings,
    archive: Path,
    database: Database,
    acceptor: Acceptor,
    make_desk: Callable[..., Desk],
) -> None:
    raw = mail()
    receipt = acceptor.accept(report("mail of Monday", content=raw))
    processed(database, make_desk())
    with database.transaction() as session:
        session.add(MailboxRow(account="desk", folder="INBOX", uidvalidity=7, last_uid=4))
        session.flush()
        session.add(MailboxMailRow(account="desk", folder="INBOX", uidvalidity=7, uid=4, report_id=receipt.report_id))
        session.add(AuditRow(at=NOW, who="eve@desk.example", what="looked"))
    backup(old, archive, NOW, quiet)

    restore(new, archive, False, False, quiet)

    restored = Database(new.resolved_database_url)
    again = Acceptor(restored, lambda: None)
    assert again.accept(report("mail of Monday", content=raw)).created is False
    assert again.accept(report("mail of Tuesday", content=mail(subject="Screen black"))).created
    processed(restored, make_desk(database=restored))
    with restored.reading() as session:
        assert session.scalars(select(CaseRow.id).order_by(CaseRow.id)).all() == [1, 2]
        letters = session.execute(select(OutgoingRow.case_id, OutgoingRow.due_at).order_by(OutgoingRow.case_id)).all()
        assert [(case_id, due_at is None) for case_id, due_at in letters] == [(1, True), (2, False)]
        mailbox = session.get_one(MailboxRow, ("desk", "INBOX"))
        assert (mailbox.uidvalidity, mailbox.last_uid) == (7, 4)
    with restored.transaction() as session:
        session.add(AuditRow(at=NOW, who="eve@desk.example", what="looked again"))
    again.close()
    restored.close()


def test_what_waited_is_held_until_a_person_sends_or_drops_it(
    old: Settings,
    new: Settings,
    archive: Path,
    database: Database,
    acceptor: Acceptor,
    make_desk: Callable[..., Desk],
) -> None:
    acceptor.accept_all([report(content=mail(subject=f"Fault {n}", body=f"Fault {n} of the array")) for n in range(3)])
    processed(database, make_desk())
    waiting = acceptor.accept(report(content=mail(subject="Not yet read"))).report_id
    backup(old, archive, NOW, quiet)

    done = restore(new, archive, False, False, quiet)

    assert (done.held, done.unanswered) == (3, 1)
    restored = Database(new.resolved_database_url)
    processed(restored, make_desk(database=restored))
    with restored.transaction() as session:
        assert session.get_one(ReportRow, waiting).case_id == 4
        assert session.scalars(select(OutgoingRow.id).where(OutgoingRow.due_at.is_not(None))).all() == []
        sent, *others = held.listed(session, 10)
        ids = {row.id: row.message_id for row in (sent, *others)}
        held.send(held.take(session, [sent.id]), NOW)
        held.drop(session, held.take(session, []), "they had gone out", "ann", NOW)
    with restored.transaction() as session:
        rows = session.scalars(select(OutgoingRow)).all()
        assert {row.id: row.message_id for row in rows} == ids
        assert sorted(row.state for row in rows) == [OutgoingState.FAILED, OutgoingState.FAILED, OutgoingState.PENDING]
        assert [row.id for row in rows if row.due_at is not None] == [sent.id]
        with pytest.raises(NotPossible, match="is held, or it is no more"):
            held.take(session, [sent.id])
    restored.close()


def test_after_a_move_what_waited_is_sent_and_answered(
    old: Settings,
    new: Settings,
    archive: Path,
    database: Database,
    acceptor: Acceptor,
    make_desk: Callable[..., Desk],
) -> None:
    acceptor.accept(report(content=mail()))
    processed(database, make_desk())
    acceptor.accept(report(content=mail(subject="Not yet read")))
    backup(old, archive, NOW, quiet)

    assert restore(new, archive, True, False, quiet).held == 0

    restored = Database(new.resolved_database_url)
    processed(restored, make_desk(database=restored))
    with restored.reading() as session:
        assert len(session.scalars(select(OutgoingRow.id).where(OutgoingRow.due_at.is_not(None))).all()) == 2
    restored.close()


def test_an_installation_that_holds_something_is_refused_and_stays_as_it_is(
    old: Settings, new: Settings, archive: Path, database: Database, acceptor: Acceptor
) -> None:
    backup(old, archive, NOW, quiet)
    acceptor.accept(report())

    with pytest.raises(Misconfigured, match="is not empty"):
        restore(old, archive, False, False, quiet)

    with database.reading() as session:
        assert len(session.scalars(select(ReportRow.id)).all()) == 1


def test_trained_models_come_back_with_the_one_in_force_and_replace_none(
    old: Settings, new: Settings, archive: Path
) -> None:
    trained(old)
    backup(old, archive, NOW, quiet)
    (new.data / "models" / "other").mkdir(parents=True)
    with pytest.raises(Misconfigured, match="there are trained models"):
        restore(new, archive, False, False, quiet)
    (new.data / "models" / "other").rmdir()
    (new.data / "models").rmdir()

    restore(new, archive, False, False, quiet)

    folder = new.data / "models"
    assert modelstore.current(folder) == folder / "v1"
    assert (folder / "v1" / "weights").read_bytes() == bytes(range(256)) * 40_000
    assert [entry["by"] for entry in modelstore.history(folder)] == ["eve"]


def test_another_key_is_refused_unless_it_is_meant(old: Settings, new: Settings, archive: Path) -> None:
    backup(old, archive, NOW, quiet)
    other = new.model_copy(update={"token_key": None})

    with pytest.raises(Misconfigured, match="token_key is not the key of this backup"):
        restore(other, archive, False, False, quiet)

    assert isinstance(restore(other, archive, False, True, quiet), Restored)


def test_a_restore_that_is_killed_leaves_an_empty_installation_and_can_be_repeated(
    old: Settings, new: Settings, archive: Path, acceptor: Acceptor
) -> None:
    acceptor.accept_all([report(content=os.urandom(100_000)) for _ in range(60)])
    trained(old)
    backup(old, archive, NOW, quiet)
    environment = os.environ | {
        "FIRSTLINE_DATABASE_URL": new.database_url.get_secret_value(),
        "FIRSTLINE_DATA": str(new.data),
        "FIRSTLINE_TOKEN_KEY": "a key",
    }
    process = subprocess.Popen([sys.executable, "-m", "workers.main", "restore", str(archive)], env=environment)
    wait_until((new.data / "models.restored" / "v1" / "weights").exists, timeout=60)
    process.kill()
    process.wait()

    database = Database(new.resolved_database_url)
    assert database.revision() is None
    assert not (new.data / "models").exists()

    restore(new, archive, False, False, quiet)

    with database.reading() as session:
        assert len(session.scalars(select(ReportRow.id)).all()) == 60
    assert sorted(path.name for path in new.data.iterdir()) == ["firstline.lock", "models"]
    database.close()
