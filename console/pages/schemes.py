"""`/schemes`: what each service scheme promises, what would follow from a report, and what customers are written."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response

from console.pages.case_files import framed
from console.pages.gate import Viewer
from console.pages.render import page, words_of
from console.pages.scheme_services import Question, Scheme
from console.services import Services
from models.values import CALENDAR_YEARS, CATEGORIES, LEVELS, Language

router = APIRouter()
_LONGEST_DAYS = 14
Name = Annotated[str, Query(max_length=64)]


@router.get("/schemes")
def show_schemes(request: Request, user: Viewer) -> Response:
    services: Services = request.app.state.services
    shelf = services.pages.admin.schemes
    return page(request, "schemes.html", schemes=[shelf.show(name) for name in shelf.names()], tab="all")


@router.get("/schemes/simulator")
def show_simulator(
    request: Request,
    user: Viewer,
    profile: Name = "",
    level: Annotated[int, Query(ge=1, le=4)] = 2,
    category: Name = "hardware",
    tier: Name = "",
    site_class: Name = "",
    language: Annotated[Language, Query()] = Language.ENGLISH,
    at: Annotated[datetime | None, Query()] = None,
    days: Annotated[int, Query(ge=0, le=_LONGEST_DAYS)] = 3,
    go: Annotated[Literal["", "1"], Query()] = "",
) -> Response:
    """The form; with `go` what would come of it too."""
    services: Services = request.app.state.services
    names = services.pages.admin.schemes.names()
    scheme = _scheme(request, profile or names[0])
    if category not in CATEGORIES:
        raise HTTPException(422, words_of(request)("error.422", names="category"))
    # What only another scheme sells was left in the form when the scheme was changed: the first of this one counts.
    question = Question(
        profile=scheme.name,
        level=level,
        category=category,
        tier=tier if tier in scheme.tiers else "",
        site_class=site_class if site_class in scheme.site_classes else "",
        language=language,
        at=_moment(at, services),
        days=days,
    )
    found = services.pages.admin.simulate(question) if go else None
    local = question.at.astimezone(services.pages.zone)
    return page(
        request,
        "simulator.html",
        names=names,
        scheme=scheme,
        question=replace(question, at=local),
        levels=LEVELS,
        languages=tuple(Language),
        longest=_LONGEST_DAYS,
        found=found,
        tab="simulator",
    )


@router.get("/schemes/{name}")
def show_scheme(request: Request, user: Viewer, name: str) -> Response:
    return page(request, "scheme.html", scheme=_scheme(request, name), tab="scheme")


@router.get("/schemes/{name}/letters")
def show_letters(
    request: Request, user: Viewer, name: str, language: Annotated[Language, Query()] = Language.ENGLISH
) -> Response:
    """One sample of everything that is written and said, with data that is nobody's."""
    services: Services = request.app.state.services
    scheme = _scheme(request, name)
    return page(
        request,
        "letters.html",
        scheme=scheme,
        samples=services.pages.admin.letters(scheme.name, language),
        language=language,
        languages=tuple(Language),
        tab="letters",
    )


@router.get("/schemes/{name}/letters/{kind}.html")
def get_html(
    request: Request, user: Viewer, name: str, kind: str, language: Annotated[Language, Query()] = Language.ENGLISH
) -> Response:
    """A letter as it is laid out, for a frame that can run nothing."""
    services: Services = request.app.state.services
    samples = services.pages.admin.letters(_scheme(request, name).name, language)
    html = next((one.html for one in samples if one.kind == kind), None)
    if html is None:
        raise HTTPException(404)
    return framed(html)


def _scheme(request: Request, name: str) -> Scheme:
    services: Services = request.app.state.services
    if name not in services.pages.admin.schemes.names():
        raise HTTPException(404)
    return services.pages.admin.schemes.show(name)


def _moment(at: datetime | None, services: Services) -> datetime:
    """A time without offset, as a form holds it, is one of the desk's zone; now where none is given."""
    found = at or services.clock().replace(second=0, microsecond=0)
    if found.year not in CALENDAR_YEARS:
        raise HTTPException(422, f"the calendars reach from {CALENDAR_YEARS[0]} to {CALENDAR_YEARS[-1]}")
    return found if found.tzinfo else found.replace(tzinfo=services.pages.zone)
