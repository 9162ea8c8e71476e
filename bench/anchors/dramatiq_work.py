"""The bare pipeline's worker with Dramatiq: a message a mail, a commit a message. What it needs to know is in the
environment: BENCH_REDIS, BENCH_FILE, BENCH_RELAY."""

import os
import sqlite3
import threading
from pathlib import Path
from smtplib import SMTP

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from sklearn.pipeline import Pipeline

from bench.anchors import bow
from bench.anchors.store import connect
from bench.anchors.work import Waiting, process

dramatiq.set_broker(RedisBroker(url=os.environ["BENCH_REDIS"]))
_LOCAL = threading.local()
_MODEL: list[Pipeline] = []
_TRAINING = threading.Lock()


def _tools() -> tuple[sqlite3.Connection, SMTP]:
    """This thread's connections."""
    if not hasattr(_LOCAL, "tools"):
        _LOCAL.tools = connect(Path(os.environ["BENCH_FILE"])), SMTP("127.0.0.1", int(os.environ["BENCH_RELAY"]))
    return _LOCAL.tools  # type: ignore[no-any-return]


def _model() -> Pipeline:
    with _TRAINING:
        if not _MODEL:
            _MODEL.append(bow.train())
        return _MODEL[0]


@dramatiq.actor(max_retries=0)
def work(number: int) -> None:
    """Process one stored mail."""
    connection, relay = _tools()
    row = connection.execute("SELECT id, sender, content FROM mails WHERE id = ?", (number,)).fetchone()
    process(connection, relay, _model(), [Waiting(*row)])
