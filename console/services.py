"""What the web needs from the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.orm import Session

from console.joins import Joins
from console.pages.services import PageServices
from console.twilio.door import TwilioDoor
from models.db import Database
from models.receivers import Network
from models.tables import CaseRow, ContractRow, CustomerRow
from models.values import CaseState, Language

Consent = Literal["asked", "given", "refused"]

# (source of a mail, SHA-256) -> name and bytes of the attachment in it; None where it has none such.
Attached = Callable[[bytes, str], tuple[str, bytes] | None]
# (session, case, level, category, reason, who) -> None: re-plans the case within the session.
Correct = Callable[[Session, CaseRow, int, str, str, str], None]

# (session, case, customer, contract, reason, who) -> None: puts the case under the customer, and re-plans it.
Assign = Callable[[Session, CaseRow, CustomerRow | None, ContractRow | None, str, str], None]


class Acts(Protocol):
    """What staff do to a case, within the session. Each raises NotPossible where the case is not in a state for it,
    `reply` EmptyLetter where it would say nothing. It returns when the same letter was written in a form already,
    which does not go out a second time, unless it is to `again`; else None."""

    def move(
        self,
        session: Session,
        case_id: int,
        to: CaseState,
        by: str,
        because: str = "",
        cause: str | None = None,
        solution: str | None = None,
    ) -> CaseRow: ...
    def take_over(self, session: Session, case_id: int, because: str = "", *, by: str) -> CaseRow: ...
    def reply(
        self, session: Session, case_id: int, kind: str, text: str, by: str, form: str = "", again: bool = False
    ) -> datetime | None: ...
    def consent(self, session: Session, case_id: int, answer: Consent, by: str, because: str = "") -> CaseRow: ...
    def meet(self, session: Session, case_id: int, clock: str, by: str, because: str = "") -> CaseRow: ...
    def note(self, session: Session, case_id: int, text: str, by: str) -> CaseRow: ...


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is handed out."""

    content: bytes
    media_type: str
    filename: str


# (customer's number, month such as 2026-11, json, html or csv, language or the customer's) -> the service report;
# None where there is no such customer.
MonthlyReport = Callable[[str, str, str, Language | None], Document | None]
# (id of a case, language or the customer's) -> the accident report as HTML; None where there is no such case.
AccidentReport = Callable[[int, Language | None], Document | None]


@dataclass(frozen=True, slots=True)
class Services:
    """The web's collaborators. `readiness` says, by name, what is ready and else why not (empty: ready); `remarks`
    the same of what we can do without: it sends nobody elsewhere. `api_limit` is how many calls of the API are taken in
    a minute (None: all), `webhook_networks` those that receivers may be in beside the internet."""

    database: Database
    api_token: str
    clock: Callable[[], datetime]
    readiness: Callable[[], Mapping[str, str]]
    metrics: Callable[[], bytes]
    correct: Correct
    acts: Acts
    assign: Assign
    joins: Joins
    wake: Callable[[], None]
    attachment: Attached
    monthly_report: MonthlyReport
    accident_report: AccidentReport
    pages: PageServices
    twilio: TwilioDoor | None = None
    remarks: Callable[[], Mapping[str, str]] = dict
    api_limit: int | None = None
    webhook_networks: Sequence[Network] = ()
