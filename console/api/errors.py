"""Exceptions to answers: problem details for programs, a page for people."""

import logging
from collections.abc import Iterator
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException as RoutingError
from starlette.responses import RedirectResponse
from starlette.routing import Match, compile_path

from console.api import problems
from console.api.problems import INVALID, NOT_POSSIBLE, Fault, problem
from console.pages import site
from models.bodies import Forgotten
from models.errors import EmptyLetter, NotPossible, Temporary
from models.sealing import KeyMissing, Tampered

log = logging.getLogger(__name__)
RETRY_SECONDS = 2


def add_to(app: FastAPI) -> None:
    """Have whatever a route raises answered."""
    app.add_exception_handler(Temporary, _busy)
    app.add_exception_handler(KeyMissing, _unreadable)
    app.add_exception_handler(Tampered, _unreadable)
    app.add_exception_handler(NotPossible, _conflict)
    app.add_exception_handler(DataError, _impossible)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(RoutingError, _http)
    app.add_exception_handler(Exception, _defect)


def _busy(request: Request, error: Exception) -> Response:
    if site.is_page(request):
        return site.busy(request)
    return problem(503, "the database is busy; try again", headers={"Retry-After": str(RETRY_SECONDS)})


def _unreadable(request: Request, error: Exception) -> Response:
    """A body that cannot be opened: for good, or as long as its key is not here."""
    log.error("body_unreadable", extra={"error": str(error)})
    status = 503 if isinstance(error, KeyMissing) else 410
    return site.unreadable(request, status, error) if site.is_page(request) else problem(status, str(error))


def _conflict(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotPossible)
    if site.is_page(request):
        return site.conflict(request, error)
    if isinstance(error, Forgotten):
        return problem(410, str(error))
    if isinstance(error, EmptyLetter):
        return problem(422, str(error), INVALID, [Fault(detail=str(error), pointer="#/text")])
    return problem(409, str(error), NOT_POSSIBLE)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if site.is_page(request):
        return site.invalid(request, error)
    return problems.of_invalid(error)


def _impossible(request: Request, error: Exception) -> Response:
    """A value that no row can have: with a NUL, too long, too large."""
    return problem(422, "there is a value in it that cannot be stored, nor looked for", INVALID)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, RoutingError)
    is_routers = not isinstance(error, HTTPException)  # there is no such path, or no such method at it
    if is_routers and error.status_code == 404 and (there := _without_slash(request)):
        return RedirectResponse(there, 307)
    if site.is_page(request):
        return site.http_error(request, error)
    if error.status_code == 405:
        # The framework names the methods of the first route of that path alone (RFC 9110 section 15.5.6: all).
        # What is not described, /twilio/ for one, has that route alone.
        allowed = ", ".join(sorted(_methods(request))) or (error.headers or {}).get("Allow", "")
        return problem(405, f"here is no {request.method[:20]}; there is {allowed}", headers={"Allow": allowed})
    if not isinstance(error, HTTPException):
        error = HTTPException(error.status_code, "there is nothing at this address", error.headers)
    return problems.of_http(error)


def _without_slash(request: Request) -> str | None:
    """The same address without the slash at its end, where a route has it; as a path alone, so that whoever follows
    stays with the scheme and the host that he has come by."""
    path = request.scope["path"].removesuffix("/")
    if path == request.scope["path"] or not path:
        return None
    scope = {**request.scope, "path": path}
    if not any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
        return None
    return quote(path) + (f"?{request.url.query}" if request.url.query else "")


def _methods(request: Request) -> Iterator[str]:
    """The methods that the path of this request has. /reports/retry-all is itself, and no report's id."""
    paths, asked = request.app.openapi()["paths"], request.url.path
    found = [asked] if asked in paths else [path for path in paths if compile_path(path)[0].match(asked)]
    for path in found:
        yield from (method.upper() for method in paths[path])


def _defect(request: Request, error: Exception) -> Response:
    """A fault of ours, which the log has: the server raises it again once this has been sent."""
    if site.is_page(request):
        return site.broken(request)
    return problem(500, "this is a fault of ours, and noted in the log")
