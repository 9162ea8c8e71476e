"""A backup is of one moment and whole, or there is none."""

import os
import random
import re
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from intake.accept import Acceptor
from models.db import Database
from models.errors import FirstlineError, Misconfigured
from models.settings import Settings
from models.tables import OAuthTokenRow, ReportPart, ReportRow, SessionRow, UserRow
from tests.factories import report
from tests.surviving import new_seed
from tests.waiting import wait_until
from tests.workers.backup.conftest import quiet
from workers.backup import archive as archives
from workers.backup import last
from workers.backup.make import backup
from workers.backup.restore import restore
from workers.metrics import Metrics

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def accepted(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReportRow)) or 0


@pytest.mark.every_backend
def test_a_backup_beside_arriving_mail_holds_whole_reports_and_all_that_were_accepted_before(
    old: Settings, new: Settings, archive: Path, database: Database, acceptor: Acceptor
) -> None:
    is_over = threading.Event()

    def arrive() -> None:
        while not is_over.is_set():
            acceptor.accept(report())

    mail = threading.Thread(target=arrive)
    mail.start()
    wait_until(lambda: accepted(database) >= 20)
    before = accepted(database)

    backup(old, archive, NOW, quiet)

    is_over.set()
    mail.join()
    restore(new, archive, False, False, quiet)
    restored = Database(new.resolved_database_url)
    with restored.reading() as session:
        reports = set(session.scalars(select(ReportRow.id)))
        assert set(session.scalars(select(ReportPart.report_id))) == reports
    assert before <= len(reports) <= accepted(database)
    restored.close()


def test_a_backup_is_for_its_owner_alone_and_replaces_none(old: Settings, archive: Path) -> None:
    backup(old, archive, NOW, quiet)

    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.glob("desk.zip*")] == ["desk.zip"]
    with pytest.raises(Misconfigured, match="is there already"):
        backup(old, archive, NOW, quiet)


def test_no_secret_of_the_settings_and_nobody_who_is_logged_in_is_in_it(
    old: Settings, archive: Path, database: Database
) -> None:
    settings = old.model_copy(update={"api_token": SecretStr("the api token"), "token_key": SecretStr("the token key")})
    settings.data.mkdir()
    (settings.data / "token_key").write_text("the kept key")
    with database.transaction() as session:
        session.add(OAuthTokenRow(account="desk", given="0", refresh_token="the refresh token", at=NOW))
        user = UserRow(name="Eve", address="eve@desk.example", address_key="eve@desk.example", role="admin")
        user.password, user.created_at = "$argon2id$", NOW
        session.add(user)
        session.flush()
        session.add(SessionRow(key_hash="a session", user_id=user.id, created_at=NOW, seen_at=NOW, expires_at=NOW))

    backup(settings, archive, NOW, quiet)

    with zipfile.ZipFile(archive) as stored:
        held = b"".join(stored.read(name) for name in stored.namelist())
    assert b"eve@desk.example" in held
    for secret in (b"the api token", b"the token key", b"the kept key", b"the refresh token", b"a session"):
        assert secret not in held


def test_a_backup_that_was_cut_is_refused_wherever_that_was(
    old: Settings, archive: Path, acceptor: Acceptor, tmp_path: Path
) -> None:
    acceptor.accept_all([report() for _ in range(50)])
    backup(old, archive, NOW, quiet)
    whole = archive.read_bytes()
    cut = tmp_path / "cut.zip"

    for length in (0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 25, len(whole) - 1):
        cut.write_bytes(whole[:length])

        with pytest.raises(archives.Damaged), archives.opened(cut) as stored:
            stored.verify()


def test_a_bit_that_has_flipped_is_noticed_or_changes_nothing(old: Settings, archive: Path, acceptor: Acceptor) -> None:
    acceptor.accept_all([report() for _ in range(50)])
    backup(old, archive, NOW, quiet)
    whole = archive.read_bytes()
    chance = random.Random(new_seed())
    with archives.opened(archive) as stored:
        written = stored.manifest
    noticed = 0

    for _ in range(300):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        archive.write_bytes(changed)
        try:
            with archives.opened(archive) as stored:
                stored.verify()
                assert stored.manifest == written
        except FirstlineError:
            noticed += 1

    assert noticed > 100


def test_a_backup_that_is_killed_leaves_no_file_of_its_name_and_does_not_hinder_the_next(
    old: Settings, archive: Path, acceptor: Acceptor
) -> None:
    acceptor.accept_all([report(content=os.urandom(400_000)) for _ in range(60)])
    part = archive.with_name("desk.zip.part")
    environment = os.environ | {
        "FIRSTLINE_DATABASE_URL": old.database_url.get_secret_value(),
        "FIRSTLINE_DATA": str(old.data),
    }
    process = subprocess.Popen([sys.executable, "-m", "workers.main", "backup", str(archive)], env=environment)
    wait_until(lambda: part.exists() and part.stat().st_size > 100_000, timeout=60)
    process.kill()
    process.wait()

    assert not archive.exists()
    assert part.stat().st_mode & 0o777 == 0o600

    manifest = backup(old, archive, NOW, quiet)

    assert {table.name: table.rows for table in manifest.tables}["reports"] == 60
    assert not part.exists()


def test_a_place_that_cannot_be_written_is_named_and_no_link_is_followed(old: Settings, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nowhere/desk\.zip\.part cannot be written: No such file"):
        backup(old, tmp_path / "nowhere" / "desk.zip", NOW, quiet)
    (tmp_path / "desk.zip.part").symlink_to(tmp_path / "others")

    with pytest.raises(Misconfigured, match="cannot be written"):
        backup(old, tmp_path / "desk.zip", NOW, quiet)

    assert not (tmp_path / "others").exists()


@pytest.mark.every_backend
def test_the_night_in_which_none_was_made_is_said(old: Settings, archive: Path, database: Database) -> None:
    def said(hours: int) -> str:
        with database.reading() as session:
            return last.problem(session, NOW + timedelta(hours=hours))

    assert said(1000) == ""  # who makes none here makes them otherwise
    backup(old, archive, NOW, quiet)

    assert said(36) == ""
    assert said(37).startswith("the last backup is of 2026-11-09 02:00 UTC")
    metrics = Metrics(database, lambda: NOW).text().decode()
    assert re.search(r"^firstline_backup_time_seconds 1\.7", metrics, re.MULTILINE)


@pytest.mark.every_backend
def test_a_backup_that_could_not_be_made_is_none(old: Settings, database: Database, tmp_path: Path) -> None:
    with pytest.raises(FirstlineError):
        backup(old, tmp_path / "nowhere" / "desk.zip", NOW, quiet)

    with database.reading() as session:
        assert last.made_at(session) is None
