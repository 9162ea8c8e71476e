"""Where a person's data lie: the reports that are his, the messages to him, the cases that know of him."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session

from intake.mail.parse import author
from models import bodies, case_search, case_sources
from models.bodies import Forgotten
from models.case_words import LOCAL_DIGITS, Asked, asked
from models.merged import merged_ids
from models.sealing import Tampered
from models.tables import CaseRow, OutgoingRow, ParticipantRow, ReportPart, ReportRow
from models.values import Channel, ReportState
from workers.erasing.person import Person
from workers.erasing.words import Traces

_PAGE, _SOURCES = 500, 50
_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\+\d{7,15}")
# More cases than this do not know of one person.
_MOST_CASES = 100_000
# What nobody has read yet says nowhere whose it is: only its source does.
_UNREAD = (ReportState.WAITING, ReportState.SHUNTED, ReportState.QUARANTINED, ReportState.DISCARDED)


@dataclass(frozen=True, slots=True)
class Found:
    """By ids. `reports` are his own, also those on cases; `letters` are to him; `cases` know of him at all; `mentions`
    are reports of others that are on no case and name him; `own` are the cases that he wrote to or was written to in.
    """

    reports: tuple[str, ...]
    letters: tuple[str, ...]
    cases: tuple[int, ...]
    mentions: tuple[str, ...] = ()
    own: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.reports or self.letters or self.cases or self.mentions)


def look(session: Session, person: Person) -> Found:
    """Everything, by looking through the reports once, and else along indexes."""
    reports = {row.id: row.case_id for row in _his_reports(session, person)}
    cases = {case_id for case_id in reports.values() if case_id is not None}
    letters: dict[str, int] = {}
    to_him = person.column_is_his(OutgoingRow.recipient_key)
    for letter_id, case_id, recipient in session.execute(
        select(OutgoingRow.id, OutgoingRow.case_id, OutgoingRow.recipient_key).where(to_him)
    ):
        if person.is_his(recipient):
            letters[letter_id] = case_id
    cases |= set(letters.values()) | _known_in(session, person)
    reports |= _spoken_on(session, person, {case_id for case_id in reports.values() if case_id is not None})
    cases |= {into for case_id in list(cases) for into in merged_ids(session, case_id)}
    mentions = _mentions(session, person) - set(reports)
    own = {case_id for case_id in (*reports.values(), *letters.values()) if case_id is not None}
    return Found(
        tuple(sorted(reports)), tuple(sorted(letters)), tuple(sorted(cases)), tuple(sorted(mentions)), frozenset(own)
    )


def _known_in(session: Session, person: Person) -> set[int]:
    """The cases that he takes part in, that are his, or whose words he is among."""
    taking_part = person.column_is_his(ParticipantRow.address_key)
    found = set(session.scalars(select(ParticipantRow.case_id).where(taking_part)))
    whose = [person.column_is_his(CaseRow.customer)]
    if person.contacts:
        whose.append(CaseRow.contact_id.in_(person.contacts))
    if person.customer_id is not None:
        whose.append(CaseRow.customer_id == person.customer_id)
    found |= set(session.scalars(select(CaseRow.id).where(or_(*whose))))
    for key in person.keys:
        found |= set(case_search.find(session, asked(key), (), None, _MOST_CASES))
    return found | _named_within(session, person, found)


def _named_within(session: Session, person: Person, known: set[int]) -> set[int]:
    """The cases that name him where Chinese stands before or after without a space: there he is among the words in
    parts alone, and so may others be, which is why their texts are looked at."""
    maybe: set[int] = set()
    for key in person.keys:
        maybe |= set(case_search.find(session, _in_parts(key), (), None, _MOST_CASES))
    traces, ids, found = Traces(person), sorted(maybe - known), set[int]()
    for start in range(0, len(ids), _PAGE):
        said = case_sources.of_cases(session, ids[start : start + _PAGE])
        found |= {case_id for case_id, each in said if traces.are_in(each)}
    return found


def _in_parts(key: str) -> Asked:
    """The words of an address one by one; a number in the lengths in which people write it."""
    if "@" in key:
        return asked(_SIGNS.sub(" ", key))
    ends = [key.lstrip("+")[start:] for start in range(len(key) - LOCAL_DIGITS)]
    return Asked((tuple((each,) for end in ends for each in (end, f"0{end}")),), None, ())


def _spoken_on(session: Session, person: Person, cases: set[int]) -> dict[str, int | None]:
    """What came by telephone on his cases and says not from whom: recordings and transcripts of his calls. Of a whole
    customer also that from numbers which nobody knows."""
    query = select(ReportRow.id, ReportRow.case_id).where(ReportRow.channel == Channel.PHONE)
    his = select(ReportRow.case_id).where(ReportRow.case_id.in_(cases), person.column_is_his(ReportRow.sender))
    rows = session.execute(query.where(ReportRow.sender.is_(None), ReportRow.case_id.in_(his))).all()
    if person.customer_id is not None:
        theirs = select(CaseRow.id).where(CaseRow.customer_id == person.customer_id)
        rows = [*rows, *session.execute(query.where(ReportRow.case_id.in_(theirs)))]
    return {row.id: row.case_id for row in rows}


def _his_reports(session: Session, person: Person) -> Iterator[ReportRow]:
    his = or_(person.column_is_his(ReportRow.sender), person.column_is_his(ReportRow.mail_from))
    for row in session.scalars(select(ReportRow).where(his).order_by(ReportRow.id).execution_options(yield_per=_PAGE)):
        if person.is_his(row.sender or row.mail_from):
            yield row
    source = (ReportPart.report_id == ReportRow.id) & (ReportPart.seq == ReportRow.part_seq)
    unread = select(ReportRow, ReportPart).join(ReportPart, source)
    unread = unread.where(ReportRow.state.in_(_UNREAD), ReportRow.sender.is_(None)).order_by(ReportRow.id)
    for row, part in session.execute(unread.execution_options(yield_per=_SOURCES)):
        if any(map(person.is_his, _senders(session, row.channel, part))):
            yield row


def _mentions(session: Session, person: Person) -> set[str]:
    """Bounces that name his mailbox, and the like."""
    texts = (func.lower(ReportRow.text), func.lower(ReportRow.subject), func.lower(cast(ReportRow.rcpt_tos, Text)))
    named = [column.contains(key, autoescape=True) for column in texts for key in sorted(person.keys)]
    return set(session.scalars(select(ReportRow.id).where(ReportRow.case_id.is_(None), or_(*named))))


def _senders(session: Session, channel: str, part: ReportPart) -> Sequence[str]:
    """Who has sent a report, by its source."""
    try:
        source = bodies.content(session, part)
    except (Forgotten, Tampered):
        return ()
    if channel == Channel.EMAIL:
        wrote = author(source)  # a whole desk may wait to be read, after an archive was taken in
        return [wrote.address] if wrote else []
    return _NUMBER.findall(source.decode("utf-8", "replace"))
