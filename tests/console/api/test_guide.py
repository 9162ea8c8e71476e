"""The guide's examples are run as they stand there, one after the other, and answered as it says."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.api import problems
from console.app import create_app
from models.db import Database
from models.webhooks import TEST, Event
from tests.conftest import Clock
from tests.console.furnished import furnish
from tests.services import make_services
from workers.web import WebServer

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"
_EXAMPLE = re.compile(r"```sh\n(curl .*?)```\n+```json\n(.*?)```", re.DOTALL)


@pytest.fixture
def desk(database: Database, clock: Clock) -> Iterator[str]:
    """The address of a server."""
    furnish(database, clock)
    app = create_app(make_services(database, clock))
    server = WebServer(app, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.start()}"
    app.state.live.close()
    server.stop()


def holds(said: Any, wanted: Any) -> bool:
    """True where the answer has all that the guide shows of it."""
    if isinstance(wanted, dict):
        return isinstance(said, dict) and all(holds(said.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(said, list) and len(said) == len(wanted) and all(map(holds, said, wanted))
    return bool(said == wanted)


def test_each_example_is_answered_as_the_guide_says(desk: str) -> None:
    examples = _EXAMPLE.findall(GUIDE.read_text("utf-8"))
    environment = {**os.environ, "DESK": desk, "TOKEN": "the token of the tests"}

    answers = [
        subprocess.run(["bash", "-c", command], env=environment, capture_output=True, check=True, timeout=60).stdout
        for command, _ in examples
    ]

    assert len(examples) >= 6
    for (command, wanted), answer in zip(examples, answers, strict=True):
        assert holds(json.loads(answer), json.loads(wanted)), (command, answer[:2000])


def test_the_guide_tells_of_each_kind_of_problem_and_each_event() -> None:
    page = GUIDE.read_text("utf-8")

    assert [kind for kind in problems.TITLES if f"`{kind}`" not in page] == []
    assert [event for event in (*Event, TEST) if f"`{event}`" not in page] == []
