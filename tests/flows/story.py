"""A desk that is told a story: mails arrive one after the other, and what becomes of them can be asked."""

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import or_, select

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.queue import is_due
from models.tables import CaseLinkRow, CaseRow, ClockRow, EventRow, OutgoingRow, ReportRow, StaffRow, StepRow
from models.values import CaseState, OutgoingState, StepState
from tests.conftest import Clock
from workers.cases.acts import Acts
from workers.cases.joining import Joining
from workers.cases.sent import note_sent
from workers.deliver.email import Outbox
from workers.deliver.outgoing import Deliverer
from workers.desk import Desk
from workers.runner import Runner
from workers.simulated.desk import let_pass


@dataclass
class Story:
    """A desk to which mails are sent, one after the other."""

    desk: Desk
    acceptor: Acceptor
    clock: Clock

    def arrives(
        self, raw: bytes, *, mail_from: str = "ann@customer.example", rcpt_to: str = "support@firstline.example"
    ) -> ReportRow:
        receipt = self.acceptor.accept(mail_report(raw, "test", self.clock(), mail_from, (rcpt_to,)))
        Runner(self.desk, "test").run()
        self.clock.forward(minutes=1)
        with self.desk.database.reading() as session:
            return session.get_one(ReportRow, receipt.report_id)

    def later(self, **by: float) -> None:
        """Let time pass, with the timers looking at each moment at which something is due."""
        let_pass(self.desk.database, self.desk.office, self.clock, self.clock() + timedelta(**by))

    def sends(self) -> None:
        """Deliver what is due, to an outbox."""
        sent = partial(note_sent, office=self.desk.office)
        with TemporaryDirectory() as folder:
            Deliverer(self.desk.database, {"email": Outbox(Path(folder))}, self.clock, "test", sent).run()

    def relayed(self) -> list[EmailMessage]:
        """What the desk has to send at this moment, as a relay takes it; nothing follows from it for the cases."""
        with self.desk.database.transaction() as session:
            due = is_due(OutgoingRow.due_at, self.clock())
            rows = session.scalars(select(OutgoingRow).where(OutgoingRow.state == OutgoingState.PENDING, due)).all()
            for row in rows:
                row.state, row.due_at, row.sent_at = OutgoingState.SENT, None, self.clock()
        return [message_from_bytes(row.content, policy=policy.default) for row in rows]

    def staff(self, *people: StaffRow) -> None:
        with self.desk.database.transaction() as session:
            session.add_all(people)

    def does(
        self, case_id: int | None, act: str, *arguments: Any, by: str = "eve@firstline.example", **named: Any
    ) -> None:
        """One of the staff does something to the case, as over the API."""
        with self.desk.database.transaction() as session:
            getattr(Acts(self.desk.office), act)(session, case_id, *arguments, by=by, **named)

    def joins(self, act: str, *arguments: Any, by: str = "eve@firstline.example", **named: Any) -> CaseRow:
        """One of the staff merges, links or splits cases, as over the API."""
        joining = Joining(self.desk.office, lambda: self.desk.classifier)
        with self.desk.database.transaction() as session:
            found: CaseRow = getattr(joining, act)(session, *arguments, by=by, **named)
        return self.case(found.id)

    def steps(self, case_id: int | None) -> list[str]:
        """The steps that were done, in order."""
        with self.desk.database.reading() as session:
            rows = session.scalars(
                select(StepRow)
                .where(StepRow.case_id == case_id, StepRow.state == StepState.DONE)
                .order_by(StepRow.done_at, StepRow.id)
            )
            return [row.name for row in rows]

    def told(self, case_id: int | None) -> list[tuple[str, str]]:
        """Whom of the staff was told of the case, and how, in order."""
        with self.desk.database.reading() as session:
            rows = session.scalars(
                select(OutgoingRow)
                .where(OutgoingRow.case_id == case_id, OutgoingRow.kind == "notice")
                .order_by(OutgoingRow.created_at, OutgoingRow.id)
            )
            return [(row.recipient, row.channel) for row in rows]

    def clocks(self, case_id: int | None) -> dict[str, ClockRow]:
        """The clocks of the case, by name the one that was started last."""
        with self.desk.database.reading() as session:
            rows = session.scalars(select(ClockRow).where(ClockRow.case_id == case_id).order_by(ClockRow.id))
            return {row.name: row for row in rows}

    def letters(self, case_id: int | None) -> list[str]:
        """The kinds of what was written to the customer, in order."""
        with self.desk.database.reading() as session:
            rows = session.scalars(
                select(OutgoingRow)
                .where(OutgoingRow.case_id == case_id, OutgoingRow.kind != "notice")
                .order_by(OutgoingRow.created_at, OutgoingRow.id)
            )
            return [row.kind for row in rows]

    def answers(self) -> list[EmailMessage]:
        with self.desk.database.reading() as session:
            rows = session.scalars(select(OutgoingRow).order_by(OutgoingRow.created_at)).all()
        return [message_from_bytes(row.content, policy=policy.default) for row in rows]

    def case(self, case_id: int | None) -> CaseRow:
        assert case_id is not None
        with self.desk.database.reading() as session:
            return session.get_one(CaseRow, case_id)

    def events(self, case_id: int | None) -> list[str]:
        with self.desk.database.reading() as session:
            return list(session.scalars(select(EventRow.kind).where(EventRow.case_id == case_id)))

    def linked(self, case_id: int | None) -> set[int]:
        """The cases that are linked with this one."""
        with self.desk.database.reading() as session:
            rows = session.scalars(
                select(CaseLinkRow).where(or_(CaseLinkRow.case_id == case_id, CaseLinkRow.other_id == case_id))
            )
            return {end for row in rows for end in (row.case_id, row.other_id)} - {case_id or 0}

    def close(self, case_id: int | None) -> None:
        """A person closes the case."""
        with self.desk.database.transaction() as session:
            case = session.get_one(CaseRow, case_id)
            case.state, case.closed_at = CaseState.CLOSED, self.clock()
