"""Notices that a machine answers, from another mailbox than they went to: each answer opens a case, of which the next
notice tells. What gives it away is that it says the same each time; people, and monitors, tell of different things."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.tables import CaseRow, OutgoingRow, ReportRow
from workers.cases.people import Person

if TYPE_CHECKING:
    from workers.cases.work import CaseWork

WITHIN = timedelta(days=1)
# Beyond the limit one notice is tried in so much time: it may be somebody whose mails are alike.
_TRIED_AGAIN = timedelta(hours=1)
_LATEST = 500
_READ_CHARS = 4000
# Without numbers, which are another each time; Chinese character by character.
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_]+")
_ALIKE = 0.8


def answering(work: "CaseWork", people: Sequence[Person]) -> set[str]:
    """The addresses of those of these people whose notices the reporter of the case seems to answer by a machine: they
    were written to of as many cases of his within a day as an hour has notices at most, which all say the same."""
    if work.case.customer is None or work.case.alarm_key is not None:
        return set()
    return {person.address for person in people if _is_answered(work, person)}


def _is_answered(work: "CaseWork", person: Person) -> bool:
    limit = work.office.notice_limit
    query = (
        select(OutgoingRow.case_id, OutgoingRow.created_at)
        .join(CaseRow, CaseRow.id == OutgoingRow.case_id)
        .where(
            OutgoingRow.recipient_key == person.address.casefold(),
            OutgoingRow.created_at > work.now - WITHIN,
            OutgoingRow.kind == "notice",
            CaseRow.customer == work.case.customer,
        )
        .order_by(OutgoingRow.created_at.desc())
        .limit(_LATEST)
    )
    told = work.session.execute(query).all()
    cases = {row.case_id for row in told}
    if len(cases) < limit or told[0].created_at <= work.now - _TRIED_AGAIN:
        return False
    said = _said(work, cases | {work.case.id})
    own = said.get(work.case.id, frozenset())
    return sum(_are_alike(own, said.get(case_id, frozenset())) for case_id in cases) >= limit


def _said(work: "CaseWork", cases: set[int]) -> dict[int, frozenset[str]]:
    """The words of the mails that have opened these cases."""
    rows = work.session.execute(
        select(ReportRow.case_id, ReportRow.subject, ReportRow.text)
        .where(ReportRow.case_id.in_(cases), ReportRow.outcome.is_distinct_from("follow-up"))
        .order_by(ReportRow.received_at.desc())
    )
    return {
        case_id: frozenset(_WORD.findall(f"{subject or ''}\n{(text or '')[:_READ_CHARS]}".casefold()))
        for case_id, subject, text in rows
        if case_id is not None
    }


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _ALIKE * len(one | other)
