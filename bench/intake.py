"""Durable SMTP intake: many mails a commit against one commit a mail."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from intake.accept import GROUP, Acceptor
from intake.channels.smtp import SmtpConfig, SmtpEndpoint
from models.db import Database

MAILS, SIZE, ROUNDS = 1000, 4096, 3


@contextmanager
def endpoint(group: int) -> Iterator[int]:
    """Our endpoint on a fresh database; yields its port."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        database.migrate()
        acceptor = Acceptor(database, lambda: None, group)
        config = SmtpConfig("127.0.0.1", 0, ("support@firstline.example",))
        server = SmtpEndpoint(config, acceptor.submit, lambda: datetime.now(UTC))
        yield server.start()
        server.stop()
        acceptor.close()
        database.close()


def rate(port: int, connections: int) -> float:
    """Mails a second, from a sender in another process."""
    command = [sys.executable, "-m", "bench.load", str(port), str(connections), str(MAILS), str(SIZE)]
    return MAILS / float(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)


VARIANTS = {"grouped commits": GROUP, "a commit a mail": 1}


def run() -> list[str]:
    """Rows of a Markdown table: medians of the rounds, the variants in turn within each round."""
    rows = ["| connections | " + " | ".join(VARIANTS) + " | ratio |", "|---|---|---|---|"]
    for connections in (1, 10, 50):
        rates: dict[str, list[float]] = {name: [] for name in VARIANTS}
        for _ in range(ROUNDS):
            for name, group in VARIANTS.items():
                with endpoint(group) as port:
                    rates[name].append(rate(port, connections))
        grouped, single = (median(values) for values in rates.values())
        cells = " | ".join(f"{median(values):.0f}/s" for values in rates.values())
        rows.append(f"| {connections} | {cells} | {grouped / single:.2f} |")
    return rows
