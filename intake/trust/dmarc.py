"""DMARC (RFC 7489): what a domain asks to be done with mail that nobody vouches for. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from publicsuffixlist import PublicSuffixList

Policy = Literal["none", "quarantine", "reject"]
_POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Record:
    """A published policy: for the domain itself, for those below it, and how strictly names have to agree."""

    policy: Policy
    below: Policy
    strict_dkim: bool = False
    strict_spf: bool = False


def read(texts: Iterable[str]) -> Record | None:
    """The one DMARC record among the TXT records at `_dmarc.` (section 6.6.3); None where there is none, or several."""
    found = [text for text in texts if text.replace(" ", "").lower().startswith("v=dmarc1")]
    if len(found) != 1:
        return None
    pairs = (piece.partition("=") for piece in found[0].split(";"))
    tags = {name.strip().lower(): value.strip().lower() for name, _, value in pairs}
    # Section 6.6.3: a policy that cannot be read counts as none, so that reports still come.
    policy = tags.get("p") if tags.get("p") in _POLICIES else "none"
    below = tags.get("sp") if tags.get("sp") in _POLICIES else policy
    return Record(
        cast(Policy, policy),
        cast(Policy, below),
        strict_dkim=tags.get("adkim") == "s",
        strict_spf=tags.get("aspf") == "s",
    )


def agrees(one: str, other: str, strict: bool) -> bool:
    """Identifier alignment (section 3.1)."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    if not one or not other:
        return False
    return one == other or (not strict and organisation(one) == organisation(other))


def organisation(domain: str) -> str:
    """The organizational domain (section 3.2); the name itself where that is a public suffix."""
    domain = domain.lower().rstrip(".")
    return _suffixes().privatesuffix(domain) or domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
