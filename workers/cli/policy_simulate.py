"""`firstline policy simulate`: what would become of a mail if nobody did anything, down to the last message."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from models.errors import Misconfigured
from models.settings import Settings
from models.values import CALENDAR_YEARS
from routing import profile as profiles
from routing.profile import Profile
from workers import logs
from workers.cli.command import Data, load, print_json
from workers.cli.shown import console

if TYPE_CHECKING:
    from models.db import Database
    from workers.simulated.account import Account, Message

_LONGEST_DAYS = 366
_EMAIL, _MEANS = "email", ("email", "sms", "voice")


def simulate(
    file: Annotated[Path, typer.Argument(help="A raw e-mail.", metavar="FILE.eml")],
    at: Annotated[
        str | None, typer.Option(help="When it arrives: ISO 8601; without an offset, in the scheme's zone; else now.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="The scheme; that of the desk if left out.")] = None,
    days: Annotated[
        int, typer.Option("--for", min=0, max=_LONGEST_DAYS, help="Days in which nobody does anything.")
    ] = 3,
    means: Annotated[
        str | None, typer.Option(help="How staff can be told: email,sms,voice; as the desk can if left out.")
    ] = None,
    show: Annotated[int | None, typer.Option(help="Print the whole text of the message of this number.")] = None,
    outbox: Annotated[Path | None, typer.Option(help="Write every message into this folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    data: Data = None,
) -> None:
    """Say what would become of a mail if nobody did anything: level, route, promises, and every mail, SMS and call that
    would go out. Nothing is sent, and nothing of the desk is written; the mail counts as new."""
    from workers.simulated.account import account  # noqa: PLC0415 - the pipeline brings spaCy, which takes 1.3 s to import
    from workers.simulated.desk import simulate as simulation  # noqa: PLC0415
    from workers.simulated.text import print_account  # noqa: PLC0415

    settings = load(data)
    logs.configure("warning", settings.log_format)  # what is simulated is no news of the desk
    settings = settings.model_copy(update={"profile": profile or settings.profile})
    scheme = profiles.load(settings.profile)
    raw, arrives = _mail(file), moment(at, scheme)
    with _desk_database(settings) as known, simulation(settings, raw, arrives, known, _means(means)) as desk:
        found = account(desk, timedelta(days=days))
    if outbox is not None:
        _write(found, outbox)
    if show is not None:
        typer.echo(_shown(found, show))
    elif as_json:
        print_json(_as_json(found, scheme.hours.zone), indent=2)
    else:
        print_account(console(), found, scheme.hours.zone)


def moment(text: str | None, scheme: Profile) -> datetime:
    """The time that a person has written; without an offset, in the scheme's zone; now where it is left out.

    Raises:
        Misconfigured: it is no time.
    """
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Misconfigured(f"--at {text!r} is no time; write for example 2026-11-09T10:00:00+08:00") from error
    if found.year not in CALENDAR_YEARS:
        raise Misconfigured(f"--at {text!r}: the calendars reach from {CALENDAR_YEARS[0]} to {CALENDAR_YEARS[-1]}")
    return found if found.tzinfo else found.replace(tzinfo=scheme.hours.zone)


def _mail(file: Path) -> bytes:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}") from error
    if not raw.strip():
        raise Misconfigured(f"{file} is empty; give it a raw e-mail, with its headers")
    return raw


def _means(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    named = frozenset(part.strip() for part in text.split(",") if part.strip())
    if wrong := named - set(_MEANS):
        raise Misconfigured(f"--means: {', '.join(sorted(wrong))} is none; there are {', '.join(_MEANS)}")
    return named | {_EMAIL}


@contextmanager
def _desk_database(settings: Settings) -> "Iterator[Database | None]":
    """The desk's own, to be read; None where there is none yet, which must not be made by looking for it."""
    from sqlalchemy import make_url  # noqa: PLC0415 - the other commands of the group ask no database

    from workers import storage  # noqa: PLC0415

    url = make_url(settings.resolved_database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield None
        return
    database = storage.open_database(settings)
    try:
        yield database
    finally:
        database.close()


def _shown(found: "Account", number: int) -> str:
    for message in found.messages:
        if message.number == number:
            return f"{message.channel} to {message.recipient}\n{message.subject}\n\n{message.text}".rstrip()
    raise Misconfigured(f"there is no message {number}; there are {len(found.messages)}")


def _write(found: "Account", folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for message in found.messages:
            (folder / _file_name(message)).write_bytes(message.source)
    except OSError as error:
        raise Misconfigured(f"{folder} cannot be written: {error.strerror}") from error


def _file_name(message: "Message") -> str:
    suffix = "eml" if message.channel == _EMAIL else "txt"
    return f"{message.number:03d}-{message.kind}-{message.channel}.{suffix}"


def _as_json(found: "Account", zone: ZoneInfo) -> dict[str, object]:
    """As it is, but times in the scheme's zone, a message by its number where it happens, and no raw sources."""
    values: dict[str, Any] = asdict(found)
    for message in values["messages"]:
        del message["source"]
    for happening in values["happened"]:
        happening["message"] = happening["message"]["number"] if happening["message"] else None
    return {name: _plain(value, zone) for name, value in values.items()}


def _plain(value: object, zone: ZoneInfo) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner, zone) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, zone) for inner in value]
    return value.astimezone(zone).isoformat(timespec="seconds") if isinstance(value, datetime) else value
