"""The pool and its members: what hangs is ended, what cannot work says why, what waits is found by whoever is idle."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from models.db import Database
from models.errors import Misconfigured
from models.settings import Settings
from tests.trained import copy_of_base
from tests.waiting import wait_until
from tests.workers.pool import killed
from workers import modelstore
from workers.pool import member, spawn
from workers.pool.pool import Pool
from workers.pool.spawn import count_of


@contextmanager
def running(database: Database, tmp_path: Path, observed: list[str], **settings: object) -> Iterator[Pool]:
    def observe(outcome: str, received_at: datetime) -> None:
        observed.append(outcome)

    given = Settings.model_validate({"data": tmp_path, "database_url": str(database.engine.url), **settings})
    pool = Pool(given, "test", spawn.spawn(1), database, observe, lambda: None)
    pool.start()
    try:
        yield pool
    finally:
        pool.stop()


@pytest.mark.on_sqlite
def test_who_hangs_while_it_is_his_turn_to_write_is_ended_and_others_write(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spawn, "_CHILD", "tests.workers.pool.greedy")
    monkeypatch.setattr(member, "_TURN_SECONDS", 0.2)

    with running(database, tmp_path, []) as pool:
        pool.wait()
        wait_until(lambda: "worker_ended" in caplog.messages)

        with database.transaction():
            pass
    assert "worker_hangs" in caplog.messages


def test_the_classifier_that_is_not_there_is_said(database: Database, tmp_path: Path) -> None:
    with (
        running(database, tmp_path, [], model=tmp_path / "nowhere") as pool,
        pytest.raises(Misconfigured, match="nowhere"),
    ):
        pool.wait()


def test_a_worker_says_that_another_classifier_stands_in_until_that_one_is_not_promoted_any_more(
    database: Database, tmp_path: Path
) -> None:
    own = tmp_path / "models" / "own"
    copy_of_base(own)
    (own / "level" / "vocab" / "vectors").write_bytes(b"")
    modelstore.choose(own.parent, own)

    with running(database, tmp_path, []) as pool:
        pool.wait()

        assert pool.stands_in()

        (own.parent / "current").unlink()

        assert not pool.stands_in()


def test_packages_in_the_folder_it_is_started_in_are_not_taken_for_ours(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models.py").write_text("raise SystemExit(3)", "utf-8")
    monkeypatch.chdir(tmp_path)

    with running(database, tmp_path, []) as pool:
        pool.wait()

        assert pool.problem() == ""


def killed_while_it_loads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, times: int) -> Path:
    marks = tmp_path / "killed"
    marks.mkdir()
    monkeypatch.setattr(spawn, "_CHILD", "tests.workers.pool.killed")
    monkeypatch.setenv(killed.MARKS, str(marks))
    monkeypatch.setenv(killed.TIMES, str(times))
    return marks


def test_one_that_is_killed_before_it_is_ready_is_replaced_as_it_is_later(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = killed_while_it_loads(monkeypatch, tmp_path, 1)

    with running(database, tmp_path, []) as pool:
        pool.wait()

        assert pool.problem() == ""
    assert len(list(marks.iterdir())) == 1


def test_one_that_is_killed_again_and_again_is_not_waited_for_for_ever(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_while_it_loads(monkeypatch, tmp_path, 1000)

    with running(database, tmp_path, []) as pool, pytest.raises(Misconfigured, match="status -9"):
        pool.wait()


def test_while_none_can_work_the_problem_is_said(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawn, "_CHILD", "tests.no_such_module")

    with running(database, tmp_path, []) as pool:
        wait_until(lambda: "ended by itself with status 1" in pool.problem())


def test_a_process_that_is_never_told_what_to_work_by_ends_by_itself_in_silence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    spawned = spawn.spawn(2)

    for connection in spawned.connections:
        connection.close()

    assert spawned.process.wait(60) == 1
    assert capfd.readouterr() == ("", "")


def test_what_was_spawned_for_nothing_is_ended() -> None:
    spawned = spawn.spawn(1)

    spawned.end()

    assert spawned.process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("processors", "expected"), [({0}, 0), ({0, 1}, 2), (set(range(64)), 3)], ids=["one", "two", "many"]
)
def test_there_are_as_many_as_processors_but_a_few_at_most(
    monkeypatch: pytest.MonkeyPatch, processors: set[int], expected: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: processors)

    assert count_of(Settings()) == expected


def test_as_many_as_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert count_of(Settings(processes=5)) == 5
    assert count_of(Settings(processes=0)) == 0
