"""What the demonstrations do with a Firstline of their own: start it on free ports, let somebody log in, send it the
reports of fixtures/."""

import random
import secrets
import smtplib
import socket
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.live import Live

from workers.demo.reports import FIXTURES, Played, has_ended, played
from workers.demo.table import table
from workers.process import Firstline

DONE_SECONDS = 60.0
USER = "you@firstline.example"
_LOOK_SECONDS = 0.1
_PORTS_TRIED = 50


class Refused(Exception):
    """A report was not taken; the message says which, and the answer."""


def free_port(wanted: int | None = None) -> int:
    """The usual port where it is free, else any below those that the system gives to clients: one of theirs may be
    taken before it is listened on."""
    others = (random.randrange(10_000, 32_000) for _ in range(_PORTS_TRIED))
    for port in [*([wanted] if wanted else []), *others]:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise Refused("no port of 127.0.0.1 can be listened on")


def add_user(desk: Firstline) -> str:
    """Let somebody log in to the staff's pages; returns the password, made up anew each time."""
    password = secrets.token_urlsafe(9)
    file = desk.data.parent / "password"
    file.write_text(password, "ascii")
    desk.run("user", "add", USER, "--role", "admin", "--password-file", str(file))
    file.unlink()
    return password


def send(desk: Firstline, mails: list[Played]) -> Iterator[tuple[Played, str]]:
    """Send each mail over SMTP; yields it with the id that the 250 answer gave."""
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as connection:
        for mail in mails:
            content = (FIXTURES / mail.file).read_bytes()
            connection.ehlo_or_helo_if_needed()
            connection.mail(mail.mail_from)
            connection.rcpt(mail.rcpt_to)
            code, answer = connection.data(content)
            if code != 250:
                raise Refused(f"{mail.file} was refused: {code} {answer.decode(errors='replace')}")
            yield mail, answer.decode().rsplit(" ", 1)[-1]


def play(desk: Firstline, console: Console) -> list[tuple[Played, dict[str, Any]]]:
    """Send everything and wait until each report has ended; shows the table meanwhile."""
    mails = played()
    ended: dict[str, dict[str, Any]] = {}
    deadline = time.monotonic() + DONE_SECONDS
    with Live(table([], len(mails), console.width), console=console, refresh_per_second=8) as live:
        sent = list(send(desk, mails))
        while len(ended) < len(sent) and time.monotonic() < deadline:
            for _, report_id in sent:
                if report_id not in ended and has_ended(report := desk.get(f"/api/v1/reports/{report_id}")):
                    ended[report_id] = report
            rows = [(mail, ended[report_id]) for mail, report_id in sent if report_id in ended]
            live.update(table(rows, len(mails), console.width))
            time.sleep(_LOOK_SECONDS)
    for mail, report_id in sent:
        if report_id not in ended:
            console.print(f"[red]{mail.file} has not ended within {DONE_SECONDS:.0f} s[/red]")
    return rows
