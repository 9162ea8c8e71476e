"""The secrets of the data folder."""

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from workers.datafolder import prepare, secret


def _ask(folder: Path, together: Barrier, answers: "multiprocessing.Queue[str]") -> None:
    together.wait()
    answers.put(secret(folder, "token_key"))


def test_processes_that_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    together, answers = context.Barrier(4), context.Queue()
    processes = [context.Process(target=_ask, args=(tmp_path, together, answers)) for _ in range(4)]

    for process in processes:
        process.start()
    found = {answers.get(timeout=30) for _ in processes}
    for process in processes:
        process.join()

    assert found == {(tmp_path / "token_key").read_text().strip()}


def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    prepare(tmp_path / "data")

    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_secret_is_for_its_owner_alone_and_stays_the_same(tmp_path: Path) -> None:
    first = secret(tmp_path, "token_key")

    assert secret(tmp_path, "token_key") == first
    assert (tmp_path / "token_key").stat().st_mode & 0o777 == 0o600


def test_a_file_left_empty_by_a_power_cut_is_filled(tmp_path: Path) -> None:
    (tmp_path / "token_key").touch()

    made = secret(tmp_path, "token_key")

    assert len(made) > 40
    assert secret(tmp_path, "token_key") == made
