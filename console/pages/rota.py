"""`/rota`: who is on call by week and month, where somebody is missing, and who stands in for whom."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from console.auth import audit
from console.pages.gate import Supervisor, Viewer
from console.pages.moments import Moment
from console.pages.render import page, words_of
from console.services import Services
from models.values import CALENDAR_YEARS

router = APIRouter()
_WEEK = 7
_FIRST, _LAST = date(CALENDAR_YEARS[0], 1, 1), date(CALENDAR_YEARS[-1], 12, 31)
Name = Annotated[str, Query(max_length=64)]
View = Annotated[Literal["week", "month"], Query()]
Id = Annotated[int, Form(ge=1, le=2**53)]


@router.get("/rota")
def show_rota(
    request: Request,
    user: Viewer,
    view: View = "week",
    team: Name = "",
    role: Name = "",
    day: Annotated[date | None, Query(ge=_FIRST, le=_LAST)] = None,
    start: Annotated[Moment | None, Query()] = None,
    end: Annotated[Moment | None, Query()] = None,
) -> Response:
    """A week of every team or of one; a month of one. `start` and `end` are put into the form: a gap to be filled."""
    services: Services = request.app.state.services
    today = services.clock().astimezone(services.pages.zone).date()
    first, count, before, after = _span(view, day or today)
    with services.database.reading() as session:
        rota = services.pages.admin.rota.show(session, first, count, team, role, words_of(request).language)
        if view == "month" and not team and rota.kept:
            team = rota.kept[0]
            rota = services.pages.admin.rota.show(session, first, count, team, role, words_of(request).language)
    return page(
        request,
        "rota.html",
        rota=rota,
        view=view,
        team=team,
        role=role,
        roles=sorted({found for _, _, found in rota.staff}),
        shown=[team] if team else rota.kept,
        day=day or today,
        today=today,
        before=before,
        after=after,
        local=lambda moment: moment.astimezone(services.pages.zone),
        start=_written(start, services),
        end=_written(end, services),
    )


@router.post("/rota/shifts")
def put_on(
    request: Request,
    user: Supervisor,
    team: Annotated[str, Form(min_length=1, max_length=64)],
    staff: Id,
    starts_at: Annotated[datetime, Form()],
    ends_at: Annotated[datetime, Form()],
    replaces: Annotated[str, Form(pattern=r"^\d{0,15}$")] = "",
) -> Response:
    """Somebody comes on the rota, in the place of another where one is named."""
    services: Services = request.app.state.services
    whom = int(replaces) if replaces else None
    span = (_aware(starts_at, services), _aware(ends_at, services))
    with services.database.transaction() as session:
        said = services.pages.admin.rota.put_on(session, team, staff, whom, *span)
        audit.note(session, user, "put on call" if whom is None else "swapped on call", said, services.clock())
    return _back(team, span[0], services)


@router.post("/rota/shifts/{shift_id}/off")
def take_off(request: Request, user: Supervisor, shift_id: int, team: Annotated[str, Form(max_length=64)]) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        said = services.pages.admin.rota.take_off(session, min(shift_id, 2**53))
        audit.note(session, user, "taken off call", said, services.clock())
    return _back(team, services.clock(), services)


def _span(view: str, day: date) -> tuple[date, int, date, date]:
    """The first day that is shown, how many are, and a day of the span before and of the one after."""
    if view == "week":
        first = day - timedelta(days=day.weekday())
        return first, _WEEK, max(first - timedelta(days=1), _FIRST), min(first + timedelta(days=_WEEK), _LAST)
    begins = day.replace(day=1)
    follows = (begins + timedelta(days=31)).replace(day=1)
    first = begins - timedelta(days=begins.weekday())
    weeks = -(-(follows - first).days // _WEEK)
    return first, weeks * _WEEK, max(begins - timedelta(days=1), _FIRST), min(follows, _LAST)


def _aware(moment: datetime, services: Services) -> datetime:
    """A time without offset, as a form holds it, is one of the desk's zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=services.pages.zone)


def _written(moment: datetime | None, services: Services) -> str:
    return _aware(moment, services).astimezone(services.pages.zone).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _back(team: str, at: datetime, services: Services) -> Response:
    day = at.astimezone(services.pages.zone).date()
    return RedirectResponse(f"/rota?{urlencode({'team': team, 'day': day.isoformat()})}", 303)
