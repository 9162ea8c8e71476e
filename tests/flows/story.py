"""A desk that is told a story: mails arrive one after the other, and what becomes of them can be asked."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import or_, select

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.tables import CaseLinkRow, CaseRow, EventRow, OutgoingRow, ReportRow
from models.values import CaseState
from tests.conftest import Clock
from workers.desk import Desk
from workers.runner import Runner


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
