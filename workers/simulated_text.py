"""The account of a simulated mail, to be read by people: in order of time, in the scheme's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from workers.simulated import Account, Message, Served

_CHANNELS = {"email": "mail", "sms": "SMS", "voice": "call"}
_ACKNOWLEDGEMENT = "acknowledgement"


def print_account(console: Console, found: Account, zone: ZoneInfo) -> None:
    """The mail, the case, its promises, the acknowledgement in full, and then everything that would happen."""
    _facts(
        console,
        {
            "mail": found.subject or "(no subject)",
            "from": found.sender or "nobody",
            "arrives": f"{_time(found.received_at, zone)} {zone.key}",
            "outcome": f"{found.outcome}: {found.because}",
        },
    )
    if found.case is None:
        console.print("\nNo case is opened, and nothing goes out.")
        return
    _facts(console, _served(found.case))
    _promises(console, found.case, zone)
    _acknowledgement(console, found)
    _happened(console, found, zone)
    _to_come(console, found, zone)
    counts = ", ".join(f"{name}: {_count(found, channel)}" for channel, name in _CHANNELS.items())
    console.print(f"\nUntil {_time(found.ends_at, zone)} would go out: {counts}. Nothing was sent or written.")


def _served(case: Served) -> dict[str, str]:
    found = {
        "case": f"level {case.level} ({case.level_name}), {case.category}, sure to {case.confidence:.0%}",
        "evidence": ", ".join(case.evidence) or "none",
        "look at it": case.review,
        "route": f"team {case.team}, {case.process} process, scheme {case.profile}",
        "because": case.routed,
        "customer": case.customer or "the directory knows none",
        "contract": case.contract,
        "standing": case.standing,
        "asked for": ", ".join(case.missing),
    }
    return {name: text for name, text in found.items() if text}


def _facts(console: Console, facts: dict[str, str]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts.items():
        table.add_row(name, escape(text))
    console.print(table)


def _promises(console: Console, case: Served, zone: ZoneInfo) -> None:
    table = _table("due", "promise", "because")
    for promise in sorted(case.promises, key=lambda promise: promise.due_at):
        name = promise.name if promise.is_promise else f"{promise.name} (no promise)"
        table.add_row(_time(promise.due_at, zone), name, escape(promise.because))
    console.print("\n[bold]Promised[/bold]")
    console.print(table)


def _acknowledgement(console: Console, found: Account) -> None:
    sent = next((message for message in found.messages if message.kind == _ACKNOWLEDGEMENT), None)
    if sent is None:
        because = found.case.not_acknowledged if found.case else ""
        console.print(f"\n[bold]Not acknowledged[/bold]: {escape(because)}")
        return
    console.print(f"\n[bold]Acknowledgement[/bold], message {sent.number}, to {escape(sent.recipient)}")
    console.print(Padding(escape(f"{sent.subject}\n\n{sent.text.rstrip()}"), (0, 0, 0, 2)))


def _happened(console: Console, found: Account, zone: ZoneInfo) -> None:
    table = _table("when", "what", "")
    for happening in found.happened:
        message = happening.message
        what = f"{_CHANNELS[message.channel]} {message.number}" if message else happening.what
        text = _line(message) if message else happening.text
        table.add_row(_time(happening.at, zone), what, escape(text))
    console.print("\n[bold]If nobody does anything[/bold]")
    console.print(table)


def _to_come(console: Console, found: Account, zone: ZoneInfo) -> None:
    if not found.to_come:
        return
    table = _table("when", "step", "because")
    for rung in found.to_come:
        table.add_row(_time(rung.at, zone), rung.name, escape(rung.because))
    console.print("\n[bold]Still to come[/bold]")
    console.print(table)


def _line(message: Message) -> str:
    said = message.subject or message.text
    return f"{message.kind} to {message.recipient}: {said}"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in ("due", "when"))
    return table


def _count(found: Account, channel: str) -> int:
    return sum(message.channel == channel for message in found.messages)


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"
