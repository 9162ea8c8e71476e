"""What the page of personal data needs from the composition root."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class Whom:
    """A person by mail address or telephone number, or a whole customer by number, as somebody typed it."""

    said: str
    is_customer: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """What there is of somebody, in numbers and `cases` by id; `sought` is what it was told by: addresses, telephone
    numbers, mail domains and names. `mentions` are reports of others on no case, `entries` those of the directory."""

    sought: Sequence[str]
    reports: int
    messages: int
    cases: Sequence[int]
    mentions: int
    entries: int

    def __bool__(self) -> bool:
        return bool(self.reports or self.messages or self.cases or self.mentions or self.entries)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased; `id` stands in the place of the address from now on. `lessons` are texts that the classifier may
    have learnt from."""

    id: str
    reports: int
    messages: int
    cases: int
    lessons: int


class People(Protocol):
    """What the desk holds on people. Each raises NotPossible where it cannot be told who is meant, or may not be."""

    def look(self, whom: Whom) -> Holding:
        """Nothing is changed."""
        ...

    def export(self, whom: Whom, to: IO[bytes]) -> int:
        """Write the ZIP file of all that is held; returns how many reports and messages are in it."""
        ...

    def erase(self, whom: Whom, by: str, client: str) -> Erased:
        """For good, a case at a time, with an entry in the log of acts; `by` and `client` sign it."""
        ...
