"""What staff write to the customer from the page of a case."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from console.auth import audit
from console.cases import find
from console.pages.case_forms import Kind, Text, Unsent
from console.pages.case_page import last_event, shown
from console.pages.done import back_to
from console.pages.gate import MOST_ROW_ID, Agent
from console.pages.render import page
from console.services import Services
from models.errors import EmptyLetter
from models.tables import EventRow

router = APIRouter()
# Tells one form to write in from the next, as it was made with the page.
FormId = Annotated[str, Form(pattern=r"^([0-9a-f]{21})?$")]
# The last event of the case when the page was made.
Since = Annotated[int | None, Form(ge=0, le=MOST_ROW_ID)]
# Kinds of events.
_LETTER, _MESSAGE = "replied", "follow-up"


class _Overtaken(Exception):
    """Somebody wrote on the case while the letter was being written."""

    def __init__(self, event: EventRow) -> None:
        self.at = event.at
        self.is_message = event.kind == _MESSAGE
        self.who = event.actor


@router.post("/cases/{number}/reply")
def reply(
    request: Request,
    number: str,
    user: Agent,
    kind: Annotated[Kind, Form()],
    text: Text = "",
    form: FormId = "",
    since: Since = None,
    again: Annotated[bool, Form()] = False,
) -> Response:
    """Write to the customer; what he was written already once more only where it is said that it is to go `again`, and
    past a colleague's letter or a message that came `since` the page was made only when that has been shown."""
    services: Services = request.app.state.services
    try:
        with services.database.transaction() as session:
            case = find(session, number)
            last = last_event(session, case.id)
            before = services.acts.reply(session, case.id, kind, text, user.address, form, again)
            if before is None and since is not None:
                _refuse_overtaken(session, case.id, since, user.address)
            because = _not_written(session, case.id, last)
            if before is None and because is None:
                audit.note(session, user, f"wrote {kind}", case.number, services.clock())
    except EmptyLetter:
        return shown(request, number, user, Unsent(kind, text, "case.no-text"))
    except _Overtaken as by:
        problem = "case.answered-meanwhile" if by.is_message else "case.written-meanwhile"
        return shown(request, number, user, Unsent(kind, text, problem, at=by.at, who=by.who))
    if before is not None:
        return shown(request, number, user, Unsent(kind, text, "case.sent-before", at=before))
    if because is not None:
        return shown(request, number, user, Unsent(kind, text, "case.not-sent", because))
    return back_to(services, number)


def _refuse_overtaken(session: Session, of_case: int, since: int, by: str) -> None:
    """Asked when the case is locked, so that of two who send at the same moment one sees the other's letter."""
    others = or_(EventRow.kind == _MESSAGE, and_(EventRow.kind == _LETTER, EventRow.actor != by))
    query = select(EventRow).where(EventRow.case_id == of_case, EventRow.id > since, others)
    event = session.scalars(query.order_by(EventRow.id.desc()).limit(1)).first()
    if event is not None:
        raise _Overtaken(event)


def _not_written(session: Session, of_case: int, last: int) -> str | None:
    """Why a letter went nowhere, by what was noted after the event `last`; None where it did not."""
    noted = EventRow.case_id == of_case, EventRow.id > last, EventRow.kind == "not-written"
    return session.scalar(select(EventRow.text).where(*noted).limit(1))


@router.post("/cases/{number}/preview")
def preview(request: Request, number: str, user: Agent, kind: Annotated[Kind, Form()], text: Text = "") -> Response:
    """The letter as the customer would get it; nothing is sent."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        case = find(session, number)
        letter = None if services.pages.is_empty(kind, text) else services.pages.letter(session, case.id, kind, text)
    return page(request, "letter.html", letter=letter)
