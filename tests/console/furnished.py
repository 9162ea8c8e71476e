"""A database in which there is one of everything that the API shows."""

from datetime import timedelta

from console.webhooks import new_webhook
from models import queue, webhooks
from models.db import Database
from models.tables import BreakerRow, DeadAddressRow, MailboxRow, ReportRow
from models.values import ReportState
from models.webhooks import Event
from tests import directory
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case
from tests.factories import report as arriving


def furnish(database: Database, clock: Clock) -> None:
    """One of everything that the API shows."""
    customer = directory.customer(database, "C-1", domain="customer.example")
    directory.contract(database, customer, "YL-1", "yilong")
    with database.transaction() as session:
        session.add_all(opened := [case(clock()) for _ in range(3)])
        session.flush()
        session.add(acknowledgement(opened[0], clock(), state="sent", sent_at=clock()))
        states = (ReportState.SHUNTED, ReportState.QUARANTINED, ReportState.DISCARDED)
        for receipt, state in zip(queue.add(session, [arriving() for _ in states]), states, strict=True):
            session.get_one(ReportRow, receipt.report_id).state = state
        later = clock() + timedelta(hours=1)
        session.add(
            BreakerRow(scope="case", key="1", opened_at=clock(), closes_at=later, because="more than 10 messages")
        )
        session.add(DeadAddressRow(address_key="gone@customer.example", since=clock(), because="no such mailbox"))
        session.add(MailboxRow(account="desk", folder="INBOX", uidvalidity=1))
        session.add(hook := new_webhook("https://hooks.example/desk", list(Event), "", clock()))
        webhooks.send_test(session, hook, clock())
