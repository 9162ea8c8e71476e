"""Did it come through a mailing list (RFC 2919)? It opens a case, but a list is not answered."""

import re
from collections.abc import Collection

from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail
from models.values import Auto

_PROGRAMS = (
    "x-mailman-version",
    "x-beenthere",
    "mailing-list",
    "x-mailing-list",
    "x-listprocessor-version",
    "x-loop-list",
)
# Campaigns have a List-Id, too; nobody can write to them.
_CAMPAIGN = ("list-unsubscribe-post", "x-campaign", "x-campaignid", "x-mc-user", "feedback-id", "x-csa-complaints")
# By what lists name themselves: an address, or, as RFC 2919 has it, one with a dot for its @.
_OWN_NAME = ("list-post", "list-id", "x-beenthere", "x-mailing-list", "mailing-list")
_NAME = re.compile(r"[^\s<>:,;?]{1,320}")


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    if _is_list(mail) and not is_ours(mail, known.own_addresses):
        return Verdict(auto=Auto.LIST, answer=False, because="it came through a mailing list")
    return None


def _is_list(mail: ParsedMail) -> bool:
    post = mail.header("list-post").strip().lower()
    if (post and post != "no") or mail.header("precedence").strip().lower() == "list":
        return True
    if any(mail.header(name) for name in _PROGRAMS):
        return True
    return bool(mail.header("list-id")) and not any(mail.header(name) for name in _CAMPAIGN)


def is_ours(mail: ParsedMail, own_addresses: Collection[str]) -> bool:
    """True for a list or group that is an address of the desk: a door of ours, behind which nobody else is answered."""
    named = {name for field in _OWN_NAME for name in _NAME.findall(mail.header(field).lower())}
    return any(address in named or address.replace("@", ".") in named for address in own_addresses)
