"""A desk on a scheme of its own, which is no file of ours: the example of docs/own-schemes.md."""

from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake.accept import Acceptor
from models.db import Database
from models.values import CaseState
from routing import profile as profiles
from routing import scheme_files
from tests import directory, own_scheme
from tests.conftest import Clock, make_office
from tests.flows.schemes.service import climbed, is_confirmed_and_closed, opened, service, told
from tests.flows.story import Story
from workers.cases.office import keep_versions
from workers.desk import Desk

SCHEME = "ostwind"
TEAMS = ("emergency", "field", "desk")
BERLIN = ZoneInfo("Europe/Berlin")

DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."
LAMP = "One of the two power supplies of the switch shows a red light. Everything works, but without redundancy."


@pytest.fixture(autouse=True)
def _in_use(tmp_path: Path) -> Iterator[None]:
    scheme_files.use(scheme_files.read(own_scheme.written(tmp_path)), tmp_path)
    yield
    scheme_files.use({})


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    return service(make_desk, acceptor, clock, SCHEME, TEAMS)  # Monday 10:00 in Shanghai is 03:00 in Berlin


def due_in_berlin(story: Story, case_id: int, clock: str) -> str:
    return f"{story.clocks(case_id)[clock].due_at.astimezone(BERLIN):%a %H:%M}"


def test_a_critical_fault_climbs_its_ladder_from_report_to_score(story: Story) -> None:
    case_id = opened(story, "Main server down", DOWN, level=1)
    acknowledgement = story.answers()[0].get_content()

    assert "Down" in acknowledgement
    assert story.case(case_id).profile == SCHEME
    assert story.case(case_id).assigned_team == "emergency"
    assert story.clocks(case_id)["first_reply"].met_at is not None
    assert due_in_berlin(story, case_id, "spare_fridge") == "Mon 15:00"

    story.later(hours=1, minutes=5)

    assert climbed(story, case_id) == {
        "first-on-call": "Mon 10:01",
        "second-on-call": "Mon 10:15",
        "third-on-call": "Mon 10:30",
        "down-too-long": "Mon 11:00",
    }
    assert told(story, case_id, "first-on-call") == {"Eve": "email sms voice"}
    assert told(story, case_id, "third-on-call") == {"Mia": "email sms voice"}
    story.does(case_id, "move", CaseState.ACCEPTED)
    is_confirmed_and_closed(story, case_id)


def test_at_night_a_minor_fault_calls_nobody_and_waits_for_the_morning(story: Story) -> None:
    case_id = opened(story, "Power supply of a switch", LAMP, level=3)

    story.later(minutes=5)

    assert told(story, case_id, "first-on-call-by-mail") == {"Eve": "email"}
    assert story.case(case_id).assigned_team == "field"


def test_a_contract_brings_it_to_a_customer_of_a_desk_with_another(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, database: Database
) -> None:
    customer = directory.customer(database, "C-1", domain="customer.example")
    directory.contract(database, customer, "K-1", SCHEME, tier="9x5")
    story = service(make_desk, acceptor, clock, "yilong", TEAMS)

    case_id = opened(story, "Main server down", DOWN, level=1)

    assert story.case(case_id).profile == SCHEME
    assert due_in_berlin(story, case_id, "first_reply") == "Mon 09:00"  # an hour from 8:00 on, as tier 9x5 has it
    assert "spare_fridge" not in story.clocks(case_id)


def test_its_open_cases_climb_on_when_its_file_is_gone_at_a_restart(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, story: Story
) -> None:
    keep_versions(story.desk.database, clock())
    case_id = opened(story, "Main server down", DOWN, level=1)

    scheme_files.use({})
    office = make_office(clock, means=frozenset({"email", "sms", "voice"}))
    desk = make_desk(office=office, profile=profiles.load("yilong"))
    restarted = Story(desk, acceptor, clock)
    restarted.later(minutes=40)

    assert told(restarted, case_id, "third-on-call") == {"Mia": "email sms voice"}
