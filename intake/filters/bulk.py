"""Is it bulk mail? It opens a case for a person to look at, and is not answered."""

from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail
from models.values import Auto


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    if mail.header("precedence").lower() in ("bulk", "junk"):
        return Verdict(auto=Auto.BULK, answer=False, because="its Precedence header says bulk")
    if mail.header("list-unsubscribe") or mail.header("feedback-id"):
        return Verdict(auto=Auto.BULK, answer=False, because="it can be unsubscribed from")
    return None
