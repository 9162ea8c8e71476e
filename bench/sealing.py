"""What it costs to seal the bodies of mails: CPU time a mail, beside what storing one takes anyway."""

import secrets
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from intake.accept import GROUP, Acceptor
from intake.mail.identity import mail_report
from models.db import Database
from models.queue import NewReport
from models.sealing import KEY_BYTES, Keyring

MAILS, ROUNDS = 2000, 5
SIZES = (4096, 65_536)


def run() -> list[str]:
    """Rows of a Markdown table: medians of the rounds, the variants in turn within each round."""
    rows = [
        "| size | stored as it came | stored sealed | sealing alone | opening alone |",
        "|---|---|---|---|---|",
    ]
    key = Keyring((secrets.token_bytes(KEY_BYTES),))
    for size in SIZES:
        mails = MAILS if size < 10_000 else MAILS // 10
        found: dict[str, list[float]] = {"plain": [], "sealed": [], "seal": [], "open": []}
        for _ in range(ROUNDS):
            found["plain"].append(_stored(Keyring(), size, mails))
            found["sealed"].append(_stored(key, size, mails))
            sealing, opening = _alone(key, size, mails)
            found["seal"].append(sealing)
            found["open"].append(opening)
        cells = " | ".join(f"{median(values) * 1e6:.0f} µs" for values in found.values())
        rows.append(f"| {size // 1024} KB | {cells} |")
    return rows


def _stored(keys: Keyring, size: int, mails: int) -> float:
    """CPU seconds of this process a mail, from raw bytes to the commit."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}", keys)
        database.migrate()
        acceptor = Acceptor(database, lambda: None)
        raw = _raw(size, mails)
        before = time.process_time()
        for start in range(0, mails, GROUP):
            batch: Sequence[NewReport] = [mail_report(one, "smtp", now) for one in raw[start : start + GROUP]]
            acceptor.accept_all(batch)
        took = time.process_time() - before
        acceptor.close()
        database.close()
    return took / mails


def _alone(keys: Keyring, size: int, mails: int) -> tuple[float, float]:
    raw = _raw(size, mails)
    before = time.process_time()
    sealed = [keys.seal(f"{number}/0/message/rfc822", one) for number, one in enumerate(raw)]
    between = time.process_time()
    for number, (key, stored) in enumerate(sealed):
        keys.unseal(f"{number}/0/message/rfc822", key, stored)
    return (between - before) / mails, (time.process_time() - between) / mails


def _raw(size: int, mails: int) -> list[bytes]:
    return [
        f"Message-ID: <{number}@bench.example>\r\nSubject: a\r\n\r\n".encode() + b"x" * size for number in range(mails)
    ]
