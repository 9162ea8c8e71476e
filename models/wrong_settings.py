"""What to say of settings that are wrong: what to write instead."""

import difflib
from collections.abc import Collection, Iterable
from typing import Any

from pydantic import ValidationError

from models.accounts import ImapAccount, OAuth
from models.errors import Misconfigured

_IN_TABLES = (*ImapAccount.model_fields, *OAuth.model_fields)


def refuse_unknown(names: Iterable[str], known: Collection[str], prefix: str) -> None:
    """`prefix` is that of the environment's names, which somebody may have written in the file.

    Raises:
        Misconfigured: there is no setting of one of the names.
    """
    for name in names:
        if name not in known:
            hint = _nearest(name.lower().removeprefix(prefix.lower()), known)
            raise Misconfigured(f"there is no setting {name} (environment: {prefix}{name.upper()}){hint}")


def explain(error: ValidationError, known: Collection[str]) -> str:
    """All that is wrong, in one line; `known` are the names of settings outside of tables."""
    problems = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        message = _message(place, str(problem["loc"][-1]) if problem["loc"] else "", problem, known)
        problems.append(f"{place}: {message}" if place else message)
    return "wrong setting: " + "; ".join(problems)


def _message(place: str, name: str, problem: Any, known: Collection[str]) -> str:
    if problem["type"] == "tuple_type" and isinstance(problem["input"], dict):  # [imap], where there may be several
        return f"write its table with double brackets, [[{place}]]"
    if problem["type"] == "extra_forbidden":
        if name in known and name not in _IN_TABLES:
            return "this is no key of a table; write it at the top of the file, above the first table"
        return f"there is no such setting here{_nearest(name, _IN_TABLES)}"
    if problem["type"] == "missing":
        return "it has to be set"
    return str(problem["msg"]).removeprefix("Value error, ")


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
