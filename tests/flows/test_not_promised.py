"""Nobody is called for what nobody waits for."""

from datetime import timedelta

import pytest

from intake.mail.identity import mail_report
from models.tables import ReportRow
from tests.factories import mail
from tests.flows.story import Story
from workers.runner import Runner

DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."


def taken_in(story: Story, raw: bytes, age: timedelta, source: str) -> ReportRow:
    """A mail that nobody is to be answered for: old, or from an archive."""
    report = mail_report(raw, source, story.clock() - age, answer=False)
    receipt = story.acceptor.accept(report)
    Runner(story.desk, "test").run()
    with story.desk.database.reading() as session:
        return session.get_one(ReportRow, receipt.report_id)


def test_a_newsletter_keeps_nobody_awake(story: Story) -> None:
    report = story.arrives(mail(DOWN, headers={"Precedence": "bulk", "List-Unsubscribe": "<https://news.example/u>"}))

    story.later(days=2)

    assert story.clocks(report.case_id) == {}
    assert story.steps(report.case_id) == []
    assert "not-promised" in story.events(report.case_id)


def test_an_archive_keeps_nobody_awake(story: Story) -> None:
    report = taken_in(story, mail(DOWN), timedelta(), "import")

    story.later(days=2)

    assert story.steps(report.case_id) == []


def test_what_lay_unseen_for_a_weekend_counts_from_when_it_was_seen(story: Story) -> None:
    seen = story.clock()

    report = taken_in(story, mail(DOWN), timedelta(days=2), "imap:desk/INBOX")

    clocks = story.clocks(report.case_id)
    assert clocks["respond"].starts_at == seen
    assert "first_reply" not in clocks


@pytest.mark.parametrize("days", [4, 400])
def test_the_past_of_a_mailbox_is_looked_at_by_people(story: Story, days: int) -> None:
    report = taken_in(story, mail(DOWN), timedelta(days=days), "imap:desk/INBOX")

    assert story.clocks(report.case_id) == {}
    assert story.case(report.case_id).needs_review
