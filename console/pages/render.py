"""Templates to pages."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib import resources
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from console.auth.roles import User
from console.pages import acts, reasons, words
from console.pages.words import Words
from console.services import Services
from models.values import CATEGORIES, case_number

_UTC = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")


def page(request: Request, name: str, status: int = 200, **values: object) -> Response:
    """The page of that template, in the language of who looks at it; a value `here` is where it can be looked at again,
    if that is not where it was asked for."""
    services: Services = request.app.state.services
    user: User | None = getattr(request.state, "user", None)
    said = words_of(request)
    zone = services.pages.zone
    now = services.clock()
    text = (
        _environment()
        .get_template(name)
        .render(
            user=user,
            w=said,
            now=now,
            theme=(user.theme if user else None) or "auto",
            static=static_url,
            number=case_number,
            categories=CATEGORIES,
            at=lambda moment, form="short": _at(moment.astimezone(zone), now.astimezone(zone), form),
            why=lambda reason: _in_zone(reasons.say(said.language, reason or ""), zone),
            source_row=lambda text: reasons.row(said.language, text),
            people=lambda told: reasons.people(said.language, told),
            act=lambda what: acts.say(said, what),
            ago=lambda moment: _ago(moment - now, said),
            zone=f"{zone} (UTC{now.astimezone(zone).isoformat()[-6:]})",
            section=request.url.path.split("/")[1],
            **{"here": request.url.path, **values},
        )
    )
    return HTMLResponse(text, status)


def _in_zone(text: str, zone: ZoneInfo) -> str:
    """The moments in a reason, which are stored in UTC, as all others on the page are shown."""

    def moved(found: re.Match[str]) -> str:
        try:
            moment = datetime.strptime(f"{found[1]} +0000", "%Y-%m-%d %H:%M %z").astimezone(zone)
        except (ValueError, OverflowError):
            return found[0]
        return f"{moment:%Y-%m-%d %H:%M}"

    return _UTC.sub(moved, text)


def words_of(request: Request) -> Words:
    user: User | None = getattr(request.state, "user", None)
    return words.choose(user.language if user else None, request.headers.get("accept-language", ""))


@cache
def static_url(name: str) -> str:
    """The address of a static file, which changes with the file: browsers may keep it for ever."""
    content = (resources.files("console") / "static" / name).read_bytes()
    return f"/static/{sha256(content).hexdigest()[:12]}/{name}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _at(moment: datetime, now: datetime, form: str) -> str:
    """A moment as people write it: today only the time, this year without the year."""
    if form == "iso":
        return moment.isoformat(timespec="seconds")
    if form == "full":
        return moment.strftime("%Y-%m-%d %H:%M:%S %Z")
    if form == "day":
        return moment.strftime("%Y-%m-%d")
    if moment.date() == now.date():
        return moment.strftime("%H:%M")
    return moment.strftime("%m-%d %H:%M" if moment.year == now.year else "%Y-%m-%d %H:%M")


def _ago(span: timedelta, said: Words) -> str:
    """How far away a moment is, in the one or two units that matter."""
    seconds = abs(span.total_seconds())
    which: Callable[[str], str] = (
        (lambda text: said("time.in", span=text)) if span > timedelta() else (lambda text: said("time.ago", span=text))
    )
    if seconds < 60:
        return said("time.now")
    minutes = int(seconds // 60)
    if minutes < 60:
        return which(said("time.minutes", n=minutes))
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        rest = said("time.minutes", n=minutes) if minutes and hours < 8 else ""
        return which(f"{said('time.hours', n=hours)}{' ' if rest else ''}{rest}")
    return which(said("time.days", n=hours // 24))
