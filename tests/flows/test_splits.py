"""A second matter in the thread of a case becomes a case of its own."""

import pytest
from sqlalchemy import select

from models.errors import NotPossible
from models.tables import ClassificationRow, OutgoingRow, ReportRow
from models.values import CaseState
from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend

PRINTER = "By the way, could you tell me how I can set the printer in room 12 to print on both sides of the paper?"


@pytest.fixture
def two_matters(story: Story) -> tuple[ReportRow, ReportRow]:
    """Ann reports a failed backup, and in answer to its acknowledgement asks about a printer."""
    first = story.arrives(mail("The backup job failed, and the server reports disk errors.", subject="Backup failed"))
    story.sends()
    [acknowledgement] = story.answers()
    second = story.arrives(mail(PRINTER, subject=f"Re: {acknowledgement['Subject']}"))
    assert second.case_id == first.case_id
    return first, second


def test_it_is_judged_by_what_it_says_itself(story: Story, two_matters: tuple[ReportRow, ReportRow]) -> None:
    first, second = two_matters

    new = story.joins("split", first.case_id, [second.id], because="a second matter")

    with story.desk.database.reading() as session:
        judged = session.scalars(select(ClassificationRow).where(ClassificationRow.case_id == new.id)).one()
        moved = session.get_one(ReportRow, second.id)
    assert (new.level, new.subject, new.customer) == (4, PRINTER, "ann@customer.example")
    assert (judged.report_id, moved.case_id) == (second.id, new.id)
    assert story.case(first.case_id).level < 4
    assert story.linked(new.id) == {first.case_id}
    assert "split-off" in story.events(first.case_id)
    assert "split-from" in story.events(new.id)


def test_its_promises_count_from_when_the_customer_wrote_and_its_ladder_climbs(
    story: Story, two_matters: tuple[ReportRow, ReportRow]
) -> None:
    first, second = two_matters
    story.later(hours=2)

    new = story.joins("split", first.case_id, [second.id])

    clocks = story.clocks(new.id)
    assert {clock.starts_at for name, clock in clocks.items() if name == "respond"} == {second.received_at}
    assert "first_reply" not in clocks
    story.later(days=5)
    assert story.steps(new.id) != []


def test_the_promises_of_a_report_of_last_week_count_from_the_split(
    story: Story, two_matters: tuple[ReportRow, ReportRow]
) -> None:
    first, second = two_matters
    story.later(days=7)

    new = story.joins("split", first.case_id, [second.id])

    assert story.clocks(new.id)["respond"].starts_at == story.clock()


def test_the_customer_is_told_the_number_and_his_answer_goes_to_the_new_case(
    story: Story, two_matters: tuple[ReportRow, ReportRow]
) -> None:
    first, second = two_matters
    new = story.joins("split", first.case_id, [second.id])
    story.sends()
    letter = story.answers()[-1]

    answer = story.arrives(mail("It is a laser printer.", subject="Re: printer"), rcpt_to=letter["Reply-To"])
    other = story.arrives(mail("Still failing.", subject=f"Re: {story.answers()[0]['Subject']}"))

    assert story.letters(new.id) == ["split"]
    assert "a number of its own now, FL-000002" in letter.get_content().replace("\n", " ")
    assert story.case(new.id).state == CaseState.ACKNOWLEDGED
    assert (answer.case_id, other.case_id) == (new.id, first.case_id)


def test_the_report_that_opened_a_case_stays_with_it(story: Story, two_matters: tuple[ReportRow, ReportRow]) -> None:
    first, second = two_matters

    with pytest.raises(NotPossible, match="the report that opened FL-000001 stays with it"):
        story.joins("split", first.case_id, [first.id, second.id])
    with pytest.raises(NotPossible, match="not on FL-000001: r0"):
        story.joins("split", first.case_id, ["r0"])
    with pytest.raises(NotPossible, match="name the reports"):
        story.joins("split", first.case_id, [])


def test_a_merge_that_went_on_is_mended_by_a_split_and_late_replies_follow(story: Story) -> None:
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail(PRINTER, subject="Printer"))
    story.sends()
    letter = next(answer for answer in story.answers() if "FL-000002" in answer["Subject"])
    story.joins("merge", second.case_id, first.case_id)
    story.arrives(mail("Any news?", subject=f"Re: {story.answers()[0]['Subject']}"))

    new = story.joins("split", first.case_id, [second.id])
    late = story.arrives(mail("It is a laser printer.", subject=f"Re: {letter['Subject']}"))

    assert new.subject == PRINTER
    assert late.case_id == new.id
    assert story.case(second.case_id).merged_into == new.id
    with pytest.raises(NotPossible, match="taken FL-000002 along to FL-000003"):
        story.joins("unmerge", second.case_id)


def test_what_one_of_us_has_written_becomes_no_case_of_his(story: Story) -> None:
    first = story.arrives(mail(subject="Backup failed"))
    story.sends()
    [acknowledgement] = story.answers()
    noted = story.arrives(
        mail("She also wants a second monitor, she told me.", sender="Eve <eve@firstline.example>"),
        mail_from="eve@firstline.example",
        rcpt_to=acknowledgement["Reply-To"],
    )

    new = story.joins("split", first.case_id, [noted.id])

    assert new.customer == "ann@customer.example"
    with story.desk.database.reading() as session:
        recipients = session.scalars(select(OutgoingRow.recipient).where(OutgoingRow.case_id == new.id)).all()
    assert recipients == ["ann@customer.example"]
