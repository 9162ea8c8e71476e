"""Mail from a real Dovecot: fetched until durable, and until acknowledged."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from bench.anchors.helpdesk import VERSION, helpdesk
from bench.anchors.process import installed
from bench.contestants import start
from bench.figures import Extent, Figure, Found, in_turn, least, measures, times
from bench.mails import SMALL, mail
from bench.sink import Sink
from tests.servers.dovecot import PASSWORD, USER, Dovecot

FETCHED, POLL = "IMAPClient and SQLite, batches of 200", "firstline poll"
ACKNOWLEDGED, HELPDESK = "firstline up", f"django-helpdesk {VERSION}, IMAP"
_BATCH = 200
_FETCH, _ACKNOWLEDGE, _HELPDESK, _WARM = 3000, 400, 50, 5
_LOOK_SECONDS, _LONGEST_SECONDS = 0.005, 300
_MAILBOX = """
[[imap]]
name = "support"
host = "127.0.0.1"
port = {port}
tls = "none"
username = "{user}"
password = "{password}"
"""


def _server(mails: range, size: int) -> Dovecot:
    """With these in its inbox."""
    with installed():
        server = Dovecot()
    for number in mails:
        server.deliver(mail(number, size, "imap"))
    return server


def _settings(folder: Path, server: Dovecot) -> None:
    said = _MAILBOX.format(port=server.port, user=USER, password=PASSWORD)
    (folder / "firstline.toml").write_text(said, "utf-8")


def polled(mails: int) -> float:
    """Mails a second that `firstline poll` makes durable, its start and first batch left out."""
    with _server(range(mails), SMALL) as server, tempfile.TemporaryDirectory(prefix="bench-") as name:
        _settings(Path(name), server)
        with ExitStack() as stack:
            desk = start(stack, Path(name), "poll")
            return _rate(desk.data / "firstline.db", mails)


def _rate(file: Path, mails: int) -> float:
    """From the first stored batch to the last, as another reader of the database sees it."""
    first, first_at, deadline = 0, 0.0, time.monotonic() + _LONGEST_SECONDS
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        while time.monotonic() < deadline:
            (count,) = connection.execute("SELECT max(rowid) FROM reports").fetchone()
            if count and not first:
                first, first_at = count, time.monotonic()
            if count == mails:
                return (mails - first) / (time.monotonic() - first_at) if mails > first else float(mails)
            time.sleep(_LOOK_SECONDS)
    raise RuntimeError(f"not all of {mails} mails were fetched")


def bare(mails: int) -> float:
    with _server(range(mails), SMALL) as server, tempfile.TemporaryDirectory(prefix="bench-") as name:
        file, port = str(Path(name) / "mails.db"), str(server.port)
        command = [sys.executable, "-m", "bench.anchors.imap", file, port, USER, PASSWORD]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def acknowledged(mails: int) -> float:
    """Mails a second, from when they lie in the mailbox until the last acknowledgement is at the relay."""
    with (
        Sink() as sink,
        _server(range(_WARM), 0) as server,
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        ExitStack() as stack,
    ):
        _settings(Path(name), server)
        start(stack, Path(name), relay_host="127.0.0.1", relay_port=str(sink.port)).wait_for_all_workers()
        sink.wait(_WARM)
        ready = [mail(number, 0, "imap") for number in range(_WARM, _WARM + mails)]
        began = time.monotonic()
        for raw in ready:
            server.deliver(raw)
        return mails / (sink.wait(_WARM + mails) - began)


def helped(mails: int) -> float:
    """The same for django-helpdesk, which looks into the mailbox at once."""
    with (
        Sink() as sink,
        _server(range(_WARM), 0) as server,
        helpdesk(sink.port, str(server.port), USER, PASSWORD) as desk,
    ):
        desk.look()
        sink.wait(_WARM)
        for number in range(_WARM, _WARM + mails):
            server.deliver(mail(number, 0, "imap"))
        began = time.monotonic()
        desk.look()
        return mails / (sink.wait(_WARM + mails) - began)


def run(extent: Extent) -> Found:
    extent.say("imap: fetched until durable")
    fetch = extent.mails(_FETCH, _BATCH + 50)
    found, missing = in_turn({POLL: lambda: polled(fetch), FETCHED: lambda: bare(fetch)}, extent.rounds)
    rates = measures(found, float)
    mine = rates.pop(POLL)
    durable = Figure(
        "fetched until durable, batches of 200, 4 KB",
        "mails/s",
        mine,
        tuple(rates.values()),
        (least(mine, 1500, "mails/s"),),
        (least(mine, 2800, "mails/s"),),
    )
    whole, absent = _whole(extent)
    how = "A private Dovecot with a maildir, on the same machine; the mails of the second line are of 2-20 KB."
    return Found("imap", "Mail from a mailbox", how, (durable, whole), missing=missing | absent)


def _whole(extent: Extent) -> tuple[Figure, dict[str, str]]:
    extent.say("imap: until acknowledged")
    contestants = {ACKNOWLEDGED: lambda: acknowledged(extent.mails(_ACKNOWLEDGE))}
    if not extent.quick:
        contestants[HELPDESK] = lambda: helped(_HELPDESK)
    found, missing = in_turn(contestants, extent.rounds)
    rates = measures(found, float)
    mine = rates.pop(ACKNOWLEDGED)
    figure = Figure(
        "until acknowledged, everything on",
        "mails/s",
        mine,
        tuple(rates.values()),
        (times(mine, 5, rates.get(HELPDESK), "django-helpdesk"),),
        (least(mine, 250, "mails/s"),),
    )
    return figure, missing
