"""Starts Firstline, plays the reports, shows what became of each, and says whether all ended right."""

import argparse
import random
import secrets
import signal
import smtplib
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live

from models.errors import Misconfigured
from workers.demo.reports import FIXTURES, Played, has_ended, is_right, played
from workers.demo.table import table
from workers.process import ADDRESS, Firstline, NotReady, emptied

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


def verdict(ended: list[tuple[Played, dict[str, Any]]], console: Console) -> bool:
    """Say how it went; True where every report had its right end."""
    right = sum(is_right(mail, report) for mail, report in ended)
    total = len(played())
    labelled = [(mail, report["case"]) for mail, report in ended if mail.level is not None and report["case"]]
    levels = sum(mail.level == case["level"] for mail, case in labelled)
    categories = sum(mail.category == case["category"] for mail, case in labelled)
    console.print(
        f"\n{right} of {total} reports have their right end. The classifier agrees with a person's label on "
        f"{levels} of {len(labelled)} levels and {categories} of {len(labelled)} categories; ? asks for a look."
    )
    return right == total


def add_user(desk: Firstline) -> str:
    """Let somebody log in to the staff's pages; returns the password, made up anew each time."""
    password = secrets.token_urlsafe(9)
    file = desk.data.parent / "password"
    file.write_text(password, "ascii")
    desk.run("user", "add", USER, "--role", "admin", "--password-file", str(file))
    file.unlink()
    return password


def where_to_look(desk: Firstline, console: Console, password: str) -> None:
    console.print(
        f"\nStill running. Look at:\n"
        f"  http://127.0.0.1:{desk.web_port}/        the staff's pages: log in as {USER}, password {password}\n"
        f"  {desk.data}/outbox/*.eml       the acknowledgements, and what the staff are told\n"
        f"  http://127.0.0.1:{desk.web_port}/readyz, /metrics, /openapi.json\n"
        f'  curl -H "Authorization: Bearer $(cat {desk.data}/api_token)" '
        f"http://127.0.0.1:{desk.web_port}/api/v1/cases/FL-000001\n"
        f"  smtp://127.0.0.1:{desk.smtp_port}       send {ADDRESS} a mail of your own\n"
        f"  {desk.log}   what it logged\nCtrl-C ends it.",
        soft_wrap=True,
        highlight=False,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="demo", description="Play the fixtures through a running Firstline.")
    parser.add_argument("--exit", action="store_true", help="end by itself; status 0 where every end is right")
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="emptied first")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal ends what was started, too
        signal.signal(number, signal.default_int_handler)
    console = Console(width=None if sys.stdout.isatty() else 150)
    try:
        emptied(options.folder)
    except Misconfigured as error:
        parser.error(str(error))
    desk = Firstline(options.folder.resolve(), free_port(8025), free_port(8080))
    try:
        console.print("taking in customers, contracts, staff and documents of fixtures/ ...")
        desk.run("directory", "import", str(FIXTURES / "customers"))
        desk.run("knowledge", "import", str(FIXTURES / "knowledge"))
        password = add_user(desk)
        console.print("starting firstline up ...")
        desk.start()
        desk.wait_until_ready()
        is_well = verdict(play(desk, console), console)
        if not options.exit:
            where_to_look(desk, console, password)
            desk.wait()
    except (Refused, NotReady, OSError, smtplib.SMTPException) as error:
        console.print(f"[red]{error}[/red]")
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        desk.stop()
    return 0 if is_well else 1


if __name__ == "__main__":
    raise SystemExit(main())
