"""`/login/provider`: to the provider of the house, and back with its word."""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.auth import audit, people, proof, sessions, tries
from console.auth.people import By
from console.auth.provider_values import Answer, Person, ProviderBusy, ProviderRefused, new_key
from console.auth.roles import Role
from console.pages import entry
from console.pages.gate import client_of
from console.pages.login import login_form
from console.services import Services
from models.tables import UserRow

if TYPE_CHECKING:
    from console.auth.provider import Provider

router = APIRouter()
_LIFE_SECONDS = 600
Text = Annotated[str, Query(max_length=4096)]


@router.get("/login/provider")
def start(request: Request, next: str = "/") -> Response:
    """A link, not a form: the pages' policy lets forms lead nowhere else, not even by a redirect."""
    services, asked = _asked(request)
    if _are_too_many(request):
        return login_form(request, next, proof.TOO_MANY, 429)
    key = new_key()
    try:
        url = asked.start(key)
    except (ProviderBusy, ProviderRefused) as error:
        return _refused(request, asked, "busy", str(error), "")
    answer = RedirectResponse(url, 303)
    held = f"{key}.{quote(entry.local(next)[:2000], safe='')}"
    entry.set_cookie(answer, services, _cookie(services), held, _LIFE_SECONDS)
    return answer


@router.get("/login/provider/callback")
def finish(request: Request, code: Text = "", state: Text = "", iss: Text = "", error: Text = "") -> Response:
    services, asked = _asked(request)
    if _are_too_many(request):
        return login_form(request, "/", proof.TOO_MANY, 429)
    key, _, next = request.cookies.get(_cookie(services), "").partition(".")
    if not key:
        return _refused(request, asked, "refused", "the browser was not sent there, or long ago", "")
    try:
        person = asked.finish(key, Answer(code, state, iss, error))
    except ProviderBusy as busy:
        return _refused(request, asked, "busy", str(busy), "")
    except ProviderRefused as refused:
        return _refused(request, asked, "refused", str(refused), "")
    if not person.address:
        return _refused(request, asked, "unverified", "the address is not verified", "")
    if asked.settings.role_claim and person.role is None:
        return _refused(request, asked, "no-role", "no claim gives a role", person.address)
    with services.database.transaction() as session:
        row = _user(session, request, asked, person)
        session_key = entry.enter(session, request, row, sessions.PROVIDER) if row is not None else ""
    if not session_key:
        return _refused(request, asked, "unknown", "no user has that address", person.address)
    answer = entry.to(request, entry.local(unquote(next)), session_key)
    entry.delete_cookie(answer, services, _cookie(services))
    return answer


def _user(session: Session, request: Request, asked: "Provider", person: Person) -> UserRow | None:
    """The user of that address, as what the provider's claims make him; None where he may not come in."""
    services: Services = request.app.state.services
    by = By(asked.name, client_of(request), services.clock())
    row = people.find(session, person.address)
    if row is None and asked.settings.creates:
        return people.add(session, by, person.address, person.name, person.role or Role.VIEWER)
    # Compared as it is written, too: what only looks the same, in other characters, may be another's mailbox.
    if row is None or row.is_disabled or row.address.lower() != person.address.lower():
        return None
    if person.role is not None and not people.is_last_admin(session, row):
        people.set_role(session, by, row, person.role)
    return row


def _asked(request: Request) -> tuple[Services, "Provider"]:
    services: Services = request.app.state.services
    if services.pages.ways.provider is None:
        raise HTTPException(404)
    return services, services.pages.ways.provider


def _refused(request: Request, asked: "Provider", words: str, because: str, who: str) -> Response:
    """Back at the form, with what went wrong in the user's words, and in the log in ours."""
    services: Services = request.app.state.services
    client, now = client_of(request), services.clock()
    with services.database.transaction() as session:
        tries.failed(session, client, "", now)
        audit.entry(session, who or asked.name, "login-refused", f"{asked.name}: {because}", client, now)
    answer = login_form(request, "/", f"login.provider-{words}", 503 if words == "busy" else 403)
    entry.delete_cookie(answer, services, _cookie(services))
    return answer


def _are_too_many(request: Request) -> bool:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return tries.are_too_many(session, client_of(request), "", services.clock())


def _cookie(services: Services) -> str:
    return "__Host-firstline-provider" if services.pages.is_https else "firstline-provider"
