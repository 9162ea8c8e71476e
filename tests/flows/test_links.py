"""Cases that staff, or the intake, say belong together."""

import pytest
from sqlalchemy import select

from models.errors import NotPossible
from models.tables import CaseLinkRow, EventRow, ReportRow
from models.values import LinkKind
from tests import directory
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend


@pytest.fixture
def two(story: Story) -> tuple[int, int]:
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail(subject="Disk full", sender="Joe <joe@other.example>"), mail_from="joe@other.example")
    assert first.case_id is not None
    assert second.case_id is not None
    return first.case_id, second.case_id


def kinds(story: Story) -> list[tuple[int, int, str]]:
    with story.desk.database.reading() as session:
        return [(row.case_id, row.other_id, row.kind) for row in session.scalars(select(CaseLinkRow))]


def said(story: Story, case_id: int) -> list[str]:
    with story.desk.database.reading() as session:
        return list(
            session.scalars(
                select(EventRow.text).where(EventRow.case_id == case_id, EventRow.kind.in_(("linked", "unlinked")))
            )
        )


def test_a_link_stands_on_both_timelines_whatever_the_customers(story: Story, two: tuple[int, int]) -> None:
    first, second = two

    story.joins("link", first, second, kind=LinkKind.SAME_FAULT, because="the same storage")

    assert kinds(story) == [(second, first, "same-fault")]
    assert said(story, first) == ["about the same fault as FL-000002: the same storage"]
    assert said(story, second) == ["about the same fault as FL-000001: the same storage"]


def test_of_two_cases_the_later_one_follows_whoever_says_so(story: Story, two: tuple[int, int]) -> None:
    first, second = two

    story.joins("link", first, second, kind=LinkKind.FOLLOW_UP)

    assert said(story, first) == ["followed by FL-000002"]
    assert said(story, second) == ["a follow-up of FL-000001"]


def test_to_say_it_again_changes_nothing_and_another_kind_takes_its_place(story: Story, two: tuple[int, int]) -> None:
    first, second = two
    story.joins("link", first, second)

    story.joins("link", second, first)
    again = len(said(story, first))
    story.joins("link", first, second, kind=LinkKind.SAME_FAULT)

    assert again == 1
    assert kinds(story) == [(second, first, "same-fault")]


def test_a_link_is_taken_away_again(story: Story, two: tuple[int, int]) -> None:
    first, second = two
    story.joins("link", first, second)

    story.joins("unlink", first, second, because="a mistake")

    assert kinds(story) == []
    assert said(story, second)[-1] == "from FL-000001: a mistake"
    with pytest.raises(NotPossible, match="are not linked"):
        story.joins("unlink", first, second)
    with pytest.raises(NotPossible, match="with itself"):
        story.joins("link", first, first)


def test_the_intake_says_what_kind_of_link_it_makes(story: Story, two: tuple[int, int]) -> None:
    first, _ = two
    token = next(answer for answer in story.answers() if "FL-000001" in answer["Subject"])["Subject"]
    stranger = story.arrives(
        mail("Me too.", subject=f"Re: {token}", sender="eve@stranger.example"), mail_from="eve@stranger.example"
    )
    story.close(first)
    story.clock.forward(days=60)

    again = story.arrives(mail("It fails again.", subject=f"Re: {token}"))

    assert kinds(story) == [(stranger.case_id, first, "related"), (again.case_id, first, "follow-up")]


def test_a_mail_that_is_sent_twice_is_offered_as_one_case(story: Story) -> None:
    first = story.arrives(mail("Two red lights at the array in rack 4.", subject="Array"))
    stranger = story.arrives(
        mail("Two red lights at the array in rack 4.", subject="Array", sender="joe@other.example")
    )
    other = story.arrives(mail("The printer is out of toner.", subject="Printer"))

    again = story.arrives(mail("Two red lights at the array in rack 4.", subject="Array"))

    assert kinds(story) == [(again.case_id, first.case_id, "same-fault")]
    assert {stranger.case_id, other.case_id}.isdisjoint({first.case_id, again.case_id})


def test_a_mail_whose_answer_has_overtaken_it_is_linked_with_that(story: Story) -> None:
    directory.customer(story.desk.database, "C-1", domain="customer.example")
    headers = {"In-Reply-To": "<array@customer.example>"}
    answer = story.arrives(mail("PS: it is the one by the window.", subject="Re: Array", headers=headers))
    other = story.arrives(mail("The printer is out of toner.", subject="Printer"))

    overtaken = story.arrives(
        mail("Two red lights at the array.", subject="Array", message_id="<array@customer.example>")
    )

    assert kinds(story) == [(overtaken.case_id, answer.case_id, "same-fault")]
    assert other.case_id not in (answer.case_id, overtaken.case_id)


def test_who_answers_an_old_letter_twice_has_one_new_case(story: Story, clock: Clock) -> None:
    old = story.arrives(mail(subject="Printer jams"))
    [letter] = story.answers()
    story.close(old.case_id)
    clock.forward(days=200)

    def answers(text: str) -> ReportRow:
        return story.arrives(mail(text, subject=f"Re: {letter['Subject']}"), rcpt_to=letter["Reply-To"])

    again, more = answers("The printer jams again."), answers("Any news? It still jams.")
    story.close(again.case_id)
    clock.forward(days=200)
    later = answers("And again.")

    assert again.outcome == "case"
    assert (more.outcome, more.case_id) == ("follow-up", again.case_id)
    assert later.outcome == "case"
