"""What `firstline doctor` says of a relay and a classifier is what the parts meet that use them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from models.settings import Settings
from tests.servers import free_port
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
