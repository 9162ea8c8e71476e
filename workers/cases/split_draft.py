"""What the pipeline would make of some reports of a case, had they come alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classify.model import Classifier
from intake.filters import Verdict
from intake.mail import plus
from intake.mail.model import ParsedMail
from models import set_aside
from models.queue import Claimed
from models.tables import CaseRow, ReportRow, StaffRow
from models.values import Auto, Channel
from routing import profile as profiles
from routing.directory import Clues, Known
from routing.entitlement import Party, assigned, recognise
from routing.profile import Profile
from routing.threading import same_organisation
from workers.cases.office import Office
from workers.stages import classify, parse, route
from workers.stages.draft import Draft
from workers.stages.known import read
from workers.stages.recognise import clues_of, known_ones, named_in

_SUBJECT_CHARS = 150
_NOT_BY_PEOPLE = frozenset({Auto.AUTO_GENERATED, Auto.BULK})


def drafted(
    session: Session,
    office: Office,
    classifier: Classifier,
    old: CaseRow,
    reports: Sequence[ReportRow],
    received_at: datetime,
) -> Draft:
    """One draft of all of them, classified by what is new in them and routed as of `received_at`. Whose it is follows
    from the case that they were on."""
    default = profiles.load(office.default)
    parsed = parse.run([_claimed(session, row, received_at) for row in reports])
    first, row = parsed[0], reports[0]
    verdict = Verdict(answer=False, from_machine=row.auto in _NOT_BY_PEOPLE, because=f"it was split from {old.number}")
    by_staff = _is_staff(session, office, row)
    draft = replace(first, mail=_together([one.mail for one in parsed]), verdict=verdict, by_staff=by_staff)
    [draft] = classify.run([draft], classifier)
    draft = _recognised(session, replace(draft, entities=named_in(draft.searched)), old, default)
    [draft] = route.run([draft], default)
    return draft


def _claimed(session: Session, row: ReportRow, received_at: datetime) -> Draft:
    claimed = Claimed(
        id=row.id,
        lease="",
        channel=Channel(row.channel),
        content=set_aside.source(session, row),
        received_at=received_at,
        mail_from=row.mail_from,
        rcpt_tos=tuple(row.rcpt_tos),
        answer=row.answer,
        attempts=row.attempts,
        failures=row.failures,
    )
    return Draft(claimed)


def _together(mails: Sequence[ParsedMail]) -> ParsedMail:
    """The first of these mails with what is new in all of them. Its subject is that of the thread, which is about
    something else: what it says first stands for it."""
    said = "\n\n".join(text for mail in mails if (text := (mail.reply.strip() or mail.text.strip())))
    first_line = next((line.strip() for line in said.splitlines() if line.strip()), "")
    return replace(mails[0], text=said, reply=said, subject=first_line[:_SUBJECT_CHARS] or mails[0].subject)


def _recognised(session: Session, draft: Draft, old: CaseRow, default: Profile) -> Draft:
    clues = clues_of(draft)
    known = read(session, [clues], default, old.customer_id)
    return replace(draft, party=_party(clues, known, draft, old), entities=known_ones(draft.entities, known))


def _party(clues: Clues, known: Known, draft: Draft, old: CaseRow) -> Party:
    if old.customer_id is None or old.customer_id not in known.customers:
        return recognise(clues, known, draft.claimed.received_at)
    return assigned(clues, known, draft.claimed.received_at, old.customer_id, old.contract_id)


def _is_staff(session: Session, office: Office, row: ReportRow) -> bool:
    """True where one of us wrote it: then it is no word of the customer's."""
    sender = plus.split(row.sender or "")[0]
    is_listed = select(StaffRow.id).where(StaffRow.address_key == sender).limit(1)
    return same_organisation(sender, office.addresses[0]) or session.scalar(is_listed) is not None
