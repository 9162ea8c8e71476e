"""The ASGI application."""

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.security import HTTPBearer

from console import (
    cases,
    customers,
    documents,
    held_back,
    joining,
    knowledge,
    life,
    mailboxes,
    monitors,
    reports,
    set_aside,
    sources,
    webhooks,
)
from console.api import description, errors
from console.api.gate import TokenGate
from console.api.once import KeysInUse
from console.heads import Heads
from console.pages import site
from console.services import Services
from console.twilio import routes as twilio

# Only for the API's description: the gate has checked the token before a route is looked for.
_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="the token of FIRSTLINE_API_TOKEN")


def create_app(services: Services) -> FastAPI:
    """The application over `services`; several may exist in one process."""
    app = FastAPI(
        title="Firstline",
        version="1",
        summary="The intake of a support desk: cases, what arrived for them, what was promised.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the framework's own name a scheme and a host, which a proxy in front knows better
        generate_unique_id_function=description.operation_id,
    )
    app.state.services = services
    app.state.keys_in_use = KeysInUse()
    description.describe(app)
    errors.add_to(app)
    _add_index(app)
    monitors.add_to(app, services)
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
    app.add_middleware(Heads)
    return app


def _add_index(app: FastAPI) -> None:
    @app.get(
        "/", summary="What there is to see; browsers are sent to the pages", tags=monitors.TAGS, response_model=None
    )
    def index(request: Request) -> dict[str, list[str]] | Response:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/review", 303)
        return {"open": ["/healthz", "/readyz", "/metrics", "/openapi.json"], "with the API token": ["/api/v1/cases"]}
