"""How what is stored of a report stops being readable, and in which words that is said."""

from collections.abc import Callable

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.tables import ReportPart

KEY = b"k" * 32


def damaged(session: Session, report_id: str, *parts: int) -> None:
    """These parts, or all, are not what was sealed."""
    _change(session, report_id, parts, content=b"no body that anything was sealed to")


def without_key(session: Session, report_id: str, *parts: int) -> None:
    """They are sealed by a key that this process was not given."""
    _change(session, report_id, parts, key_id="0" * 16)


Harm = Callable[..., None]
# How, which status the answer has, and what it says.
HARMS: list[tuple[Harm, int, str]] = [
    (damaged, 410, "it was changed, or is another one's"),
    (without_key, 503, f"the key {'0' * 16}, which FIRSTLINE_STORAGE_KEY_FILE does not hold"),
]


def _change(session: Session, report_id: str, parts: tuple[int, ...], **values: object) -> None:
    change = update(ReportPart).where(ReportPart.report_id == report_id)
    session.execute((change.where(ReportPart.seq.in_(parts)) if parts else change).values(**values))
