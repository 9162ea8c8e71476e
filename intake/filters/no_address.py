"""Is there anybody to answer?"""

from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail

LIMIT_CHARS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    target = mail.answer_to
    if target is None:
        return Verdict(answer=False, because="it names no address to answer to")
    if len(target.address) > LIMIT_CHARS:
        return Verdict(answer=False, because="the address to answer to is longer than any can be")
    if target.mailbox in known.own_addresses:
        return Verdict(answer=False, because="an answer would come back to ourselves")
    return None
