"""A duplicate goes into another case: what the customer, the ladder and late replies see of it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from models.errors import NotPossible
from models.tables import CaseRow, ClockRow, OutgoingRow, ReportRow, StepRow
from models.values import CaseState
from routing import profile
from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_ladders import person
from workers.timers import Timers

pytestmark = pytest.mark.every_backend

STOPPED = (
    "The whole shop has been down since 9:00, all tills and the booking system are stopped, nobody can work at all."
)


@pytest.fixture
def twice(story: Story) -> tuple[int, int]:
    """Ann reports the same thing twice, each mail without reference to the other; both are acknowledged."""
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail("The backup job has failed again, as I wrote.", subject="Backup again"))
    story.sends()
    assert first.case_id is not None
    assert second.case_id is not None
    return first.case_id, second.case_id


def reply_to(story: Story, case_id: int, **how: str) -> ReportRow:
    """Ann answers the acknowledgement of that case."""
    with story.desk.database.reading() as session:
        sent = session.scalars(
            select(OutgoingRow).where(OutgoingRow.case_id == case_id, OutgoingRow.kind == "acknowledgement")
        ).one()
    return story.arrives(
        mail("It happened once more.", subject="Re: Backup", headers={"In-Reply-To": f"<{sent.message_id}>"}, **how)
    )


def test_reports_and_people_of_the_duplicate_go_over_in_order(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice

    survivor = story.joins("merge", second, first, because="the same job")

    with story.desk.database.reading() as session:
        reports = session.scalars(
            select(ReportRow.subject).where(ReportRow.case_id == first).order_by(ReportRow.received_at)
        ).all()
    old = story.case(second)
    assert survivor.id == first
    assert reports == ["Backup failed", "Backup again"]
    assert (old.state, old.merged_into) == (CaseState.CLOSED, first)
    assert "merged" in story.events(second)
    assert "took-in" in story.events(first)


def test_nothing_rings_any_more_for_the_duplicate_and_the_audit_misses_nothing(
    story: Story, twice: tuple[int, int]
) -> None:
    first, second = twice
    story.staff(person("sam", "specialist"))

    story.joins("merge", second, first)
    story.later(days=3)

    with story.desk.database.reading() as session:
        waiting = session.scalars(
            select(StepRow.name).where(StepRow.case_id == second, StepRow.due_at.is_not(None))
        ).all()
        running = session.scalars(select(ClockRow.name).where(ClockRow.case_id == second, ClockRow.met_at.is_(None)))
        assert running.all() == []
    assert waiting == []
    assert story.told(second) == []
    assert story.told(first) != []
    assert Timers(story.desk.database, story.desk.office).audit() == 0


def test_the_customer_is_told_once_under_which_number_it_goes_on(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice

    story.joins("merge", second, first)
    story.joins("merge", second, first)
    story.sends()

    [letter] = [answer for answer in story.answers() if ".merged@" in answer["Message-ID"]]
    text = letter.get_content()
    assert story.letters(first) == ["acknowledgement", "merged"]
    assert letter["To"] == "ann@customer.example"
    assert "FL-000002" in text
    assert "it goes on as FL-000001" in text
    assert "FL-000001-" in letter["Reply-To"].upper()


def test_the_customer_reads_the_level_in_the_language_that_he_wrote_in(story: Story) -> None:
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail("昨晚的备份任务又失败了，请尽快查看。", subject="备份失败"))
    story.sends()
    assert (story.case(first.case_id).language, story.case(second.case_id).language) == ("en", "zh-Hans")

    survivor = story.joins("merge", second.case_id, first.case_id)

    [letter] = [answer for answer in story.answers() if ".merged@" in answer["Message-ID"]]
    assert profile.load(survivor.profile).level_name(survivor.level, "zh-Hans") in letter.get_content()
    assert survivor.level_name not in letter.get_content()  # which is in English


def test_an_acknowledgement_that_has_not_gone_out_yet_does_not_go_out_beside_that_letter(story: Story) -> None:
    first = story.arrives(mail(subject="Backup failed"))
    story.sends()
    second = story.arrives(mail(subject="Backup again"))

    story.joins("merge", second.case_id, first.case_id)
    story.sends()

    with story.desk.database.reading() as session:
        sent = session.scalars(select(OutgoingRow.kind).where(OutgoingRow.state == "sent")).all()
    assert sorted(sent) == ["acknowledgement", "merged"]


def test_nobody_is_told_where_staff_say_so(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice

    story.joins("merge", second, first, tells=False)

    assert story.letters(first) == ["acknowledgement"]


@pytest.mark.parametrize("how", ["address", "message id", "subject", "own mail"])
def test_a_late_reply_to_the_duplicate_lands_in_the_surviving_case(
    story: Story, twice: tuple[int, int], how: str
) -> None:
    first, second = twice
    letter = next(answer for answer in story.answers() if "FL-000002" in answer["Subject"])
    story.joins("merge", second, first)

    match how:
        case "address":
            late = story.arrives(mail("Once more.", subject="Hello"), rcpt_to=letter["Reply-To"])
        case "message id":
            late = reply_to(story, second)
        case "subject":
            late = story.arrives(mail("Once more.", subject=f"Re: {letter['Subject']}"))
        case _:
            late = story.arrives(mail("Once more.", headers={"References": letter["In-Reply-To"]}))

    assert (late.case_id, late.outcome) == (first, "follow-up")


def test_the_graver_level_wins_with_its_promises(story: Story) -> None:
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail(STOPPED, subject="Everything is down"))
    promised = story.clocks(second.case_id)["respond"].due_at
    assert story.case(second.case_id).level < story.case(first.case_id).level

    survivor = story.joins("merge", second.case_id, first.case_id)

    assert survivor.level == story.case(second.case_id).level
    assert "raised" in story.events(first.case_id)
    assert story.clocks(first.case_id)["respond"].due_at <= promised


def test_no_promise_becomes_later_by_a_merge_into_the_newer_case(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    promised = {name: clock.due_at for name, clock in story.clocks(first).items() if clock.met_at is None}

    story.joins("merge", first, second)

    now = story.clocks(second)
    assert promised
    assert all(now[name].due_at <= due_at for name, due_at in promised.items())


def test_a_promise_that_was_broken_stays_broken_and_nobody_hears_of_it_twice(
    story: Story, twice: tuple[int, int]
) -> None:
    first, _ = twice
    story.staff(person("sam", "specialist"))
    story.later(hours=30)
    late = [name for name, clock in story.clocks(first).items() if clock.breached_at is not None]
    fresh = story.arrives(mail(subject="Backup, a third time"))
    assert late

    story.joins("merge", first, fresh.case_id)
    told = len(story.told(fresh.case_id))
    Timers(story.desk.database, story.desk.office).run()

    assert [name for name in late if story.clocks(fresh.case_id)[name].breached_at is None] == []
    assert len(story.told(fresh.case_id)) == told


def test_who_works_on_the_duplicate_has_the_surviving_case(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    story.does(second, "move", CaseState.ACCEPTED, by="bob@firstline.example")

    survivor = story.joins("merge", second, first)

    assert (survivor.state, survivor.accepted_by) == (CaseState.ACCEPTED, "bob@firstline.example")


def test_a_chain_of_merges_leads_to_its_end(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    third = story.arrives(mail(subject="Backup, a third time"))
    story.sends()
    assert third.case_id is not None

    story.joins("merge", third.case_id, second)
    story.joins("merge", second, first)
    late = reply_to(story, third.case_id)

    assert late.case_id == first
    with story.desk.database.reading() as session:
        assert len(session.scalars(select(ReportRow.id).where(ReportRow.case_id == first)).all()) == 4


def test_into_a_case_that_was_merged_means_into_what_it_goes_on_in(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    third = story.arrives(mail(subject="Backup, a third time"))
    story.joins("merge", second, first)

    survivor = story.joins("merge", third.case_id, second)

    assert survivor.id == first


def test_a_circle_is_refused(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    story.joins("merge", second, first)

    with pytest.raises(NotPossible, match="into itself"):
        story.joins("merge", first, second)
    with pytest.raises(NotPossible, match="into itself"):
        story.joins("merge", first, first)


def test_cases_of_two_customers_never_become_one(story: Story, twice: tuple[int, int]) -> None:
    first, _ = twice
    other = story.arrives(mail(sender="Joe <joe@elsewhere.example>"), mail_from="joe@elsewhere.example")

    with pytest.raises(NotPossible, match="strangers must never read each other's mail"):
        story.joins("merge", other.case_id, first)

    assert story.case(other.case_id).merged_into is None


def test_two_people_at_a_free_mail_provider_are_no_customer(story: Story) -> None:
    one = story.arrives(mail(sender="Ann <ann@gmail.com>"), mail_from="ann@gmail.com")
    other = story.arrives(mail(sender="Bob <bob@gmail.com>"), mail_from="bob@gmail.com")

    with pytest.raises(NotPossible, match="not of one customer"):
        story.joins("merge", other.case_id, one.case_id)


def test_an_open_case_does_not_vanish_in_a_closed_one(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    story.close(first)

    with pytest.raises(NotPossible, match="nobody would work on FL-000002 any more"):
        story.joins("merge", second, first)

    assert story.joins("merge", first, second).id == second


def test_two_people_who_merge_two_cases_into_each_other_at_once_get_one_case(
    story: Story, twice: tuple[int, int]
) -> None:
    first, second = twice
    together = threading.Barrier(2)

    def merge(case_id: int, into: int) -> bool:
        together.wait()
        try:
            story.joins("merge", case_id, into)
        except NotPossible:
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(merge, (first, second), (second, first)))

    assert sorted(done) == [False, True]
    with story.desk.database.reading() as session:
        merged = session.scalars(select(CaseRow.merged_into).order_by(CaseRow.id)).all()
    assert sorted(into is None for into in merged) == [False, True]


def test_what_was_merged_cannot_be_worked_on(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    story.joins("merge", second, first)

    with pytest.raises(NotPossible, match="was merged into FL-000001: work on that one"):
        story.does(second, "move", CaseState.ACKNOWLEDGED)


def test_a_merge_is_taken_back_as_if_it_had_not_been(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    before = {name: (clock.due_at, clock.starts_at) for name, clock in story.clocks(second).items()}
    waiting = {name: clock.due_at for name, clock in story.clocks(first).items()}
    story.joins("merge", first, second)
    story.joins("unmerge", first)
    story.joins("merge", second, first)

    story.joins("unmerge", second, because="another job after all")

    old = story.case(second)
    assert (old.state, old.merged_into, old.closed_at) == (CaseState.ACKNOWLEDGED, None, None)
    assert {name: (clock.due_at, clock.starts_at) for name, clock in story.clocks(second).items()} == before
    assert {name: clock.due_at for name, clock in story.clocks(first).items()} == waiting
    assert reply_to(story, second).case_id == second
    story.later(days=3)
    assert story.steps(second) != []


def test_a_note_on_the_surviving_case_hangs_on_no_report_and_hinders_nothing(
    story: Story, twice: tuple[int, int]
) -> None:
    first, second = twice
    story.joins("merge", second, first)
    story.does(first, "note", "She called: both jobs are on the new tape.")

    story.joins("unmerge", second)

    assert "note" in story.events(first)
    assert story.case(second).merged_into is None


def test_the_level_that_a_merge_has_raised_goes_back(story: Story) -> None:
    first = story.arrives(mail(subject="Backup failed"))
    second = story.arrives(mail(STOPPED, subject="Everything is down"))
    level = story.case(first.case_id).level
    story.joins("merge", second.case_id, first.case_id)

    story.joins("unmerge", second.case_id)

    assert story.case(first.case_id).level == level


def test_a_merge_that_something_was_added_to_is_not_taken_back(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    story.joins("merge", second, first)
    reply_to(story, second)

    with pytest.raises(NotPossible, match="split the reports of FL-000002 off it instead"):
        story.joins("unmerge", second)


def test_the_first_of_two_merges_is_taken_back_last(story: Story, twice: tuple[int, int]) -> None:
    first, second = twice
    third = story.arrives(mail(subject="Backup, a third time"))
    story.joins("merge", third.case_id, second)
    story.joins("merge", second, first)

    with pytest.raises(NotPossible, match="take that back first"):
        story.joins("unmerge", third.case_id)
    story.joins("unmerge", second)
    story.joins("unmerge", third.case_id)

    assert [story.case(case_id).merged_into for case_id in (first, second, third.case_id)] == [None] * 3
