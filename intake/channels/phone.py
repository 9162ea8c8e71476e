"""The hotline: what Twilio tells us of a call becomes a part of the report, and the next prompt.

A call is a report from its first request on. Each answer is committed before the next prompt is given; whoever comes
first, the end of the call or the end of the menu, makes the report due.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeGuard
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.channels.phone_events import ENDED, event_of, number_of, told
from intake.channels.phone_lookup import OnCall, look_up
from intake.channels.phone_messages import recording_report
from intake.group_commit import GroupCommit
from intake.hotline import spoken, twiml
from intake.hotline.call import LOOKED_UP, Call, Step
from intake.hotline.events import Accepted, Digits, Event, HangUp
from intake.hotline.menu import advance
from intake.hotline.numbers import masked
from intake.hotline.outcome import is_owed
from intake.hotline.prompts import prompt
from intake.hotline.twiml import Urls
from models import bodies
from models.bodies import Body
from models.db import Database
from models.queue import NewReport, add
from models.tables import CaseRow, ReportPart, ReportRow
from models.values import Channel, Language, Receipt, ReportState, case_number

log = logging.getLogger(__name__)

# So long after its last answer a report is processed even where nobody says that the call has ended; longer than a
# caller can speak without a turn.
HOLD = timedelta(minutes=3)
SOURCE = "hotline"
KIND = "application/json; call"
Form = Mapping[str, str]


class Life(Protocol):
    """What follows for a case from what happens in a call; within the session of the turn."""

    def level(self, session: Session, case: CaseRow, report: ReportRow) -> int:
        """How grave what the caller has told is: as his case, or graver where somebody is at work on that."""

    def acknowledged(self, session: Session, case_id: int, now: datetime) -> None:
        """Its number was told to the caller."""

    def accepted(self, session: Session, case_id: int, phone: str, now: datetime) -> None:
        """Who answers at `phone` has taken the caller."""

    def promised(self, session: Session, case_id: int, phone: str, now: datetime) -> None:
        """The caller was told that he is called back at `phone`, or asked for it and hung up. It may be empty."""


@dataclass(frozen=True, slots=True)
class HotlineConfig:
    """`public_url` is where Twilio finds us, `zone` that of the times that are spoken. `transcribes`: Twilio is asked
    to write down what is recorded."""

    public_url: str
    zone: ZoneInfo
    language: Language = Language.SIMPLIFIED
    transcribes: bool = False


class Hotline:
    """Answers Twilio's requests; safe to use from several threads and processes. Each answer is TwiML.

    All of it may raise `Temporary`: nothing was stored then, and the same request may come again.
    """

    def __init__(
        self,
        database: Database,
        accept: Callable[[NewReport], Receipt],
        clock: Callable[[], datetime],
        config: HotlineConfig,
        on_call: OnCall,
        life: Life,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._accept = accept
        self._clock = clock
        self._config = config
        self._on_call = on_call
        self._life = life
        self._wake = wake
        self._urls = Urls(config.public_url.rstrip("/"))
        self._turns = GroupCommit(database, "hotline")

    def close(self) -> None:
        """Write down what callers have answered, then stop."""
        self._turns.close()

    def voice(self, query: Form, form: Form) -> str:
        """A call comes in, or comes back after a fault: it goes on where it was."""
        call = self._stored(form["CallSid"]) or self._begin(form)
        return self._rendered(call)

    def turn(self, query: Form, form: Form) -> str:
        """The caller has answered. An answer that was given before hears the same as it did then."""
        sid, turn = form["CallSid"], int(query.get("turn") or -1)
        call = self._change(sid, lambda call: event_of(query, form) if call.turn == turn else None)
        return self.voice(query, form) if call is None else self._rendered(call)

    def whisper(self, query: Form, form: Form) -> str:
        """One of ours has picked up: asked whether he takes the caller, and put through where he pressed 1, unless the
        caller has hung up or somebody else is called meanwhile."""
        sid, turn = query.get("of", ""), int(query.get("turn") or -1)
        if query.get("key") != "1":
            call = self._stored(sid)
            return twiml.whisper(call, self._urls) if _is_connecting(call, turn) else twiml.refused()
        if told(query, form, "Digits") != "1":
            return twiml.refused()
        taken = self._change(sid, lambda call: Accepted(call.on_call[0]) if _is_connecting(call, turn) else None)
        return twiml.EMPTY if _is_connecting(taken, turn) else twiml.refused()

    def ended(self, query: Form, form: Form) -> str:
        """The call's status has changed; where it is over, what was said is the report."""
        if form.get("CallStatus") in ENDED and self._change(form["CallSid"], lambda call: HangUp()) is None:
            self._begin(form, HangUp())
        return ""

    def missed(self, form: Form, came_at: datetime) -> None:
        """A call that is over and was never told of: its caller has heard that it cannot be answered."""
        self._begin(form, HangUp(), came_at=came_at)

    def _begin(self, form: Form, *events: Event, came_at: datetime | None = None) -> Call:
        """Store the report before the caller hears anything."""
        now = self._clock()
        call = Call(
            form["CallSid"], number_of(form.get("From", "")), form.get("To", ""), language=self._config.language
        )
        with self._database.reading() as session:
            call = self._looked_up(session, None, call)
        for event in events:
            call = advance(call, event)
        report = NewReport(
            channel=Channel.PHONE,
            external_id=call.sid,
            content=spoken.of_call(call),
            source=SOURCE,
            received_at=came_at or now,
            rcpt_tos=(call.called,) if call.called else (),
            ready_at=now if call.is_over else now + HOLD,
            kind=KIND,
        )
        receipt = self._accept(report)
        fields = {"report": receipt.report_id, "call": call.sid, "caller": masked(call.caller)}
        log.info("call_came", extra=fields | {"new": receipt.created})
        return call if receipt.created else self._stored(call.sid) or call

    def _stored(self, sid: str) -> Call | None:
        with self._database.reading() as session:
            row = _row(session, sid)
            return _last(session, row)[1] if row is not None else None

    def _change(self, sid: str, event_for: Callable[[Call], Event | None]) -> Call | None:
        """The call after the event, stored; unchanged where there is no event for it. None: there is no such call."""
        after = self._turns.do(lambda session: self._changed(session, sid, event_for))
        if after is not None and after.is_ready:
            self._wake()
        return after

    def _changed(self, session: Session, sid: str, event_for: Callable[[Call], Event | None]) -> Call | None:
        row = _row(session, sid, lock=True)
        if row is None:
            return None
        seq, before = _last(session, row)
        event = event_for(before)
        if event is None:
            return before
        if isinstance(event, Digits if before.is_over else HangUp) and not is_owed(before):
            before = replace(before, case_id=before.case_id or row.case_id)  # he may not have heard that he has a case
        after = self._looked_up(session, row, advance(before, event))
        if before.is_over and not after.is_over:
            after = advance(after, HangUp())
        if after != before:
            self._store(session, row, seq + 1, before, after)
            session.flush()  # the same call may come again within this commit
        return after

    def _looked_up(self, session: Session, row: ReportRow | None, call: Call) -> Call:
        while call.step in LOOKED_UP:
            call = advance(call, look_up(session, call, row, self._on_call, self._life.level, self._config.zone))
        return call

    def _store(self, session: Session, row: ReportRow, seq: int, before: Call, after: Call) -> None:
        now = self._clock()
        bodies.add(session, [Body(row.id, seq, KIND, spoken.of_call(after))])
        if new := after.recordings[len(before.recordings) :]:
            receipts = add(
                session, [recording_report(sid, after.sid, after.caller, after.language, now) for sid in new]
            )
            for receipt in receipts:
                log.info("recording_came", extra={"report": receipt.report_id, "of": row.id, "call": after.sid})
        if row.state == ReportState.WAITING and row.lease is None:
            row.part_seq = seq
            if row.attempts == 0:
                row.due_at = now if after.is_ready else now + HOLD
        elif after.is_ready:
            self._add_rest(session, row, before, after, now)
        if after.is_ready and not before.is_ready:
            number = case_number(after.case_id) if after.case_id is not None else None
            log.info("call_ready", extra={"report": row.id, "call": after.sid, "case": number})
        self._live(session, before, after, now)

    def _add_rest(self, session: Session, row: ReportRow, before: Call, call: Call, now: datetime) -> None:
        """What was said after the report had been processed is one of its own, which belongs to it. At the end of the
        call that is all the rest; what is told after it, also by a key, comes by itself."""
        reported = before if before.is_over else spoken.call_in(bodies.read(session, row.id, row.part_seq))
        known, said = len(reported.said), len(call.said)
        is_keyed = before.is_over and spoken.spoken(call).text != spoken.spoken(before).text
        if said <= known and not is_keyed:
            return
        content = spoken.rest(call, known).to_json()
        name = f"{call.sid}+{said}" if said > known else f"{call.sid}+key{call.turn}"
        report = NewReport(Channel.PHONE, name, content, SOURCE, now, kind="application/json")
        add(session, [report])

    def _live(self, session: Session, before: Call, after: Call, now: datetime) -> None:
        if after.case_id is None:
            return
        if after.is_told and not before.is_told:
            self._life.acknowledged(session, after.case_id, now)
        if after.accepted_by and not before.accepted_by:
            self._life.accepted(session, after.case_id, after.accepted_by, now)
        if after.is_promised and not before.is_promised:
            self._life.promised(session, after.case_id, after.phone, now)

    def _rendered(self, call: Call) -> str:
        return twiml.render(call, prompt(call), self._urls, self._config.transcribes)


def _is_connecting(call: Call | None, turn: int) -> TypeGuard[Call]:
    """True while the caller waits for the one who is called at that turn."""
    return call is not None and call.step is Step.CONNECT and call.turn == turn


def _row(session: Session, sid: str, lock: bool = False) -> ReportRow | None:
    query = select(ReportRow).where(ReportRow.channel == Channel.PHONE, ReportRow.external_id == sid)
    return session.scalar(query.with_for_update() if lock else query)


def _last(session: Session, row: ReportRow) -> tuple[int, Call]:
    """The number of the last part, and the call as it stands there."""
    query = select(ReportPart).where(ReportPart.report_id == row.id).order_by(ReportPart.seq.desc()).limit(1)
    part = session.scalars(query).one()
    return part.seq, spoken.call_in(bodies.content(session, part))
