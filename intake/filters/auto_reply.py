"""Is it an automatic answer, such as an out-of-office notice (RFC 3834)?"""

import re

from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail
from models.values import Auto

# The formula stands alone or is followed by what it answers: "Automatic reply rules are lost" is a report.
_SUBJECT = re.compile(
    r"^\W*(auto(matic(ally)?)?[- ]?(reply|response|responder)|out[ -]of[ -](the[ -])?office([- ]auto-?reply)?"
    r"|自动回复|自动答复|自動回覆|自動答覆|自動回復|休假通知|不在办公室|外出自动回复)"
    r"\s*($|[^\w\s]|(re|until|till|from|today)\b)",
    re.IGNORECASE,
)
_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    because = _because(mail)
    if because is None:
        return None
    return Verdict("auto-reply", auto=Auto.AUTO_REPLY, answer=False, from_machine=True, because=because)


def _because(mail: ParsedMail) -> str | None:
    if mail.header("auto-submitted").lower().startswith("auto-replied"):
        return "its Auto-Submitted header says auto-replied"
    for name in _HEADERS:
        if mail.header(name) and mail.header(name).lower() != "no":
            return f"it has the header {name}"
    if mail.header("precedence").lower() in ("auto_reply", "auto-reply"):
        return "its Precedence header says auto_reply"
    if mail.content_type == "multipart/report" and "disposition-notification" in mail.header("content-type").lower():
        return "it is a read receipt"
    return "its subject is that of an automatic reply" if _SUBJECT.search(mail.subject) else None
