"""What a list of cases shows, as its address has it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from sqlalchemy import ColumnElement, select, union_all

from console.auth.roles import User
from console.auth.visible import visible_to
from console.case_query import OPEN, meeting
from console.pages.deadlines import missed, running
from models.tables import CaseRow, ClockRow

SOON = timedelta(hours=4)
State = Annotated[str, Query(max_length=16)]
Due = Literal["", "breached", "soon"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; an empty value means all. `state` may be `open`: any but closed, or `unanswered`."""

    state: str = OPEN
    team: str = ""
    level: str = ""
    category: str = ""
    due: str = ""
    mine: str = ""
    q: str = ""

    def link(self, **changes: str) -> str:
        """The address of this list with some of it changed."""
        return "/cases?" + self.query(**changes)

    def query(self, **changes: str) -> str:
        values = asdict(self) | changes
        return urlencode({name: value for name, value in values.items() if value or name == "state"})

    def fields(self) -> Mapping[str, str]:
        return asdict(self)


def kept(values: Mapping[str, object]) -> Wanted:
    """What was kept of a list; what this version does not know of is left out."""
    return Wanted(**{field.name: str(values.get(field.name, "")) for field in fields(Wanted)})


def filters(wanted: Wanted, user: User, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions for a case to be on the list of who looks, but for what is typed in."""
    level = int(wanted.level) if wanted.level else None
    found = meeting(wanted.state, level, wanted.category, wanted.team, user.address if wanted.mine else "")
    if user.own_teams_only:
        found.append(visible_to(user))
    if wanted.due:
        until = now if wanted.due == "breached" else now + SOON
        of_case = select(ClockRow.case_id).where(ClockRow.is_promise.is_(True))
        # Two walks along two small indexes; one condition for both would read every clock there is.
        late = union_all(of_case.where(*missed()), of_case.where(*running(), ClockRow.due_at <= until))
        found.append(CaseRow.id.in_(late))
    return found


def wanted_list(
    state: State | None = None,
    team: Annotated[str, Query(max_length=64)] = "",
    level: Annotated[Literal["", "1", "2", "3", "4"], Query()] = "",
    category: Annotated[str, Query(max_length=32)] = "",
    due: Annotated[Due, Query()] = "",
    mine: Annotated[Literal["", "1"], Query()] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Wanted:
    """What the address asks for. Who searches means every case, unless he says otherwise."""
    if state is None:
        state = "" if q.strip() else OPEN
    return Wanted(state, team, level, category, due, mine, q.strip())
