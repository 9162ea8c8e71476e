"""Every letter greets whom it goes to as the acknowledgement did."""

import pytest

from models import bodies
from models.tables import ReportPart
from models.values import CaseState
from routing.letters import Kind
from tests.factories import mail
from tests.flows.story import Story

FAULT = "The array is down."
CHINESE = "磁盘阵列离线，业务中断，请尽快处理。"
CHANG = "=?utf-8?b?5bi45pif?= <chang@customer.example>"  # 常星


def greetings(story: Story) -> list[str]:
    """The first line of each letter, in order."""
    return [answer.get_content().splitlines()[0] for answer in story.answers()]


@pytest.mark.parametrize(
    ("sender", "body", "headers", "greeting"),
    [
        ("Ann Lee <ann@customer.example>", FAULT, {}, "Dear Ann Lee,"),
        (CHANG, CHINESE, {}, "常星，您好："),
        ("ann@customer.example", FAULT, {}, "Dear customer,"),
        ('"ann@customer.example" <ann@customer.example>', FAULT, {}, "Dear customer,"),
        ("Ann Lee <ann@customer.example>", FAULT, {"Reply-To": "Bo Li <bo@customer.example>"}, "Dear Bo Li,"),
        ("Ann Lee <ann@customer.example>", FAULT, {"Reply-To": "hall@customer.example"}, "Dear customer,"),
    ],
)
def test_what_staff_write_greets_as_the_acknowledgement_did(
    story: Story, sender: str, body: str, headers: dict[str, str], greeting: str
) -> None:
    case_id = story.arrives(mail(body, sender=sender, headers=headers)).case_id

    story.does(case_id, "reply", Kind.STATUS, "A controller has failed.")
    story.does(case_id, "move", CaseState.CLOSED, cause="a controller", solution="replaced")

    assert story.letters(case_id) == ["acknowledgement", "status", "closed", "survey"]
    assert greetings(story) == [greeting] * 4


def test_the_name_of_somebody_else_in_the_mail_greets_nobody(story: Story) -> None:
    passed_on = f"See below.\n\n---------- Forwarded message ---------\nFrom: Bo Li <bo@else.example>\n\n{FAULT}"
    case_id = story.arrives(mail(passed_on, sender="ann@customer.example", subject="Fwd: down")).case_id

    story.does(case_id, "reply", Kind.STATUS, "We look at it.")

    assert greetings(story) == ["Dear customer,"] * 2


def test_a_second_matter_that_is_split_off_greets_who_wrote_it(story: Story) -> None:
    first = story.arrives(mail(FAULT, message_id="<one@customer.example>"))
    answer = {"In-Reply-To": "<one@customer.example>"}
    second = story.arrives(mail("And the printer prints nothing.", subject="Re: Backup failed", headers=answer))

    story.joins("split", first.case_id, [second.id])

    assert greetings(story)[-1] == "Dear Ann Lee,"


def test_where_the_mail_is_no_longer_kept_the_letter_is_written_without_the_name(story: Story) -> None:
    report = story.arrives(mail(FAULT))
    with story.desk.database.transaction() as session:
        bodies.forget(session.get_one(ReportPart, (report.id, report.part_seq)), "30 days", story.clock())

    story.does(report.case_id, "reply", Kind.STATUS, "A controller has failed.")

    assert greetings(story) == ["Dear Ann Lee,", "Dear customer,"]
