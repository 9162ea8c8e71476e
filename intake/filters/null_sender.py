"""Does its envelope ask for no answer (RFC 5321 section 4.5.5)?"""

from intake.filters.verdict import Known, Verdict
from intake.mail import person
from intake.mail.model import ParsedMail
from models.values import Auto


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    """It came with the null reverse-path, and is none of the notices that the earlier filters know."""
    if known.mail_from != "":
        return None
    because = "it has the null envelope sender"
    if person.wrote(mail):  # through a forwarder that empties it: a person's report all the same
        return Verdict(answer=False, because=f"{because}, though a person wrote it")
    return Verdict(auto=Auto.AUTO_GENERATED, answer=False, from_machine=True, because=because)
