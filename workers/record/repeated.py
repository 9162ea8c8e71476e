"""What a mail only repeats of its case: some programs put the mail that is answered below the answer, with neither a
line nor a sign before it."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import ReportRow

# Shorter lines are said by everybody ("Hello", "Best regards"). One telling line alone is what somebody may well say
# anew below his thanks: "Line 3 is down."
_TELLING_CHARS, _TELLING_LINES = 8, 2
_REPORTS = 20
_NOT_SAID = re.compile(r"[\s>|_=*-]+")


def own_words(session: Session, case_id: int, report_id: str, reply: str) -> str:
    """What the reply says, without the lines at its end that the case was told before; all of it where that is all."""
    told = (
        select(ReportRow.text)
        .where(ReportRow.case_id == case_id, ReportRow.id != report_id, ReportRow.text.is_not(None))
        .order_by(ReportRow.received_at)
        .limit(_REPORTS)
    )
    return before(reply, [text for text in session.scalars(told) if text])


def before(reply: str, told: Iterable[str]) -> str:
    """The reply up to where it goes on with nothing but lines of these texts."""
    known = {"", *(_plain(line) for text in told for line in text.splitlines())}
    lines = reply.splitlines()
    end = len(lines)
    while end > 0 and _plain(lines[end - 1]) in known:
        end -= 1
    telling = sum(len(_plain(line)) >= _TELLING_CHARS for line in lines[end:])
    return "\n".join(lines[:end]).strip() if telling >= _TELLING_LINES and end > 0 else reply


def _plain(line: str) -> str:
    return _NOT_SAID.sub("", line)
