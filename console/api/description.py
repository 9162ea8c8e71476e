"""`GET /openapi.json`: what FastAPI finds out by itself, and what holds for each route of the API beside."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from console.api.errors import RETRY_SECONDS
from console.api.once import REPLAYED
from console.api.problems import MEDIA_TYPE, Problem

_API = "/api/"
_WRITES = frozenset({"post", "put", "patch", "delete"})
_ABOUT = """\
The cases of the desk, what arrived for them, and what staff do to them; the guide is docs/api.md.

* Every call carries `Authorization: Bearer TOKEN`, with the token of `FIRSTLINE_API_TOKEN`.
* Errors are problem details (RFC 9457), `application/problem+json`.
* Lists come in pages: `next` is the cursor of the page after it, the header `Link` its address.
* A write that carries an `Idempotency-Key` can be sent again: it is done once, and answered alike for 24 hours.
* Webhooks tell other systems what happens; they are signed as Standard Webhooks demand.
"""
TAGS = [
    {"name": "cases", "description": "The tracked problems: list, look, correct, and what staff do to them."},
    {"name": "knowledge", "description": "Past cases and documents that are like a problem."},
    {"name": "reports", "description": "What arrived, by mail or telephone: its source and its attachments."},
    {"name": "set aside", "description": "Reports that need a person: failed, in quarantine, put away."},
    {"name": "reports to customers", "description": "Documents for customers: by month, and of one accident."},
    {"name": "held back", "description": "What keeps machine mail of ours from going out."},
    {"name": "mailboxes", "description": "The folders that are polled, and whether anything is missing."},
    {"name": "webhooks", "description": "Receivers that are told what happens, and what became of each delivery."},
    {"name": "service", "description": "For monitors: alive, ready, metrics. These need no token."},
]
_SAYS = {
    "401": "no token, or a wrong one",
    "404": "there is no such thing",
    "409": "the state of things does not allow it, or the Idempotency-Key is in use",
    "410": "it was deleted, by a rule of retention or an erasure",
    "413": "the body is larger than this route reads",
    "415": "the body is of a type that this route does not read",
    "416": "there is no such part of it",
    "422": "a value cannot be understood: `errors` says which",
    "429": "too many calls within a minute",
    "500": "a fault of ours",
    "503": "the database is busy; nothing was changed",
}
_LATER = {"Retry-After": {"description": "seconds", "required": True, "schema": {"type": "integer"}}}
_HEADERS: Mapping[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"type": "string", "const": "Bearer"}}},
    "429": _LATER,
    "503": {"Retry-After": {**_LATER["Retry-After"], "example": RETRY_SECONDS}},
}
_LINK = {
    "Link": {
        "description": 'address of the next page, `<...>; rel="next"` (RFC 8288); not on the last',
        "schema": {"type": "string"},
    }
}
_REPLAYED = {
    REPLAYED: {
        "description": "true where this is the answer of an earlier request with the same Idempotency-Key",
        "schema": {"type": "string", "const": "true"},
    }
}


def describe(app: FastAPI) -> None:
    """Have `app.openapi()` tell all of it, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """`list_cases`: what generated clients call it."""
    return route.name


# FastAPI's name for a page of something.
_PAGE = re.compile(r"\bPage_(\w+?)_(?=\")")


def _complete(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, description=_ABOUT, routes=app.routes, tags=TAGS, summary=app.summary
    )
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            if path.startswith(_API):
                _add(path, method, operation, schemas)
    renamed: dict[str, Any] = json.loads(_PAGE.sub(r"\1Page", json.dumps(found)))
    return renamed


def _add(path: str, method: str, operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    responses = operation["responses"]
    statuses = {"401", "422", "429", "500", "503"}
    if "{" in path:
        statuses.add("404")
    if method in _WRITES:
        statuses.add("409")
    if "requestBody" in operation:
        statuses |= {"413", "415"}
    for status in sorted(statuses | set(_SAYS) & set(responses)):
        responses[status] = _problem(status, responses.get(status, {}))
    for status, response in responses.items():
        if status.startswith("2"):
            more = _REPLAYED if method in _WRITES else _LINK if _is_page(response) else {}
            response.setdefault("headers", {}).update(more)
            if not response["headers"]:
                del response["headers"]


def _problem(status: str, own: Mapping[str, Any]) -> dict[str, Any]:
    said = own.get("description", _SAYS[status])
    found = {
        "description": _SAYS[status] if said == "Validation Error" else said,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return found | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def _is_page(response: Mapping[str, Any]) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return "/Page_" in schema.get("$ref", "")
