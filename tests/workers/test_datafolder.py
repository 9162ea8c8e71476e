"""The secrets of the data folder."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.errors import Misconfigured
from models.settings import Settings
from workers.cli import doctor
from workers.datafolder import prepare, secret
from workers.deliver.email import Outbox
from workers.main import app
from workers.service import Part, Service
from workers.storage import open_database


def _ask(folder: Path, together: Barrier, answers: "multiprocessing.Queue[str]") -> None:
    together.wait()
    answers.put(secret(folder, "token_key"))


def test_processes_that_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    together, answers = context.Barrier(4), context.Queue()
    processes = [context.Process(target=_ask, args=(tmp_path, together, answers)) for _ in range(4)]

    for process in processes:
        process.start()
    found = {answers.get(timeout=120) for _ in processes}
    for process in processes:
        process.join()

    assert found == {(tmp_path / "token_key").read_text().strip()}


def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    prepare(tmp_path / "data")

    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@pytest.fixture
def everybody_may_read() -> Iterator[None]:
    """What is made has the rights of most machines' users."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("everybody_may_read")
def test_in_a_folder_that_was_there_the_mails_are_for_the_owner_alone_too(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = open_database(Settings(data=tmp_path))
    database.migrate()
    Outbox(tmp_path / "outbox")

    with database.transaction():
        rights = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}

    database.close()
    ours = {"firstline.db": 0o600, "firstline.db-wal": 0o600, "firstline.db-shm": 0o600, "outbox": 0o700}
    assert rights == ours


def test_a_secret_is_for_its_owner_alone_and_stays_the_same(tmp_path: Path) -> None:
    first = secret(tmp_path, "token_key")

    assert secret(tmp_path, "token_key") == first
    assert (tmp_path / "token_key").stat().st_mode & 0o777 == 0o600


def test_a_file_left_empty_by_a_power_cut_is_filled(tmp_path: Path) -> None:
    (tmp_path / "token_key").touch()

    made = secret(tmp_path, "token_key")

    assert len(made) > 40
    assert secret(tmp_path, "token_key") == made


def test_a_database_that_was_emptied_is_no_new_desk(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, smtp_port=0, web_port=0)
    first = Service(settings, frozenset({Part.WEB}))
    first.start()
    first.stop()
    emptied = tmp_path / "firstline.db"
    emptied.write_bytes(b"")

    again = Service(settings, frozenset({Part.WEB}))
    with pytest.raises(Misconfigured, match=f"{emptied} is empty, though .*restore.*rm {emptied}"):
        again.start()

    assert emptied.stat().st_size == 0
    [found] = [finding for finding in doctor.examine(settings) if finding.name == "database"]
    assert not found.ok
    emptied.unlink()
    anew = Service(settings, frozenset({Part.WEB}))
    anew.start()
    anew.stop()


def test_processes_that_begin_anew_together_take_no_ones_file_for_an_emptied_one(tmp_path: Path) -> None:
    (tmp_path / "token_key").write_text("the key of before")
    start = (
        "import sys; from pathlib import Path; from models.settings import Settings; from workers import storage\n"
        "settings = Settings(data=Path(sys.argv[1])); database = storage.open_database(settings)\n"
        "storage.start(settings, database); database.close()"
    )

    together = [
        subprocess.Popen([sys.executable, "-c", start, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    assert [(process.communicate(timeout=60)[1], process.returncode) for process in together] == [("", 0)] * 3


def test_a_restore_that_was_broken_off_leaves_no_new_desk(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    (tmp_path / "token_key").write_text("the key of before")
    database = open_database(settings)
    assert database.revision() is None
    database.close()

    again = CliRunner().invoke(app, ["migrate", "up", "--data", str(tmp_path)])

    assert "firstline restore" in str(again.exception)


def test_a_first_start_that_was_killed_can_be_repeated(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, smtp_port=0, web_port=0)
    (tmp_path / "firstline.db").touch()

    service = Service(settings)
    ports = service.start()
    service.stop()

    assert set(ports) == {"smtp", "web"}
    assert (tmp_path / "token_key").exists()
