"""Takes in mail that lies in a maildir, an mbox or a folder of .eml files."""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import track

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.errors import Misconfigured
from models.settings import Settings
from workers import datafolder, storage

BATCH = 200


@dataclass(frozen=True, slots=True)
class Totals:
    """What an import did, in mails."""

    stored: int
    known: int
    unreadable: int


def import_path(settings: Settings, path: Path, acknowledge: bool, console: Console) -> Totals:
    """Store every mail below `path`. A running `firstline up` on the same data folder processes them;
    otherwise they wait for the next one.

    Raises:
        Misconfigured: `path` holds no mail in a form that is known.
    """
    mails = _mails(path)
    datafolder.prepare(settings.data)
    database = storage.open_database(settings)
    storage.start(database)
    acceptor = Acceptor(database, lambda: None)
    stored = known = unreadable = 0
    try:
        progress = iter(track(mails, description=str(path.name), console=console, total=None))
        while batch := list(islice(progress, BATCH)):
            readable = [raw for raw in batch if raw is not None]
            unreadable += len(batch) - len(readable)
            receipts = acceptor.accept_all(
                [mail_report(raw, "import", datetime.now(UTC), answer=acknowledge) for raw in readable]
            )
            stored += sum(receipt.created for receipt in receipts)
            known += sum(not receipt.created for receipt in receipts)
    finally:
        acceptor.close()
        database.close()
    return Totals(stored, known, unreadable)


def _mails(path: Path) -> Iterator[bytes | None]:
    """The raw mails below `path`; None for one that cannot be read."""
    if path.is_dir() and (path / "cur").is_dir() and (path / "new").is_dir():
        return _files(sorted(entry for part in ("cur", "new") for entry in (path / part).iterdir()))
    if path.is_dir():
        files = sorted(path.rglob("*.eml"))
        if not files:
            raise Misconfigured(f"{path} is neither a maildir (it has no cur and new) nor a folder of .eml files")
        return _files(files)
    if not path.is_file():
        raise Misconfigured(f"there is no {path}")
    if path.suffix.lower() == ".eml":
        return _files([path])
    with path.open("rb") as file:
        if file.read(5) != b"From ":
            raise Misconfigured(f"{path} is no mbox file (it does not begin with 'From ') and not named .eml")
    return _mbox(path)


def _files(files: list[Path]) -> Iterator[bytes | None]:
    for path in files:
        try:
            yield path.read_bytes()
        except OSError:
            yield None


def _mbox(path: Path) -> Iterator[bytes | None]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            try:
                yield box.get_bytes(key)
            except (OSError, KeyError):
                yield None
    finally:
        box.close()
