"""The bare pipeline in one process: the fast SMTP subclass, grouped commits, and a thread that takes batches.

`python -m bench.anchors.bare FILE RELAY_PORT` prints its port.
"""

import asyncio
import sys
import threading
from pathlib import Path
from smtplib import SMTP
from sqlite3 import Connection

from sklearn.pipeline import Pipeline

from bench.anchors import bow
from bench.anchors.smtp import Fast, grouped, listen
from bench.anchors.store import connect
from bench.anchors.work import process, take

_BATCH = 50


def _work(connection: Connection, relay: SMTP, model: Pipeline, arrived: threading.Event) -> None:
    while arrived.wait():
        arrived.clear()
        while mails := take(connection, _BATCH):
            process(connection, relay, model, mails)


async def _main(file: Path, relay_port: int) -> None:
    arrived, relay, model = threading.Event(), SMTP("127.0.0.1", relay_port), bow.train()
    connection = connect(file)  # one after the other: two that switch a new file to WAL at once find it locked
    group = grouped(file)
    threading.Thread(target=_work, args=(connection, relay, model, arrived), daemon=True).start()

    async def store(mail_from: str, content: bytes) -> int:
        number = await group(mail_from, content)
        arrived.set()
        return number

    sys.stdout.write(f"{await listen(Fast, store)}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), int(sys.argv[2])))
