"""What `firstline doctor` says of a relay and a classifier is what the parts meet that use them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from models.db import Database
from models.settings import Settings
from tests.servers import free_port
from workers import modelstore
from workers.cli.doctor import Finding, examine


class Taking:
    """A relay that takes whatever comes, from who has greeted it."""


@pytest.fixture
def relay_port() -> Iterator[int]:
    port = free_port()
    controller = Controller(Taking(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


def finding(settings: Settings, name: str) -> Finding:
    return next(found for found in examine(settings) if found.name == name)


def test_a_relay_that_wants_to_be_greeted_and_no_log_in_is_well(tmp_path: Path, relay_port: int) -> None:
    settings = Settings(data=tmp_path, relay_host="127.0.0.1", relay_port=relay_port)

    assert finding(settings, "relay") == Finding("relay", True, f"127.0.0.1:{relay_port} answers")


def test_a_classifier_that_cannot_be_loaded_is_found_before_the_start(tmp_path: Path) -> None:
    torn = tmp_path / "models" / "torn"
    shutil.copytree(current_base(), torn)
    (torn / "level" / "textcat" / "model").write_bytes(b"cut off")

    found = finding(Settings(data=tmp_path, model=torn), "classifier")

    assert not found.ok
    assert "holds no usable model" in found.text


def test_a_promoted_classifier_that_is_gone_is_found(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "current").write_text("mine\n")

    found = finding(Settings(data=tmp_path), "classifier")

    assert not found.ok
    assert "mine, which was promoted, is gone" in found.text


def test_a_classifier_that_can_is_named_by_its_version(tmp_path: Path) -> None:
    base = current_base()

    assert finding(Settings(data=tmp_path, model=base), "classifier") == Finding(
        "classifier", True, f"version {base.name}"
    )


def test_what_a_database_that_does_not_answer_knows_is_not_said_to_be_of_a_first_start(tmp_path: Path) -> None:
    away = Settings(data=tmp_path, database_url=SecretStr(f"postgresql://firstline@127.0.0.1:{free_port()}/desk"))

    found = {one.name: one for one in examine(away)}

    assert not found["database"].ok
    assert {found[name].text for name in ("held", "queue", "timers")} == {
        "not known while the database does not answer"
    }


def test_what_an_older_database_knows_is_not_said_to_be_of_a_first_start(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'firstline.db'}")
    database.migrate()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database.close()

    assert "of one version" in finding(Settings(data=tmp_path), "held").text


def current_base() -> Path:
    base = modelstore.current(modelstore.base_folder())
    assert base is not None
    return base


def test_a_look_at_a_folder_that_is_empty_makes_no_database_that_the_desk_may_not_write(tmp_path: Path) -> None:
    found = {one.name: one for one in examine(Settings(data=tmp_path, addresses=("support@desk.example",)))}

    assert found["database"].text == f"sqlite:///{tmp_path / 'firstline.db'}: none yet; made at the first start"
    assert [one for one in found.values() if not one.ok] == []
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_no_start_could_make_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'firstline.db'}"

    assert not finding(Settings(data=tmp_path, database_url=SecretStr(url)), "database").ok


def test_a_database_whose_file_is_damaged_where_no_start_looks_is_found(tmp_path: Path) -> None:
    file = tmp_path / "firstline.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    with database.engine.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'events'").scalar_one()
    database.close()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\xff" * size)

    found = finding(Settings(data=tmp_path), "database")

    assert not found.ok
    assert "the file is damaged" in found.text
    assert "\n" not in found.text
