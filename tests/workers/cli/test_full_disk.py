"""A disk that is full before a command has written its file: what it says, and what it leaves behind."""

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.bodies import Body, add
from models.db import Database
from tests.console.builders import case, report, store

ANN = "ann@customer.example"
# More than SQLite needs to read, less than the file would have.
ROOM = 48 * 1024


@pytest.fixture
def large_desk(desk_database: Database) -> Database:
    """Ann has sent more than there is room for, and it cannot be packed."""
    at = datetime(2026, 11, 9, 2, tzinfo=UTC)
    hers = report(at, sender=ANN, state="done")
    store(desk_database, case(at, reports=[hers], customer=ANN))
    with desk_database.transaction() as session:
        add(session, [Body(hers.id, 0, "message/rfc822", os.urandom(4 * ROOM))])
    return desk_database


def run_out_of_room(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers.program", *arguments],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_that_has_no_room_leaves_nothing_that_could_be_taken_for_whole(
    large_desk: Database, tmp_path: Path
) -> None:
    file = tmp_path / "ann.zip"

    done = run_out_of_room("export", str(file), "--person", ANN)

    assert (done.returncode, done.stderr) == (1, f"firstline: {file} cannot be written: File too large\n")
    assert not file.exists()


def test_a_backup_that_has_no_room_says_so_in_a_line_and_leaves_nothing(large_desk: Database, tmp_path: Path) -> None:
    file = tmp_path / "desk.zip"

    done = run_out_of_room("backup", str(file))

    assert (done.returncode, done.stderr) == (1, f"firstline: {file} could not be written: File too large\n")
    assert list(tmp_path.glob("desk.zip*")) == []
