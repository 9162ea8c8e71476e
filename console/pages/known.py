"""`/cases/{number}/known`: documents, and what closed cases have taught, that may help with a case."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from console.auth.roles import User
from console.auth.visible import find, sees
from console.knowledge import like_the_case
from console.pages.gate import Viewer
from console.pages.render import page
from console.services import Services
from models.knowledge import Match, like
from models.values import case_id

router = APIRouter()
_SHOWN = 5
# Of whom sees some cases alone, others' are left out: that enough stay.
_LOOKED_AT = 20


@router.get("/cases/{number}/known")
def show_known(request: Request, number: str, user: Viewer, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What is like the case, or answers what is asked. Documents can be put into a letter; past cases are for us."""
    services: Services = request.app.state.services
    asked = q.strip()
    with services.database.reading() as session:
        case = find(session, number, user)
        most = _LOOKED_AT
        found = like(session, "", asked, None, None, most) if asked else like_the_case(session, case, most)
        known = [match for match in found if _may_read(session, match, user)][:_SHOWN]
    part = "known_found.html" if request.headers.get("hx-request") else "known.html"
    return page(request, part, case=case, known=known, q=asked)


def _may_read(session: Session, match: Match, user: User) -> bool:
    return match.number is None or sees(session, user, case_id(match.number))
