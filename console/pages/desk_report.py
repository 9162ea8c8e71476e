"""`/reports`: what the desk was asked and what it kept, as plots and as CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from console.pages import desk_figures
from console.pages.gate import Viewer, whole_desk
from console.pages.render import page
from console.services import Services
from models.spreadsheet import cell
from models.values import LEVELS

router = APIRouter()
SPANS = (7, 30, 90)
Days = Annotated[Literal["7", "30", "90"], Query()]


@router.get("/reports")
def show_desk_report(request: Request, user: Viewer, days: Days = "30") -> Response:
    whole_desk(user)
    volumes, promises = _figures(request, int(days))
    return page(
        request,
        "desk_report.html",
        volumes=volumes,
        promises=promises,
        days=int(days),
        spans=SPANS,
        levels=LEVELS,
        highest=max((day.total() for day in volumes.days.values()), default=0) or 1,
        busiest=max(map(max, volumes.hours)) or 1,
    )


@router.get("/reports/desk.csv")
def get_desk_csv(request: Request, user: Viewer, days: Days = "30") -> Response:
    """A line a figure: what is counted, of what, at which level, how many."""
    whole_desk(user)
    volumes, promises = _figures(request, int(days))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("figure", "of", "level", "count"))
    writer.writerows(_lines(volumes))
    for (profile, name), levels in promises.items():
        for level, found in levels.items():
            writer.writerow(("promises kept", f"{profile} {name}", level, found.kept))
            writer.writerow(("promises missed", f"{profile} {name}", level, found.missed))
    headers = {"content-disposition": f'attachment; filename="desk-{days}-days.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _figures(request: Request, days: int) -> tuple[desk_figures.Volumes, desk_figures.Promises]:
    """Those of so many days, today among them."""
    services: Services = request.app.state.services
    now, zone = services.clock(), services.pages.zone
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=days - 1)
    with services.database.reading() as session:
        volumes = desk_figures.volumes(session, since, now + timedelta(microseconds=1), zone)
        return volumes, desk_figures.promises(session, since, now)


def _lines(volumes: desk_figures.Volumes) -> Iterator[tuple[str, object, int | str, int]]:
    for day, levels in volumes.days.items():
        for level in LEVELS:
            yield "cases by day", day.isoformat(), level, levels[level]
    for channel, count in sorted(volumes.channels.items()):
        yield "cases by channel", channel, "", count
    for category, count in sorted(volumes.categories.items()):
        yield "cases by category", category, "", count
    for customer, count in volumes.customers.items():
        yield "cases by customer", cell(customer), "", count
    for weekday, hours in enumerate(volumes.hours, start=1):
        for hour, count in enumerate(hours):
            yield "cases by hour of the week", f"{weekday} {hour:02}:00", "", count
