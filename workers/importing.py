"""Takes in mail that lies in a maildir, an mbox or a folder of .eml files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track

from intake.accept import Acceptor
from intake.mail import mbox
from intake.mail.identity import mail_report
from models.errors import Misconfigured
from models.queue import BATCH_BYTES
from models.settings import Settings
from workers import datafolder, storage

BATCH = 200
_ADVICE = "; name each mbox of Thunderbird by itself, and save mails of Outlook (.msg, .pst) as .eml or into an mbox"


@dataclass(frozen=True, slots=True)
class Totals:
    """What an import did, in mails; `left` are files and folders that were not looked into."""

    stored: int
    known: int
    unreadable: int
    left: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The raw mails, None for one that is empty or cannot be read, and what is no mail."""

    mails: Iterator[bytes | None]
    left: tuple[Path, ...] = ()


def import_path(settings: Settings, path: Path, acknowledge: bool, console: Console) -> Totals:
    """Store every mail below `path`. A running `firstline up` on the same data folder processes them;
    otherwise they wait for the next one.

    Raises:
        Misconfigured: `path` holds no mail in a form that is known.
    """
    found = _find(path)
    datafolder.prepare(settings.data)
    database = storage.open_database(settings)
    storage.start(settings, database)
    acceptor = Acceptor(database, lambda: None)
    stored = known = unreadable = 0
    try:
        progress = iter(track(found.mails, description=str(path.name), console=console, total=None))
        for batch in batches(progress):
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
    return Totals(stored, known, unreadable, found.left)


def batches(mails: Iterable[bytes | None]) -> Iterator[list[bytes | None]]:
    """The mails, as many at a time as are stored in one commit: a batch is held in memory several times over."""
    batch: list[bytes | None] = []
    size = 0
    for raw in mails:
        batch.append(raw)
        size += len(raw or b"")
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _find(path: Path) -> _Found:
    if path.is_dir():
        return _maildir(path) if _is_maildir(path) else _folder(path)
    if not path.is_file():
        raise Misconfigured(f"there is no {path}")
    if _is_eml(path):
        return _Found(_files([path]))
    with path.open("rb") as file:
        if file.read(5) != b"From ":
            raise Misconfigured(f"{path} is no mbox file (it does not begin with 'From ') and not named .eml{_ADVICE}")
    return _Found(_mbox(path))


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _is_eml(path: Path) -> bool:
    return path.suffix.lower() == ".eml"


def _maildir(path: Path) -> _Found:
    """Its own mails; what is in the folders below, such as Sent and Junk, is for whoever imports it to say."""
    files = sorted(entry for part in ("cur", "new") for entry in (path / part).iterdir())
    return _Found(_files(files), tuple(sorted(entry for entry in path.iterdir() if _is_maildir(entry))))


def _folder(path: Path) -> _Found:
    files = sorted(entry for entry in path.rglob("*") if entry.is_file() or not entry.exists())  # links to nowhere, too
    mails = [entry for entry in files if _is_eml(entry)]
    if not mails:
        raise Misconfigured(f"{path} is neither a maildir (it has no cur and new) nor a folder of .eml files{_ADVICE}")
    return _Found(_files(mails), tuple(entry for entry in files if not _is_eml(entry)))


def _files(files: list[Path]) -> Iterator[bytes | None]:
    for path in files:
        try:
            yield path.read_bytes() or None  # an index, or a mail that a full disk has cut off
        except OSError:
            yield None


def _mbox(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from mbox.split(file)
