"""By which name a letter greets whom it goes to."""

from sqlalchemy.orm import Session

from intake.mail import plus
from intake.mail.model import Address
from models import bodies
from models.bodies import Forgotten
from models.sealing import KeyMissing, Tampered
from models.tables import ReportPart, ReportRow

_LONGEST = 60


def name_of(address: Address) -> str:
    """His display name as a greeting has it; empty where it is an address, or too long to be a name."""
    return "" if "@" in address.name or len(address.name) > _LONGEST else address.name


def name_in(session: Session, report: ReportRow | None, recipient: str) -> str:
    """The name of `recipient` in the mail of `report`, by which its acknowledgement has greeted him; empty where the
    mail is not his, or cannot be read any more."""
    part = session.get(ReportPart, (report.id, report.part_seq)) if report is not None else None
    if part is None:
        return ""
    from intake.mail.parse import parse  # noqa: PLC0415 - where only letters are written, mails are seldom read

    try:
        mail = parse(bodies.content(session, part))
    except (Forgotten, KeyMissing, Tampered):
        return ""  # without it a letter can still be written
    passed_on = mail.forwarded.sender if mail.forwarded else None
    wanted = plus.split(recipient)[0]
    named = (address for address in (mail.answer_to, mail.sender, passed_on) if address is not None)
    return next((name_of(address) for address in named if address.mailbox == wanted), "")
