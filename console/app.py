"""The ASGI application."""

from enum import Enum
from typing import Literal

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel

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
    webhooks,
)
from console.api import description, errors
from console.api.gate import TokenGate
from console.api.once import KeysInUse
from console.pages import site
from console.services import Services
from console.twilio import routes as twilio

# Only for the API's description: the gate has checked the token before a route is looked for.
_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="the token of FIRSTLINE_API_TOKEN")
_MONITORS: list[str | Enum] = ["service"]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Ready(BaseModel):
    """By name, what can be used, and what else keeps it from being so."""

    status: Literal["ready", "not ready"]
    checks: dict[str, str]


def create_app(services: Services) -> FastAPI:
    """The application over `services`; several may exist in one process."""
    app = FastAPI(
        title="Firstline",
        version="1",
        summary="The intake of a support desk: cases, what arrived for them, what was promised.",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=description.operation_id,
    )
    app.state.services = services
    app.state.keys_in_use = KeysInUse()
    description.describe(app)
    errors.add_to(app)
    _add_monitors(app, services)
    app.add_middleware(TokenGate, token=services.api_token, per_minute=services.api_limit)
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
        webhooks,
    ):
        app.include_router(part.router, prefix="/api/v1", dependencies=secured)
    app.include_router(twilio.router)
    site.add_to(app, services)
    return app


def _add_monitors(app: FastAPI, services: Services) -> None:
    """What needs no token."""

    @app.get("/", summary="What there is to see; browsers are sent to the pages", tags=_MONITORS, response_model=None)
    def index(request: Request) -> dict[str, list[str]] | Response:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/review", 303)
        return {"open": ["/healthz", "/readyz", "/metrics", "/openapi.json"], "with the API token": ["/api/v1/cases"]}

    @app.get("/healthz", summary="Liveness: the process answers", tags=_MONITORS)
    def healthz() -> Alive:
        return Alive(status="ok")

    @app.get(
        "/readyz",
        summary="Readiness: database and model can be used; what else is wrong is said",
        tags=_MONITORS,
        responses={503: {"model": Ready, "description": "something cannot be used: `checks` says what"}},
    )
    def readyz(response: Response) -> Ready:
        found = services.readiness()
        ready = not any(found.values())
        response.status_code = 200 if ready else 503
        checks = {name: problem or "ok" for name, problem in {**services.remarks(), **found}.items()}
        return Ready(status="ready" if ready else "not ready", checks=checks)

    @app.get(
        "/metrics",
        summary="Prometheus metrics",
        tags=_MONITORS,
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def metrics() -> Response:
        return Response(services.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")
