"""The relay is down when mail arrives, and comes back: every answer goes out then."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.db import Database
from tests.servers.firstline import Firstline
from tests.servers.sink import Sink
from tests.surviving import Senders, assert_each_has_one_end, wait_until_done

pytestmark = pytest.mark.long

MAILS = 20


@pytest.fixture
def sink() -> Iterator[Sink]:
    found = Sink()
    yield found
    found.stop()


@pytest.fixture
def firstline(tmp_path: Path, sink: Sink) -> Iterator[Firstline]:
    with ExitStack() as stack:
        process = Firstline(tmp_path, relay_host="127.0.0.1", relay_port=str(sink.port))
        process.start()
        stack.callback(process.kill)
        yield process


def test_each_answer_goes_out_once_the_relay_is_back(firstline: Firstline, sink: Sink) -> None:
    sink.kill()
    senders = Senders(firstline.smtp_port, MAILS)

    senders.wait_for(share=0.5)
    sink.start()
    senders.wait_for(share=0.8)
    sink.kill()
    sink.start()
    senders.wait_for(share=1)

    database = Database(f"sqlite:///{firstline.data / 'firstline.db'}")
    wait_until_done(database, MAILS)
    taken = [str(answer["Message-ID"]).strip("<>") for answer in sink.mails if answer["Message-ID"]]
    assert_each_has_one_end(database, senders.accepted, taken)
    database.close()
    assert firstline.stop() == 0
