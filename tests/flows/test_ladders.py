"""What misses its time climbs the ladder by itself, and everyone concerned is told (SERVICE.md, yilong)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from models.tables import CaseRow, EventRow, OutgoingRow, ShiftRow, StaffRow
from models.values import CaseState
from routing import profile as profiles
from tests.conftest import Clock, make_office
from tests.factories import mail
from tests.flows.story import Story
from workers.cases.correct import corrector
from workers.cases.office import Office
from workers.desk import Desk

pytestmark = pytest.mark.every_backend

EVE = "eve@firstline.example"
DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."
LAMP = "One of the two power supplies of the switch shows a red light. Everything works, but without redundancy."


def person(name: str, role: str, *teams: str, phone: str | None = None) -> StaffRow:
    address = f"{name}@firstline.example"
    return StaffRow(name=name.title(), address=address, address_key=address, role=role, teams=list(teams), phone=phone)


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: object, clock: Clock, calling_office: Office) -> Story:
    found = Story(make_desk(office=calling_office), acceptor, clock)  # type: ignore[arg-type]
    found.staff(
        person("eve", "engineer", "incident", phone="+8613800000001"),
        person("max", "engineer", "incident"),
        person("sam", "specialist"),
        person("mia", "service-manager", phone="+8613800000002"),
        person("pat", "project-manager"),
        person("dan", "director", phone="+8613800000003"),
    )
    return found


def opened(story: Story) -> int:
    report = story.arrives(mail(DOWN, subject="Main server down"))
    assert report.case_id is not None
    assert story.case(report.case_id).level == 1
    story.sends()
    return report.case_id


def test_who_is_on_call_is_told_of_a_new_case_at_once(story: Story) -> None:
    case_id = opened(story)

    story.later(seconds=5)

    told = story.told(case_id)
    assert ("+8613800000001", "voice") in told
    assert ("+8613800000001", "sms") in told
    assert ("max@firstline.example", "email") in told  # he has no telephone
    assert ("dan@firstline.example", "email") not in told


def test_a_case_that_nobody_takes_climbs_to_the_director(story: Story) -> None:
    case_id = opened(story)

    story.later(hours=5)

    steps = story.steps(case_id)
    assert steps.index("call-out") < steps.index("escalate") < steps.index("nobody-responds-1")
    assert ("+8613800000003", "voice") in story.told(case_id)
    assert story.events(case_id).count("escalated") == len(steps)


def test_each_of_the_staff_reads_step_and_reason_in_his_own_language(story: Story) -> None:
    with story.desk.database.transaction() as session:
        for name, language in (("Max", "zh-Hant"), ("Pat", "zh-Hans")):
            session.query(StaffRow).filter(StaffRow.name == name).one().languages = [language]
    opened(story)

    story.later(hours=5)

    mails = [each for each in story.answers() if ".step" in str(each["Message-ID"])]
    to_max, to_pat = ([each.get_content() for each in mails if each["To"].startswith(who)] for who in ("max", "pat"))
    assert "步驟：    呼叫值班工程師" in to_max[0]
    assert any("此前已通知：Eve（邮件）、" in each for each in to_pat)
    assert not any(re.search(r"(?:原因|步骤|团队)：\s+[A-Za-z]| by email", each) for each in to_pat)


def test_no_step_happens_twice_however_often_the_timers_look(story: Story) -> None:
    case_id = opened(story)

    for _ in range(50):
        story.later(minutes=6)

    steps = story.steps(case_id)
    assert len(steps) == len(set(steps))


def test_a_case_that_is_accepted_goes_on_without_the_steps_of_silence(story: Story) -> None:
    case_id = opened(story)
    story.later(minutes=2)

    story.does(case_id, "move", CaseState.ACCEPTED)
    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.later(hours=3)

    steps = story.steps(case_id)
    assert "nobody-responds-1" not in steps
    assert "call-out-again" not in steps
    assert "escalate" in steps  # not solved in 30 minutes all the same
    assert story.case(case_id).accepted_by == "eve@firstline.example"


def test_an_acceptance_that_leads_nowhere_is_taken_back_and_the_ladder_begins_anew(story: Story) -> None:
    case_id = opened(story)
    story.later(minutes=2)
    before = story.told(case_id).count(("+8613800000001", "voice"))

    story.does(case_id, "move", CaseState.ACCEPTED)
    story.later(minutes=40)

    case = story.case(case_id)
    assert "taken-back" in story.events(case_id)
    assert (case.state, case.accepted_by, case.lap) == ("acknowledged", None, 1)
    assert story.steps(case_id).count("call-out") == 2
    assert story.told(case_id).count(("+8613800000001", "voice")) > before


def test_an_expert_who_is_not_there_is_missed_once(
    make_desk: Callable[..., Desk], acceptor: object, clock: Clock, calling_office: Office
) -> None:
    desk = make_desk(office=calling_office, profile=profiles.load("service-plan"))
    story = Story(desk, acceptor, clock)  # type: ignore[arg-type]
    story.staff(person("eve", "engineer", "incident"))
    case_id = opened(story)

    story.later(seconds=30)

    [said] = [text for text in texts(story, case_id) if text.startswith("expert-group: ")]
    assert "; there is no expert; " in said


def test_a_step_with_nobody_to_tell_goes_on_at_once(story: Story, clock: Clock) -> None:
    with story.desk.database.transaction() as session:
        session.add(  # a rota that has ended: nobody is on call for the team any more
            ShiftRow(
                team="incident",
                staff_id=1,
                starts_at=clock() - timedelta(days=9),
                ends_at=clock() - timedelta(days=8),
            )
        )
        for row in session.query(StaffRow).filter(StaffRow.role.in_(["specialist", "service-manager"])):
            row.is_active = False
    case_id = opened(story)

    story.later(seconds=30)

    assert "there is no on-call" in " ".join(texts(story, case_id))
    assert ("pat@firstline.example", "email") in story.told(case_id)  # the next rung, long before its own step
    assert "assign-help" not in story.steps(case_id)


def test_a_telephone_that_two_share_is_called_once(story: Story) -> None:
    story.staff(person("liz", "engineer", "incident", phone="+8613800000001"))
    case_id = opened(story)

    story.later(seconds=5)

    assert story.told(case_id).count(("+8613800000001", "voice")) == 1


def test_where_nobody_is_there_the_duty_address_is_told(make_desk: Callable[..., Desk], story: Story) -> None:
    with story.desk.database.transaction() as session:
        for row in session.query(StaffRow):
            row.is_active = False
    alone = Story(
        make_desk(office=make_office(story.clock, duty="duty@firstline.example")), story.acceptor, story.clock
    )
    case_id = opened(alone)

    alone.later(seconds=30)

    assert ("duty@firstline.example", "email") in alone.told(case_id)


def corrected(story: Story, case_id: int, level: int, category: str) -> None:
    with story.desk.database.transaction() as session:
        case = session.get_one(CaseRow, case_id)
        corrector(story.desk.office, story.desk.profile)(session, case, level, category, "", "ann@firstline.example")


def test_the_team_that_a_correction_sends_a_case_to_is_called(story: Story) -> None:
    story.staff(person("ina", "engineer", "infrastructure"), person("sol", "engineer", "software"))
    report = story.arrives(mail(LAMP, subject="Power supply of a switch"))
    assert report.case_id is not None
    story.sends()
    story.later(minutes=2)
    assert "sol@firstline.example" not in dict(story.told(report.case_id))

    corrected(story, report.case_id, 3, "software")
    story.later(seconds=5)

    assert story.case(report.case_id).assigned_team == "software"
    assert ("sol@firstline.example", "email") in story.told(report.case_id)
    assert story.told(report.case_id).count(("ina@firstline.example", "email")) == 1


def test_who_has_accepted_a_case_keeps_it_when_it_is_corrected(story: Story) -> None:
    story.staff(person("ina", "engineer", "infrastructure"), person("sol", "engineer", "software"))
    report = story.arrives(mail(LAMP, subject="Power supply of a switch"))
    assert report.case_id is not None
    story.does(report.case_id, "move", CaseState.ACCEPTED, by="ina@firstline.example")

    corrected(story, report.case_id, 3, "software")
    story.later(seconds=5)

    assert story.case(report.case_id).accepted_by == "ina@firstline.example"
    assert "sol@firstline.example" not in dict(story.told(report.case_id))


def test_overrides_of_a_rota_count_alone(story: Story, clock: Clock) -> None:
    with story.desk.database.transaction() as session:
        day = {"starts_at": clock() - timedelta(hours=2), "ends_at": clock() + timedelta(hours=22)}
        session.add(ShiftRow(team="incident", staff_id=1, **day))
        session.add(ShiftRow(team="incident", staff_id=2, is_override=True, **day))
    case_id = opened(story)

    story.later(seconds=5)

    told = story.told(case_id)
    assert ("max@firstline.example", "email") in told
    assert ("+8613800000001", "voice") not in told


def test_an_override_of_somebody_who_has_left_leaves_the_plan_in_force(story: Story, clock: Clock) -> None:
    with story.desk.database.transaction() as session:
        day = {"starts_at": clock() - timedelta(hours=2), "ends_at": clock() + timedelta(hours=22)}
        session.add(ShiftRow(team="incident", staff_id=1, **day))
        session.add(ShiftRow(team="incident", staff_id=2, is_override=True, **day))
        session.get_one(StaffRow, 2).is_active = False
    case_id = opened(story)

    story.later(seconds=5)

    assert ("+8613800000001", "voice") in story.told(case_id)


def test_one_of_the_staff_takes_the_case_by_answering_the_notice(story: Story) -> None:
    case_id = opened(story)
    story.later(seconds=5)

    story.arrives(answer_to(story, "max@firstline.example", "接单\n\n> ..."), mail_from="max@firstline.example")

    case = story.case(case_id)
    assert (case.state, case.accepted_by) == ("accepted", "max@firstline.example")


def test_who_only_says_that_he_is_of_the_staff_takes_nothing(story: Story) -> None:
    case_id = opened(story)
    story.later(seconds=5)
    forged = reply(story, "1").replace(b"ann@customer.example", b"max@firstline.example")

    story.arrives(forged, mail_from="max@firstline.example")

    assert story.case(case_id).state == "acknowledged"
    assert "not-proven" in story.events(case_id)


def test_a_call_that_was_held_up_is_not_made_when_somebody_has_the_case(story: Story) -> None:
    case_id = opened(story)
    story.later(seconds=5)

    story.does(case_id, "move", CaseState.ACCEPTED)

    with story.desk.database.reading() as session:
        calls = session.query(OutgoingRow).filter(OutgoingRow.channel != "email").all()
        assert calls
        assert {(row.state, row.due_at) for row in calls} == {("failed", None)}


def test_thanks_alone_leave_a_solved_case_as_it_is(story: Story) -> None:
    case_id = opened(story)
    story.does(case_id, "move", CaseState.SOLVED, cause="a cable", solution="replaced")

    story.arrives(reply(story, "Thank you!"))

    assert story.case(case_id).state == "solved"


def test_one_of_the_staff_passes_it_on_and_those_of_the_next_rung_are_told(story: Story) -> None:
    case_id = opened(story)
    story.later(seconds=5)
    before, told = story.steps(case_id), story.told(case_id)

    story.arrives(answer_to(story, "max@firstline.example", "2"), mail_from="max@firstline.example")

    assert len(story.told(case_id)) > len(told)
    assert story.steps(case_id) == before


def test_who_passes_on_what_another_one_has_taken_alarms_nobody(story: Story) -> None:
    case_id = opened(story)
    story.later(seconds=5)
    told = story.told(case_id)
    story.does(case_id, "move", CaseState.ACCEPTED, by=EVE)

    story.arrives(answer_to(story, "max@firstline.example", "2"), mail_from="max@firstline.example")

    assert story.told(case_id) == told
    assert any(text.endswith("on: it is not needed any more") for text in texts(story, case_id))


def test_without_anybody_to_tell_no_level_rises_before_its_time(make_desk: Callable[..., Desk], story: Story) -> None:
    with story.desk.database.transaction() as session:
        for row in session.query(StaffRow):
            row.is_active = False
    report = story.arrives(mail("One of two power supplies in the rack shows a red light. Everything runs."))

    story.later(minutes=10)

    assert story.case(report.case_id).level == 3
    assert story.told(report.case_id) == []


def test_the_customers_confirmation_closes_the_case_and_his_score_is_kept(story: Story) -> None:
    case_id = opened(story)
    story.does(case_id, "move", CaseState.SOLVED, cause="a disk controller", solution="replaced")

    story.arrives(reply(story, "Yes, solved. Thanks!"))

    assert story.case(case_id).state == "closed"
    assert story.letters(case_id) == ["acknowledgement", "solved", "closed", "survey"]
    letters = [str(letter.get_content()) for letter in story.answers()]
    assert len([text for text in letters if "solved, waiting for your confirmation" in text]) == 1

    story.arrives(reply(story, "5"))

    assert story.case(case_id).state == "closed"
    assert story.events(case_id)[-2:] == ["follow-up", "surveyed"]


def test_a_fault_that_nobody_objects_to_is_closed_in_the_end(story: Story) -> None:
    case_id = opened(story)
    story.does(case_id, "move", CaseState.SOLVED, cause="a cable", solution="replaced")

    story.later(days=6)

    assert story.case(case_id).state == "closed"
    assert story.steps(case_id)[-1] == "no-objection"


def test_a_customer_who_says_no_has_his_case_back_with_new_promises(story: Story) -> None:
    case_id = opened(story)
    story.does(case_id, "move", CaseState.SOLVED, cause="a cable", solution="replaced")

    story.arrives(reply(story, "No, it is still broken."))

    assert story.case(case_id).state == "in-progress"
    assert story.clocks(case_id)["solve_online"].met_at is None
    assert story.case(case_id).needs_review


def texts(story: Story, case_id: int) -> list[str]:
    with story.desk.database.reading() as session:
        return [row.text for row in session.query(EventRow).filter(EventRow.case_id == case_id)]


def answer_to(story: Story, address: str, body: str) -> bytes:
    """The answer of that person to the last notice he had."""
    notice = [message for message in story.answers() if message["To"] == address][-1]
    headers = {"In-Reply-To": str(notice["Message-ID"])}
    return mail(body, subject=f"Re: {notice['Subject']}", sender=address, to=str(notice["Reply-To"]), headers=headers)


def reply(story: Story, body: str) -> bytes:
    letter = [message for message in story.answers() if message["To"] == "ann@customer.example"][-1]
    return mail(body, subject=f"Re: {letter['Subject']}", to=str(letter["Reply-To"]))


def test_many_grave_mails_do_not_have_a_telephone_ring_all_night(make_desk: Callable[..., Desk], story: Story) -> None:
    office = make_office(story.clock, means=frozenset({"email", "sms", "voice"}), notice_limit=4)
    flooded = Story(make_desk(office=office), story.acceptor, story.clock)

    cases = [opened(flooded) for _ in range(3)]
    flooded.later(seconds=5)

    told = [one for case_id in cases for one in flooded.told(case_id) if one[0] in ("+8613800000001", EVE)]
    assert len([means for _, means in told if means != "email"]) == 4
    assert (EVE, "email") in flooded.told(cases[-1])
    assert "held-back" in flooded.events(cases[-1])
    assert flooded.case(cases[-1]).needs_review
    flooded.later(hours=1)
    assert opened(flooded)
    flooded.later(seconds=5)
    assert ("+8613800000001", "voice") in flooded.told(cases[-1] + 1)
