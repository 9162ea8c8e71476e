"""Starts Firstline, plays the reports, shows what became of each, and says whether all ended right."""

import argparse
import signal
import smtplib
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from models.errors import Misconfigured
from workers.demo.desk import USER, Refused, add_user, free_port, play
from workers.demo.reports import FIXTURES, Played, is_right, played
from workers.demo.table import ZONE
from workers.process import ADDRESS, Firstline, NotReady, emptied


def verdict(ended: list[tuple[Played, dict[str, Any]]], console: Console) -> bool:
    """Say how it went; True where every report had its right end."""
    right = sum(is_right(mail, report) for mail, report in ended)
    total = len(played())
    labelled = [(mail, report["case"]) for mail, report in ended if mail.level is not None and report["case"]]
    levels = sum(mail.level == case["level"] for mail, case in labelled)
    categories = sum(mail.category == case["category"] for mail, case in labelled)
    console.print(
        f"\n{right} of {total} reports have their right end. The classifier agrees with a person's label on "
        f"{levels} of {len(labelled)} levels and {categories} of {len(labelled)} categories.\n? asks for a look; "
        "raised: by a caution, such as ransomware, against what the classifier would have said.\n"
        f"Deadlines are in the desk's time zone, {ZONE}, as on its pages."
    )
    return right == total


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
    if not FIXTURES.is_dir():
        parser.error("its reports lie in the source tree: run make demo there, or call by `firstline demo call`")
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
