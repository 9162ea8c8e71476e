"""What Twilio's OpenAPI document and its documentation say, read from the tables beside this file."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

_SID = "[0-9a-fA-F]{32}"
_E164 = r"\+[1-9]\d{1,14}"
_RANGE = re.compile(r"(\d+)\.\.(\d+)")
OTHER_CODE = 20001


class Refused(Exception):
    """What Twilio answers with status 400; `code` is that of its error dictionary."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: `parameters` are those of its form and what each may be, `one_of` sets of which one is needed.
    `library` is the method of Twilio's library for it, empty where that has none."""

    name: str
    method: str
    path: str
    library: str = ""
    documented: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    one_of: tuple[tuple[str, ...], ...] = ()
    codes: Mapping[str, int] = field(default_factory=dict)
    later: frozenset[str] = frozenset()

    def sids(self, method: str, path: str) -> tuple[str, ...] | None:
        """The Sids in this path below the account's; None where it is no path of this route."""
        parts = re.split(r"\{(.+?)\}", self.path)
        pattern = "".join(f"((?:{part}){_SID})" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        found = re.fullmatch(pattern, path) if method == self.method else None
        return found.groups() if found else None

    def check(self, form: Mapping[str, Sequence[str]]) -> None:
        """Raises Refused where Twilio would take no such form."""
        for name, values in form.items():
            if name not in self.parameters:
                raise Refused(OTHER_CODE, f"{self.name} has no parameter {name}")
            self._check_values(name, values)
        for name in sorted(self.required):
            self._check_given(name, (name,), form)
        for names in self.one_of:
            self._check_given(names[0], names, form)

    def _check_values(self, name: str, values: Sequence[str]) -> None:
        kind = self.parameters[name]
        if len(values) > 1 and not kind.endswith("*"):
            raise Refused(self._code(name), f"{name} stands more than once")
        for value in values:
            if not is_a(kind.removesuffix("*").strip(), value):
                raise Refused(self._code(name), f"The '{name}' parameter {value!r} is not valid: {kind}")

    def _check_given(self, name: str, names: tuple[str, ...], form: Mapping[str, Sequence[str]]) -> None:
        if not any(any(form.get(each, ())) for each in names):
            raise Refused(self._code(name), f"'{' or '.join(names)}' is required")

    def _code(self, name: str) -> int:
        return self.codes.get(name, OTHER_CODE)


def is_a(kind: str, value: str) -> bool:
    """Whether the value is of that kind, as the table names them."""
    if limits := _RANGE.fullmatch(kind):
        return value.isdigit() and int(limits[1]) <= int(value) <= int(limits[2])
    match kind:
        case "text":
            return True
        case "bool":
            return value in ("true", "false")
        case "number":
            return re.fullmatch(_E164, value) is not None
        case "day":
            return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
        case "uri":
            return re.fullmatch(r"https?://[^\s/_]+(/\S*)?", value) is not None
        case _ if re.fullmatch("[A-Z]{2}", kind):
            return re.fullmatch(kind + _SID, value) is not None
    return value in kind.split()


def _route(stored: dict[str, Any]) -> Route:
    return Route(
        name=stored["name"],
        method=stored["method"],
        path=stored["path"],
        library=stored.get("library", ""),
        documented=stored.get("documented", ""),
        parameters=stored.get("parameters", {}),
        required=frozenset(stored.get("required", "").split()),
        one_of=tuple(tuple(names.split()) for names in stored.get("one_of", ())),
        codes=stored.get("codes", {}),
        later=frozenset(stored.get("later", "").split()),
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("tests.fakes.twilio") / name).read_text("utf-8"))


_API = _table("api.toml")
VERSION: str = _API["version"]
DATE: date = _API["date"]
ROUTES = {route.name: route for route in map(_route, _API["route"])}
STATUS = {resource: frozenset(words.split()) for resource, words in _API["status"].items()}

_WEBHOOKS = _table("webhooks.toml")
VALUES = {name: frozenset(words.split()) for name, words in _WEBHOOKS.pop("values").items()}
# By what the request is about, the names of its parameters.
REQUESTS = {about: frozenset(found["parameters"].split()) for about, found in _WEBHOOKS.items()}
_OF_A_CALL = ("call", "gather", "record", "dial", "status", "fallback")


def undocumented(form: Mapping[str, str]) -> list[str]:
    """What in this request of Twilio's is in no page of its documentation: a parameter, or a value."""
    names = {re.sub(r"\d+$", "{N}", name) if name not in VALUES else name for name in form}
    of_a_call: frozenset[str] = frozenset().union(*(REQUESTS[about] for about in _OF_A_CALL))
    kinds = [of_a_call, REQUESTS["recording"], REQUESTS["transcript"], REQUESTS["message"], REQUESTS["message_status"]]
    unknown = min((sorted(names - kind) for kind in kinds), key=len)
    return unknown + [f"{name}={form[name]}" for name in VALUES if name in form and form[name] not in VALUES[name]]
