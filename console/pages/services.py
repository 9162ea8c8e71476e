"""What the pages need from the composition root, beside what the API needs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from console.auth.ways import WaysIn
from console.pages.admin_services import AdminServices
from models.tables import CaseRow
from models.values import CaseState, Language


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a mail's text: new, quoted, signature or disclaimer."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as it may be shown. `html` is cleaned and fetches nothing, None where the mail has none."""

    stretches: Sequence[Stretch]
    html: str | None
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    defects: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter that has not been sent. `recipient` is None where the customer cannot be written to."""

    recipient: str | None
    subject: str
    text: str


class Letters(Protocol):
    """(session, id of a case, kind, text) -> the letter that staff would send so."""

    def __call__(self, session: Session, case_id: int, kind: str, text: str) -> LetterView: ...


@dataclass(frozen=True, slots=True)
class PageServices:
    """The pages' collaborators. Times are shown in `zone`; `is_https` says that browsers reach us by HTTPS.
    `undo` is (session, case, who): takes back the newest correction; `told` are the clocks that customers hear of;
    `is_empty` is (kind, text): true for a letter that would say nothing; `level_name` is what the case's scheme calls
    its level in a language;
    `public_url` is where browsers reach us, empty where it is not set; `ways` says how people come in."""

    zone: ZoneInfo
    is_https: bool
    undo: Callable[[Session, CaseRow, str], None]
    next_states: Callable[[CaseState], Collection[CaseState]]
    mail_view: Callable[[bytes], MailView]
    letter: Letters
    is_empty: Callable[[str, str], bool]
    level_name: Callable[[CaseRow, Language], str]
    told: Collection[str]
    public_url: str
    ways: WaysIn
    admin: AdminServices
