"""The API and the metrics for mailboxes."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from models.db import Database
from models.tables import MailboxRow
from tests.conftest import Clock

pytestmark = pytest.mark.every_backend


def _store(database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        session.add(
            MailboxRow(
                account="support",
                folder="INBOX",
                uidvalidity=7,
                last_uid=9,
                seen_at=clock(),
                present=10,
                stored=7,
                refused=1,
                error="mails that the server cannot deliver: 1 (UID 4)",
            )
        )


def test_a_mailbox_shows_its_balance_and_what_is_wrong(api: TestClient, database: Database, clock: Clock) -> None:
    _store(database, clock)

    [found] = api.get("/api/v1/mailboxes").json()["items"]

    assert (found["account"], found["folder"]) == ("support", "INBOX")
    assert (found["present"], found["stored"], found["refused"], found["difference"]) == (10, 7, 1, 2)
    assert "UID 4" in found["error"]


def test_the_difference_is_a_metric(api: TestClient, database: Database, clock: Clock) -> None:
    _store(database, clock)

    samples = {
        (sample.name, sample.labels.get("as", "")): sample.value
        for family in text_string_to_metric_families(api.get("/metrics").text)
        for sample in family.samples
        if sample.labels.get("account") == "support"
    }

    assert samples["firstline_mailbox_difference", ""] == 2
    assert samples["firstline_mailbox_mails", "present"] == 10
    assert samples["firstline_mailbox_failing", ""] == 1
    assert samples["firstline_mailbox_contact_time_seconds", ""] == clock().timestamp()
