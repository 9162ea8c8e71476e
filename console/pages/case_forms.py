"""What the forms on the page of a case take in, and a letter that did not go out and stands in its form again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Form
from pydantic import BeforeValidator

KINDS = ("status", "ask", "interim", "visit", "part")
Kind = Literal["status", "ask", "interim", "visit", "part"]


def _as_typed(value: object) -> object:
    """Browsers count a line break as one character, and send two (HTML standard, section 4.10.22.7)."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_as_typed), Form(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class Unsent:
    """A letter that was not sent, as it was typed, and why: as a name among the words, or as the timeline says it (both
    empty: nobody has sent one). `at` is when the same was sent already, or when `who` wrote meanwhile."""

    kind: str = KINDS[0]
    text: str = ""
    problem: str = ""
    because: str = ""
    at: datetime | None = None
    who: str = ""

    @property
    def is_same(self) -> bool:
        """True where it goes out only if it is meant once more."""
        return self.problem == "case.sent-before"
