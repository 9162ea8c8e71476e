"""What the scenarios of the service schemes share: a desk with people on every rung, and what they have heard."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intake.accept import Acceptor
from models.tables import OutgoingRow, ShiftRow, StaffRow, StepRow, SurveyRow
from models.values import CaseState, StepState
from routing import profile as profiles
from tests.conftest import Clock, make_office
from tests.factories import mail
from tests.flows.story import Story
from workers.desk import Desk

CHINA = ZoneInfo("Asia/Shanghai")
EVE = "eve@firstline.example"
TEAMS = ("incident", "infrastructure", "software", "service-desk")
# Who of them has a telephone: the others are written to instead of being called.
ROLES = {
    "Sam": ("specialist", True),
    "Lin": ("second-line", True),
    "Ian": ("expert", True),
    "Pia": ("product-management", False),
    "Rob": ("rnd", True),
    "Mia": ("service-manager", True),
    "Pat": ("project-manager", True),
    "Amy": ("account-manager", False),
    "Dan": ("director", True),
    "Quin": ("quality", False),
    "Sue": ("supervision", True),
}


def service(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, profile: str, teams: tuple[str, ...] = TEAMS
) -> Story:
    """A desk by that scheme. Eve and Max are engineers of all `teams`; by day Eve is on call, by night Max."""
    office = make_office(clock, means=frozenset({"email", "sms", "voice"}))
    story = Story(make_desk(office=office, profile=profiles.load(profile)), acceptor, clock)
    people = [_person(1, "Eve", "engineer", True, *teams), _person(2, "Max", "engineer", True, *teams)]
    for number, (name, (role, has_phone)) in enumerate(ROLES.items(), start=3):
        people.append(_person(number, name, role, has_phone))
    story.staff(*people)
    monday = clock().astimezone(CHINA).replace(hour=8, minute=0)
    with story.desk.database.transaction() as session:
        for team in teams:
            for half in range(28):
                begin = monday + half * timedelta(hours=12)
                session.add(
                    ShiftRow(team=team, staff_id=1 + half % 2, starts_at=begin, ends_at=begin + timedelta(hours=12))
                )
    return story


def _person(number: int, name: str, role: str, has_phone: bool, *teams: str) -> StaffRow:
    address = f"{name.lower()}@firstline.example"
    phone = f"+861380000{number:04d}" if has_phone else None
    return StaffRow(
        id=number, name=name, address=address, address_key=address, role=role, teams=list(teams), phone=phone
    )


def opened(story: Story, subject: str, body: str, level: int) -> int:
    """A customer's mail has come in, and was acknowledged; returns the case."""
    report = story.arrives(mail(body, subject=subject))
    assert report.case_id is not None
    assert story.case(report.case_id).level == level
    story.sends()
    return report.case_id


def climbed(story: Story, case_id: int) -> dict[str, str]:
    """The steps that were done, in order, each with the day and time in Shanghai."""
    return {step.name: f"{step.done_at.astimezone(CHINA):%a %H:%M}" for step in _done(story, case_id) if step.done_at}


def told(story: Story, case_id: int, step: str) -> dict[str, str]:
    """Who was told by the last such step, and by what: {"Eve": "email sms voice"}."""
    ways: dict[str, list[str]] = {}
    for entry in [row for row in _done(story, case_id) if row.name == step][-1].told:
        name, _, way = entry.partition(" by ")
        ways.setdefault(name, []).append(way)
    return {name: " ".join(sorted(by)) for name, by in ways.items()}


def notice(story: Story, case_id: int, address: str) -> str:
    """Subject and text of the last mail by which that person was told of the case."""
    with story.desk.database.reading() as session:
        query = select(OutgoingRow).where(OutgoingRow.case_id == case_id, OutgoingRow.recipient == address)
        [*_, row] = session.scalars(query.order_by(OutgoingRow.created_at, OutgoingRow.id))
    mail = message_from_bytes(row.content, policy=policy.default)
    return f"{mail['Subject']}\n{mail.get_content()}"


def _done(story: Story, case_id: int) -> list[StepRow]:
    with story.desk.database.reading() as session:
        query = select(StepRow).where(StepRow.case_id == case_id, StepRow.state == StepState.DONE)
        return list(session.scalars(query.order_by(StepRow.done_at, StepRow.id)))


def replies(story: Story, body: str) -> None:
    """The customer answers the last letter that he had."""
    letter = [message for message in story.answers() if message["To"] == "ann@customer.example"][-1]
    story.arrives(mail(body, subject=f"Re: {letter['Subject']}", to=str(letter["Reply-To"])))


def score(story: Story, case_id: int) -> int | None:
    with story.desk.database.reading() as session:
        survey = session.get(SurveyRow, case_id)
        return survey.score if survey is not None else None


def due(story: Story, case_id: int, clock: str) -> str:
    """When that promise is due, in Shanghai."""
    return f"{story.clocks(case_id)[clock].due_at.astimezone(CHINA):%a %H:%M}"


def notices_of_three_days(story: Story, case_id: int) -> int:
    """How many notices a case makes that nobody touches for three days."""
    story.later(days=3)
    return len(story.told(case_id))


def is_confirmed_and_closed(story: Story, case_id: int) -> None:
    """From "we hold it solved" to the customer's score, as in every scheme."""
    story.does(case_id, "move", CaseState.SOLVED, cause="a broken part", solution="replaced it")
    story.sends()
    assert story.letters(case_id)[-1] == "solved"

    replies(story, "Yes, it is solved. Thank you!")
    story.sends()

    assert story.case(case_id).state == "closed"
    assert story.letters(case_id)[-2:] == ["closed", "survey"]
    replies(story, "5")
    assert score(story, case_id) == 5
    assert story.case(case_id).state == "closed"
