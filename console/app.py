"""The ASGI application."""

import hmac
import json

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.security import HTTPBearer
from sqlalchemy.exc import DataError
from starlette.types import ASGIApp, Receive, Scope, Send

from console import (
    cases,
    customers,
    documents,
    held_back,
    joining,
    knowledge,
    life,
    mailboxes,
    reports,
    set_aside,
    sources,
)
from console.pages import site
from console.services import Services
from console.twilio import routes as twilio
from models.errors import NotPossible, Temporary

# Only for the API's description: the gate below has checked the token before a route is looked for.
_bearer = HTTPBearer(auto_error=False, description="the token of FIRSTLINE_API_TOKEN")
_API = "/api/"


class TokenGate:
    """ASGI middleware: nothing of an API call is read, not even its body, without the token (RFC 6750)."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_API) and not self._admits(scope):
            detail = {"detail": "send the header 'Authorization: Bearer TOKEN'"}
            await JSONResponse(detail, 401, {"WWW-Authenticate": "Bearer"})(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        shown = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = shown.partition(b" ")
        token = token.strip()
        return bool(token) and scheme.lower() == b"bearer" and hmac.compare_digest(token, self._token)


def _busy(request: Request, error: Exception) -> Response:
    if site.is_page(request):
        return site.busy(request)
    return JSONResponse({"detail": "the database is busy; try again"}, 503, {"Retry-After": "2"})


def _conflict(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotPossible)
    if site.is_page(request):
        return site.conflict(request, error)
    return JSONResponse({"detail": str(error)}, 409)


def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong and where, without the input: that may be what no answer can carry (NaN, half a character)."""
    assert isinstance(error, RequestValidationError)
    if site.is_page(request):
        return site.invalid(request, error)
    problems = [{"loc": problem["loc"], "msg": problem["msg"]} for problem in error.errors()]
    return Response(json.dumps({"detail": problems}), 422, media_type="application/json")


def _impossible(request: Request, error: Exception) -> Response:
    """A value that no row can have: with a NUL, too long, too large."""
    return JSONResponse({"detail": "there is a value in it that cannot be stored, nor looked for"}, 422)


def create_app(services: Services) -> FastAPI:
    """The application over `services`; several may exist in one process."""
    app = FastAPI(title="Firstline", version="1", docs_url=None, redoc_url=None)
    app.state.services = services
    app.add_exception_handler(Temporary, _busy)
    app.add_exception_handler(NotPossible, _conflict)
    app.add_exception_handler(DataError, _impossible)
    app.add_exception_handler(RequestValidationError, _invalid)

    @app.get("/", summary="What there is to see; browsers are sent to the pages", response_model=None)
    def index(request: Request) -> dict[str, list[str]] | Response:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/review", 303)
        return {"open": ["/healthz", "/readyz", "/metrics", "/openapi.json"], "with the API token": ["/api/v1/cases"]}

    @app.get("/healthz", summary="Liveness: the process answers")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Readiness: database and model can be used; what else is wrong is said")
    def readyz(response: Response) -> dict[str, object]:
        found = services.readiness()
        ready = not any(found.values())
        response.status_code = 200 if ready else 503
        return {
            "status": "ready" if ready else "not ready",
            "checks": {name: problem or "ok" for name, problem in {**services.remarks(), **found}.items()},
        }

    @app.get("/metrics", summary="Prometheus metrics", response_class=Response)
    def metrics() -> Response:
        return Response(services.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    app.add_middleware(TokenGate, token=services.api_token)
    secured = [Depends(_bearer)]
    # set_aside before reports: /reports/set-aside is no report's id.
    for part in (
        cases,
        life,
        joining,
        customers,
        documents,
        knowledge,
        held_back,
        mailboxes,
        set_aside,
        sources,
        reports,
    ):
        app.include_router(part.router, prefix="/api/v1", dependencies=secured)
    app.include_router(twilio.router)
    site.add_to(app, services)
    return app
