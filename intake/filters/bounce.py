"""Does it say that a mail could not be delivered?"""

from intake.filters.verdict import Known, Verdict
from intake.mail import bounce
from intake.mail.model import ParsedMail
from models.values import Auto


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    found = bounce.read(mail, known.mail_from)
    if found is None:
        return None
    return Verdict(
        "bounce",
        auto=Auto.BOUNCE,
        answer=False,
        from_machine=True,
        because="it reports a mail that " + ("is delayed" if found.is_delay else "could not be delivered"),
        bounce=found,
    )
