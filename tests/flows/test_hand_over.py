"""A case goes from one of the staff to another, and a colleague leaves who has one."""

import pytest

from models.errors import NotPossible
from models.tables import StaffRow, UserRow
from models.values import CaseState
from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend

EVE, MAX = "eve@firstline.example", "max@firstline.example"
DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."


@pytest.fixture
def case_id(story: Story) -> int:
    """A case that Eve works on."""
    report = story.arrives(mail(DOWN, subject="Main server down"))
    assert report.case_id is not None
    story.sends()
    story.does(report.case_id, "move", CaseState.ACCEPTED)
    story.does(report.case_id, "move", CaseState.IN_PROGRESS)
    return report.case_id


def staff(story: Story, address: str, **values: object) -> None:
    name = address.partition("@")[0]
    story.staff(StaffRow(name=name, address=address, address_key=address, **{"role": "engineer", "teams": []} | values))


def test_a_colleague_takes_over_what_another_one_works_on(story: Story, case_id: int) -> None:
    due = {name: row.due_at for name, row in story.clocks(case_id).items()}

    story.does(case_id, "take_over", "her shift is over", by=MAX)

    case = story.case(case_id)
    assert (case.state, case.accepted_by) == ("in-progress", MAX)
    assert {name: row.due_at for name, row in story.clocks(case_id).items()} == due
    assert story.events(case_id)[-1] == "taken-over"
    story.later(hours=5)
    told = {recipient for recipient, _ in story.told(case_id)}
    assert MAX in told
    assert EVE not in told


def test_nobody_takes_over_what_nobody_has_or_what_he_has_himself(story: Story, case_id: int) -> None:
    with pytest.raises(NotPossible, match="has it already"):
        story.does(case_id, "take_over", by=EVE)
    story.does(case_id, "move", CaseState.CLOSED, cause="a cable", solution="replaced")

    with pytest.raises(NotPossible, match="is closed"):
        story.does(case_id, "take_over", by=MAX)


@pytest.mark.parametrize("where", ["directory", "users"])
def test_nothing_is_written_to_somebody_who_has_left(story: Story, case_id: int, where: str) -> None:
    staff(story, MAX, role="service-manager")
    if where == "directory":
        staff(story, EVE, is_active=False)
    else:
        with story.desk.database.transaction() as session:
            eve = UserRow(address=EVE, address_key=EVE, name="Eve", role="agent", password="-", is_disabled=True)
            eve.created_at = story.clock()
            session.add(eve)

    story.later(hours=5)

    told = {recipient for recipient, _ in story.told(case_id)}
    assert MAX in told
    assert EVE not in told
