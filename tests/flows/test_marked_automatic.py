"""What people write through gateways and ticket systems that mark all mail as automatic is seen by a person; nothing is
sent to it."""

import pytest

from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_ladders import person

pytestmark = pytest.mark.every_backend

AUTO = {"Auto-Submitted": "auto-replied"}
STOPPED = "The filling line has stopped and the whole hall stands still since six."


@pytest.mark.parametrize("said", [STOPPED, "6号线从早上六点起停机，无法启动，全车间停产。"])
def test_a_report_that_calls_itself_an_automatic_reply_to_a_mail_that_is_not_ours_opens_a_case(
    story: Story, said: str
) -> None:
    story.staff(person("eve", "engineer", "incident", "service-desk"))
    headers = AUTO | {"In-Reply-To": "<4711@elsewhere.example>"}

    report = story.arrives(mail(said, subject="Re: line 6", headers=headers))

    assert (report.outcome, report.auto) == ("case", "auto-reply")
    case = story.case(report.case_id)
    assert (case.level, case.needs_review) == (1, True)
    assert story.letters(case.id) == []
    story.later(seconds=5)
    assert ("eve@firstline.example", "email") in story.told(case.id)


@pytest.mark.parametrize(
    "said",
    [
        "I am away until the 12th. If the server is down, call Bob.",
        "我休假至12日，系统如有宕机请联系张工。",
        "Thank you, your mail has arrived.",
    ],
)
def test_an_automatic_reply_that_tells_of_no_fault_opens_none(story: Story, said: str) -> None:
    report = story.arrives(mail(said, subject="Re: line 6", headers=AUTO | {"In-Reply-To": "<4711@elsewhere.example>"}))

    assert (report.outcome, report.case_id) == ("auto-reply", None)


def test_one_from_elsewhere_that_answers_a_mail_of_ours_opens_none_and_its_case_is_looked_at(story: Story) -> None:
    report = story.arrives(mail("How do I set the time zone of the report?", subject="Question"))
    [acknowledgement] = story.answers()
    with story.desk.database.transaction() as session:
        session.merge(story.case(report.case_id)).needs_review = False
    headers = AUTO | {"In-Reply-To": acknowledgement["Message-ID"]}

    heard = story.arrives(mail(STOPPED, subject="Noted", sender="desk@elsewhere.example", headers=headers))

    assert (heard.outcome, heard.case_id) == ("auto-reply", None)
    assert story.case(report.case_id).needs_review
    assert len(story.answers()) == 1


@pytest.mark.parametrize(
    ("headers", "mail_from"),
    [
        ({"User-Agent": "Mozilla Thunderbird"}, ""),
        ({"Auto-Submitted": "auto-generated", "X-Mailer": "OTRS Mail Service"}, "desk@partner.example"),
    ],
)
def test_a_person_whom_no_machine_may_answer_is_answered_by_hand(
    story: Story, headers: dict[str, str], mail_from: str
) -> None:
    said = "The backup job failed last night, the shop runs normally. I am at my desk until six."

    report = story.arrives(mail(said, headers=headers), mail_from=mail_from)

    case = story.case(report.case_id)
    assert (report.outcome, case.needs_review) == ("case", True)
    assert story.letters(case.id) == []


def test_a_machine_that_asks_for_no_answer_waits_for_none(story: Story) -> None:
    report = story.arrives(mail(headers={"Auto-Submitted": "auto-generated"}))

    assert not story.case(report.case_id).needs_review
