"""A data folder that the commands find, and the commands themselves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from models.db import Database
from workers.main import app, main

Firstline = Callable[..., Result]
Refused = Callable[..., str]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the data of a desk will be; nothing is there yet."""
    folder = tmp_path / "data"
    monkeypatch.setenv("FIRSTLINE_DATA", str(folder))
    return folder


@pytest.fixture
def desk_database(data: Path, sqlite_template: Path) -> Database:
    data.mkdir()
    shutil.copy(sqlite_template, data / "firstline.db")
    return Database(f"sqlite:///{data / 'firstline.db'}")


@pytest.fixture
def firstline(request: pytest.FixtureRequest, desk_database: Database) -> Firstline:
    """Runs the group of commands that the module names as COMMAND."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [request.module.COMMAND, *arguments])

    return run


@pytest.fixture
def refused(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Refused:
    """What a command of the module's COMMAND says on stderr when it fails; it must be one line."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["firstline", request.module.COMMAND, *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr().err
        assert ended.value.code == 1
        assert said.count("\n") == 1
        return said

    return run
