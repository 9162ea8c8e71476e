"""Did it come through a mailing list (RFC 2919)? It opens a case, but a list is not answered."""

from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail
from models.values import Auto


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    if mail.header("list-id") or mail.header("list-post") or mail.header("precedence").lower() == "list":
        return Verdict(auto=Auto.LIST, answer=False, because="it came through a mailing list")
    return None
