"""Who calls, or sends a text message, about a case that was merged is told of the one that it goes on in."""

import pytest

from tests.conftest import make_office
from tests.hotline.conftest import ENGINEER, KNOWN, Hotline
from workers.cases.joining import Joining
from workers.hotline.life import CaseLife

pytestmark = pytest.mark.every_backend


@pytest.fixture
def merged(hotline: Hotline) -> Hotline:
    """The same customer has called twice; FL-000002 goes on in FL-000001."""
    for said in ("The array in the second rack shows a red light", "It is the red light again"):
        hotline.caller(KNOWN).presses("1").presses("12").says(said).hangs_up()
        hotline.work()
    joining = Joining(make_office(hotline.clock), lambda: hotline.desk.classifier)
    with hotline.database.transaction() as session:
        joining.merge(session, 2, 1, "eve@firstline.example")
    return hotline


def test_who_asks_how_the_duplicate_stands_hears_of_the_surviving_case(merged: Hotline) -> None:
    caller = merged.caller(KNOWN).presses("1").presses("4").hears("case number").presses("2#")

    caller.hears("Case F L 0 0 0 0 0 1: recorded, and waiting").stays_silent()
    merged.work()
    assert merged.report(caller).case_id == 1


def test_a_text_message_lands_in_the_surviving_case(merged: Hotline) -> None:
    merged.exchange.text(KNOWN, "FL-000002: now it blinks", sid="SM7")
    merged.work()

    assert (merged.report("SM7").case_id, merged.report("SM7").outcome) == (1, "follow-up")


def test_an_answer_to_a_text_message_about_the_duplicate_lands_there_too(merged: Hotline) -> None:
    merged.exchange.text(KNOWN, "now it blinks", sid="SM8")
    merged.work()

    assert (merged.report("SM8").case_id, merged.report("SM8").outcome) == (1, "follow-up")


def test_who_takes_the_caller_of_the_duplicate_has_the_surviving_case(merged: Hotline) -> None:
    merged.on_call(ENGINEER)

    with merged.database.transaction() as session:
        CaseLife(make_office(merged.clock)).accepted(session, 2, ENGINEER, merged.clock())

    first, second = merged.cases()
    assert "connected" in merged.events(first)
    assert "connected" not in merged.events(second)
