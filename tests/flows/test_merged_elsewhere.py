"""What else comes for a case that was merged: alarms, bounces, staff who answer its notices, a split of a chain."""

import pytest
from sqlalchemy import select

from models.tables import StepRow
from models.values import CaseState, StepState
from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_alarms import alert
from tests.flows.test_ladders import person

pytestmark = pytest.mark.every_backend

EVE = "eve@firstline.example"


def test_the_same_alarm_again_joins_the_case_that_its_own_was_merged_into(story: Story) -> None:
    one = story.arrives(alert("CRITICAL"))
    other = story.arrives(alert("CRITICAL", service="PSU"))
    story.joins("merge", other.case_id, one.case_id)

    again = story.arrives(alert("CRITICAL", service="PSU"))
    story.close(one.case_id)
    later = story.arrives(alert("CRITICAL", service="PSU"))

    assert (again.case_id, again.outcome) == (one.case_id, "repeat")
    assert later.outcome == "case"


def test_mail_of_the_duplicate_that_comes_back_is_told_on_the_surviving_case(story: Story) -> None:
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail(subject="Backup again"))
    story.sends()
    acknowledgement = next(answer for answer in story.answers() if "FL-000002" in answer["Subject"])
    returned = (
        "The following address had permanent fatal errors:\n<ann@customer.example>\n\n"
        f"  ----- Original message follows -----\n\nMessage-ID: {acknowledgement['Message-ID']}\nSubject: x\n"
    )
    story.joins("merge", second.case_id, first.case_id)

    bounce = story.arrives(
        mail(returned, sender="MAILER-DAEMON@mx.customer.example", subject="Returned mail: User unknown"), mail_from=""
    )

    assert bounce.case_id == first.case_id
    assert "bounced" in story.events(first.case_id)
    assert not story.case(second.case_id).needs_review


def test_who_accepts_by_the_notice_of_the_duplicate_has_the_surviving_case(story: Story) -> None:
    story.staff(person("eve", "specialist"))
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail(subject="Backup again"))
    story.sends()
    story.later(hours=2)
    story.sends()
    notice = next(answer for answer in story.answers() if answer["To"] == EVE and "FL-000002" in answer["Subject"])
    story.joins("merge", second.case_id, first.case_id)

    story.arrives(
        mail("1", sender=EVE, subject=f"Re: {notice['Subject']}", headers={"In-Reply-To": notice["Message-ID"]}),
        mail_from=EVE,
    )

    assert (story.case(first.case_id).state, story.case(first.case_id).accepted_by) == (CaseState.ACCEPTED, EVE)
    assert story.case(second.case_id).state == CaseState.CLOSED


def test_a_split_of_the_first_of_a_chain_takes_the_answers_to_its_number_along(story: Story) -> None:
    first, second, third = (story.arrives(mail(subject=f"Backup failed, part {number}")) for number in (1, 2, 3))
    story.sends()
    letter = next(answer for answer in story.answers() if "FL-000003" in answer["Subject"])
    story.joins("merge", third.case_id, second.case_id)
    story.joins("merge", second.case_id, first.case_id)

    new = story.joins("split", first.case_id, [third.id])
    late = story.arrives(mail("Once more.", subject=f"Re: {letter['Subject']}"))

    assert late.case_id == new.id
    assert story.case(second.case_id).merged_into == first.case_id


def test_a_promise_that_was_broken_for_the_duplicate_alone_stays_on_its_record(story: Story) -> None:
    story.staff(person("eve", "specialist"))
    late = story.arrives(mail(subject="Backup failed"))
    story.sends()
    story.later(hours=3)
    broken = {name for name, clock in story.clocks(late.case_id).items() if clock.breached_at is not None}
    fresh = story.arrives(mail(subject="Backup again"))
    story.does(fresh.case_id, "move", CaseState.IN_PROGRESS)

    story.joins("merge", late.case_id, fresh.case_id)
    kept = {name for name, clock in story.clocks(late.case_id).items() if clock.met_at and clock.breached_at}
    gone_on = {name for name, clock in story.clocks(fresh.case_id).items() if clock.breached_at is not None}
    story.joins("unmerge", late.case_id)

    assert "call_out" in kept
    assert kept | gone_on == broken
    assert {
        name for name, clock in story.clocks(late.case_id).items() if clock.breached_at and clock.met_at is None
    } == broken


def test_after_a_merge_was_taken_back_each_ladder_is_climbed_for_its_own_case(story: Story) -> None:
    story.staff(person("eve", "specialist"))
    late = story.arrives(mail(subject="Backup failed"))
    story.sends()
    story.later(hours=3)
    done = set(story.steps(late.case_id))
    fresh = story.arrives(mail(subject="Backup again"))
    story.joins("merge", late.case_id, fresh.case_id)
    story.joins("unmerge", late.case_id)

    story.later(hours=4)

    lap = story.case(fresh.case_id).lap
    with story.desk.database.reading() as session:
        rows = session.scalars(
            select(StepRow.name).where(
                StepRow.case_id == fresh.case_id, StepRow.lap == lap, StepRow.state == StepState.DONE
            )
        )
        assert done <= set(rows)
