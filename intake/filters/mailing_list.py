"""Did it come through a mailing list (RFC 2919)? It opens a case, but a list is not answered."""

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


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    if _is_list(mail):
        return Verdict(auto=Auto.LIST, answer=False, because="it came through a mailing list")
    return None


def _is_list(mail: ParsedMail) -> bool:
    post = mail.header("list-post").strip().lower()
    if (post and post != "no") or mail.header("precedence").strip().lower() == "list":
        return True
    if any(mail.header(name) for name in _PROGRAMS):
        return True
    return bool(mail.header("list-id")) and not any(mail.header(name) for name in _CAMPAIGN)
