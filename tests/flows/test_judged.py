"""What of a mail its level and category are judged by."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from models.tables import ClassificationRow, OutgoingRow, ReportRow
from tests.flows.story import Story

QUESTION = "How many users does our licence cover?\nThe contract is the one of May."
CARD = "-- \nAnn Lee\nRansomware response and lost data recovery, all systems down, we restore\nPhone +86 21 5555 0123"


def judged(story: Story, report: ReportRow) -> ClassificationRow:
    with story.desk.database.reading() as session:
        query = select(ClassificationRow).where(ClassificationRow.report_id == report.id)
        return session.scalars(query.options(undefer(ClassificationRow.read))).one()


def mail(body: str) -> bytes:
    return f"From: Ann Lee <ann@customer.example>\r\nSubject: licence\r\n\r\n{body}\r\n".encode()


def test_a_signature_says_nothing_of_the_matter(story: Story) -> None:
    found = judged(story, story.arrives(mail(f"{QUESTION}\n\n{CARD}")))

    read: Any = found.read
    assert read["body"].strip() == QUESTION
    assert {"label": "phone", "value": "+862155550123"} in (found.entities or [])


@pytest.mark.parametrize("body", [CARD, f"{CARD}\n\nThe array is down."])
def test_where_there_is_nothing_above_the_signature_all_is_read(story: Story, body: str) -> None:
    read: Any = judged(story, story.arrives(mail(body))).read

    assert read["body"].strip().endswith(body.split()[-1])


def test_what_came_encrypted_is_looked_at_by_a_person_and_its_sender_told(story: Story) -> None:
    armoured = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"

    report = story.arrives(f"From: ann@customer.example\r\nSubject: core switch is down\r\n\r\n{armoured}".encode())

    found = judged(story, report)
    assert found.needs_review
    assert str(found.reason).startswith("Part of the mail could not be read: it is encrypted")
    with story.desk.database.reading() as session:
        sent = session.scalars(select(OutgoingRow.content).where(OutgoingRow.report_id == report.id)).one()
    assert b"it is encrypted" in sent
