"""Two installations: one with a desk's data, and one that is empty."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from models.settings import Settings


def quiet(_table: str, _rows: int) -> None:
    """Shows nobody how far the work is."""


@pytest.fixture
def old(tmp_path: Path, database_url: str) -> Settings:
    """An installation whose tables are made."""
    return Settings(data=tmp_path / "old", database_url=SecretStr(database_url), token_key=SecretStr("a key"))


@pytest.fixture
def new(tmp_path: Path, new_url: str) -> Settings:
    """An installation that was never started, which is given the old one's key."""
    return Settings(data=tmp_path / "new", database_url=SecretStr(new_url), token_key=SecretStr("a key"))


@pytest.fixture
def new_url(make_empty_url: Callable[[str], str]) -> str:
    return make_empty_url("restored")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where a backup will be."""
    return tmp_path / "desk.zip"
