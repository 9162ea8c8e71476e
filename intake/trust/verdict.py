"""What is known about the origin of a mail."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a mail comes from the domain that it names, and how that is known.

    `none` says that nobody vouches for it, `unknown` that it could not be found out.
    """

    verdict: Literal["pass", "fail", "none", "unknown"] = "none"
    because: str = "nobody was asked"
