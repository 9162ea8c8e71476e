"""What is known about the origin of a mail."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a mail comes from the domain that it names, and how that is known.

    `pass`: the domain vouches for it. `fail`: the domain says that it is forged. `none`: nobody vouches for it, and
    the domain does not ask to have such mail refused. `unknown`: it was not looked for, or could not be found out.
    """

    verdict: Literal["pass", "fail", "none", "unknown"] = "unknown"
    because: str = "nobody was asked"
