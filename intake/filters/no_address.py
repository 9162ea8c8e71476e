"""Is there anybody to answer?"""

from intake.filters.verdict import Known, Verdict
from intake.mail import plus
from intake.mail.model import ParsedMail


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    target = mail.answer_to
    if target is None:
        return Verdict(answer=False, because="it names no address to answer to")
    if plus.split(target.address)[0] in known.own_addresses:
        return Verdict(answer=False, because="an answer would come back to ourselves")
    return None
