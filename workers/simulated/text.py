"""The account of a simulated mail, to be read by people: in order of time, in the scheme's zone."""

from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding

from workers.cli.shown import facts, local, plain, table
from workers.simulated.account import Account, Message, Served

_CHANNELS = {"email": "mail", "sms": "SMS", "voice": "call"}
_ACKNOWLEDGEMENT = "acknowledgement"


def print_account(console: Console, found: Account, zone: ZoneInfo) -> None:
    """The mail, the case, its promises, the acknowledgement in full, and then everything that would happen."""
    console.print(
        facts(
            {
                "mail": found.subject or "(no subject)",
                "from": found.sender or "nobody",
                "arrives": f"{local(found.received_at, zone)} {zone.key}",
                "outcome": f"{found.outcome}: {found.because}",
            }
        )
    )
    if found.case is None:
        console.print("\nNo case is opened, and nothing goes out.")
        return
    console.print(facts(_served(found.case)))
    _promises(console, found.case, zone)
    _acknowledgement(console, found)
    _happened(console, found, zone)
    _to_come(console, found, zone)
    counts = ", ".join(f"{name}: {_count(found, channel)}" for channel, name in _CHANNELS.items())
    console.print(f"\nUntil {local(found.ends_at, zone)} would go out: {counts}. Nothing was sent or written.")


def _served(case: Served) -> dict[str, str]:
    return {
        "case": f"level {case.level} ({case.level_name}), {case.category}, sure to {case.confidence:.0%}",
        "evidence": ", ".join(case.evidence) or "none",
        "judged": case.judged + (" A person should look." if case.needs_review else ""),
        "route": f"team {case.team}, {case.process} process, scheme {case.profile}",
        "because": case.routed,
        "customer": case.customer or "the directory knows none",
        "contract": case.contract,
        "standing": case.standing,
        "asked for": ", ".join(case.missing),
    }


def _promises(console: Console, case: Served, zone: ZoneInfo) -> None:
    rows = table("due", "promise", "because", unbroken=("due",))
    for promise in sorted(case.promises, key=lambda promise: promise.due_at):
        name = promise.name if promise.is_promise else f"{promise.name} (no promise)"
        rows.add_row(local(promise.due_at, zone), name, plain(promise.because))
    console.print("\n[bold]Promised[/bold]")
    console.print(rows)


def _acknowledgement(console: Console, found: Account) -> None:
    sent = next((message for message in found.messages if message.kind == _ACKNOWLEDGEMENT), None)
    if sent is None:
        because = found.case.not_acknowledged if found.case else ""
        console.print(f"\n[bold]Not acknowledged[/bold]: {plain(because)}")
        return
    console.print(f"\n[bold]Acknowledgement[/bold], message {sent.number}, to {plain(sent.recipient)}")
    console.print(Padding(plain(f"{sent.subject}\n\n{sent.text.rstrip()}"), (0, 0, 0, 2)))


def _happened(console: Console, found: Account, zone: ZoneInfo) -> None:
    rows = table("when", "what", "", unbroken=("when",))
    for happening in found.happened:
        message = happening.message
        what = f"{_CHANNELS[message.channel]} {message.number}" if message else happening.what
        text = _line(message) if message else happening.text
        rows.add_row(local(happening.at, zone), what, plain(text))
    console.print("\n[bold]If nobody does anything[/bold]")
    console.print(rows)


def _to_come(console: Console, found: Account, zone: ZoneInfo) -> None:
    if not found.to_come:
        return
    rows = table("when", "step", "because", unbroken=("when",))
    for rung in found.to_come:
        rows.add_row(local(rung.at, zone), rung.name, plain(rung.because))
    console.print("\n[bold]Still to come[/bold]")
    console.print(rows)


def _line(message: Message) -> str:
    said = message.subject or message.text
    return f"{message.kind} to {message.recipient}: {said}"


def _count(found: Account, channel: str) -> int:
    return sum(message.channel == channel for message in found.messages)
