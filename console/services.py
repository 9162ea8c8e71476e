"""What the web needs from the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.db import Database
from models.tables import CaseRow

# (source of a mail, SHA-256) -> name and bytes of the attachment in it; None where it has none such.
Attached = Callable[[bytes, str], tuple[str, bytes] | None]
# (session, case, level, category, reason, who) -> None: re-plans the case within the session.
Correct = Callable[[Session, CaseRow, int, str, str, str], None]


@dataclass(frozen=True, slots=True)
class Services:
    """The web's collaborators. `readiness` says, by name, what is ready and else why not (empty: ready)."""

    database: Database
    api_token: str
    clock: Callable[[], datetime]
    readiness: Callable[[], Mapping[str, str]]
    metrics: Callable[[], bytes]
    correct: Correct
    wake: Callable[[], None]
    attachment: Attached
