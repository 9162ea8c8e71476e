"""Problem details (RFC 9457): how the API says that something went wrong, whatever it was."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import HTTPException, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"
# The type of a problem that says no more than its status (RFC 9457 section 4.2.1).
BLANK = "about:blank"
_OWN = "urn:firstline:problem:"
INVALID = f"{_OWN}invalid-request"
BAD_CURSOR = f"{_OWN}bad-cursor"
NOT_POSSIBLE = f"{_OWN}not-possible"
KEY_IN_USE = f"{_OWN}idempotency-key-in-use"
KEY_REUSED = f"{_OWN}idempotency-key-reused"
TITLES: Mapping[str, str] = {
    INVALID: "The request cannot be understood",
    BAD_CURSOR: "The cursor is none of this list",
    NOT_POSSIBLE: "The state of things does not allow it",
    KEY_IN_USE: "A request with this key is still being worked on",
    KEY_REUSED: "This key was used for another request",
}
_PLACES = {"query": "parameter", "path": "parameter", "header": "header", "cookie": "header"}


class Fault(BaseModel):
    """One value that was not understood. `pointer` is where it stands in the body (RFC 6901, as a fragment);
    `parameter` or `header` is its name elsewhere."""

    detail: str
    pointer: str | None = Field(default=None, examples=["#/level"])
    parameter: str | None = Field(default=None, examples=["limit"])
    header: str | None = Field(default=None, examples=["Idempotency-Key"])


class Problem(BaseModel):
    """What went wrong (RFC 9457). Programs go by `type` and `status`; `detail` is for people and may change."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": INVALID,
                "title": TITLES[INVALID],
                "status": 422,
                "detail": "#/level: Input should be less than or equal to 4",
                "errors": [{"detail": "Input should be less than or equal to 4", "pointer": "#/level"}],
            }
        }
    )

    type: str = Field(description="about:blank, where the status says it all, or what kind of problem it is")
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = Field(default=None, description="of a 422: each value that was not understood")


class Refused(HTTPException):
    """A problem of a type of its own."""

    def __init__(self, status: int, kind: str, detail: str, errors: Sequence[Fault] = ()) -> None:
        super().__init__(status, detail)
        self.kind = kind
        self.errors = errors


def not_understood(detail: str, **place: str) -> Refused:
    """A 422 that a route finds by itself; `place` is what a Fault has: pointer, parameter or header."""
    return Refused(422, INVALID, detail, [Fault.model_validate({"detail": detail, **place})])


def problem(
    status: int,
    detail: str,
    kind: str = BLANK,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that tells of a problem."""
    title = TITLES.get(kind) or HTTPStatus(status).phrase
    told = Problem(type=kind, title=title, status=status, detail=detail, errors=list(errors) or None)
    # In ASCII: what a client sent, and is told about, may hold half a character.
    content = json.dumps(told.model_dump(exclude_none=True))
    return Response(content, status, headers, MEDIA_TYPE)


def of_http(error: HTTPException) -> Response:
    """The problem in an error that a route or the framework raised."""
    if isinstance(error, Refused):
        return problem(error.status_code, error.detail, error.kind, error.errors)
    if error.status_code == 400:  # FastAPI's word for a body that is not even text
        return problem(422, "the body is not JSON", INVALID, [Fault(detail="this is not JSON", pointer="#")])
    kind = INVALID if error.status_code == 422 else BLANK
    return problem(error.status_code, str(error.detail), kind, headers=error.headers)


def of_invalid(error: RequestValidationError) -> Response:
    """What was not understood and where, without the input: that may be what no answer can carry."""
    faults = [_fault(each["loc"], each["msg"], each["type"]) for each in error.errors()]
    told = "; ".join(f"{fault.pointer or fault.parameter or fault.header}: {fault.detail}" for fault in faults[:5])
    return problem(422, told, INVALID, faults)


def _fault(place: Sequence[str | int], message: str, kind: str) -> Fault:
    where, *path = place
    if name := _PLACES.get(str(where)):
        return Fault.model_validate({"detail": message, name: str(path[0] if path else where)})
    if kind == "json_invalid":  # what follows is how many bytes of the body could be read
        return Fault(detail=message, pointer="#")
    # RFC 6901 section 3: ~ and / within a name are written ~0 and ~1.
    names = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return Fault(detail=message, pointer="#" + "".join(f"/{name}" for name in names))
