"""Where a case stands is told to its customer, and to nobody else."""

import pytest

from intake.hotline.status import LIMIT_GUESSES
from tests import directory
from tests.hotline.conftest import ENGINEER, KNOWN, STRANGER, Hotline

pytestmark = pytest.mark.every_backend


def opened(hotline: Hotline, number: str) -> None:
    """A case of this caller's, FL-000001."""
    caller = hotline.english(number) if number == STRANGER else hotline.caller(number).presses("1")
    caller.presses("12").says("The array in the second rack shows a red light").hangs_up()
    hotline.work()


def test_a_known_number_hears_state_level_and_next_deadline(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    caller = hotline.caller(KNOWN).presses("1").presses("4").hears("case number").presses("1#")

    caller.hears("Case F L 0 0 0 0 0 1: recorded, and waiting", "of level", "due by Monday, November 9")


def test_who_has_reported_it_from_this_number_is_told_too(hotline: Hotline) -> None:
    opened(hotline, STRANGER)

    hotline.caller().hears("Welcome").presses("0#").presses("4").presses("000001#").hears("Case F L 0 0 0 0 0 1")


def test_a_stranger_has_to_know_the_contract(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    caller = hotline.english().presses("4").presses("1#").hears("protect your data", "contract number")

    caller.presses("2026071#").hears("Case F L 0 0 0 0 0 1")


def test_at_a_switchboard_of_two_customers_the_number_does_not_say_whose_case_it_is(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    other = directory.customer(hotline.database, "C-99")
    directory.contact(hotline.database, other, "zoe@other.example", phone=KNOWN)
    caller = hotline.caller(KNOWN).presses("0#").presses("4").presses("1#").hears("contract number")

    caller.presses("4711#").hears("no case of yours")


def test_a_stranger_with_the_wrong_contract_hears_the_same_as_for_a_case_that_is_not_there(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    there = hotline.english().presses("4").presses("1#").hears("contract number").presses("4711#").said_to[-2:]

    not_there = hotline.english().presses("4").presses("77#").hears("contract number").presses("4711#").said_to[-2:]

    assert there == not_there
    assert "no case of yours" in there[0]


def test_another_number_than_a_cases_is_no_case_however_long_it_is(hotline: Hotline) -> None:
    caller = hotline.caller(KNOWN).presses("1").presses("4").presses("13900139000#").presses("4711#")

    caller.hears("no case of yours")


def test_after_two_wrong_numbers_the_menu_comes_again(hotline: Hotline) -> None:
    caller = hotline.caller(KNOWN).presses("1").presses("4").presses("7#").presses("4711#").hears("no case of yours")

    caller.presses("8#").presses("4711#").hears("no case of yours", "report a fault")


def test_asking_how_it_stands_opens_no_case_but_is_noted_on_that_one(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    caller = hotline.caller(KNOWN).presses("1").presses("4").presses("1#").hears("waiting").stays_silent()

    caller.hears("Goodbye")
    [case] = hotline.cases()
    hotline.work()
    assert hotline.report(caller).outcome == "status-asked"
    assert "status-asked" in hotline.events(case)


def test_what_is_added_to_a_case_is_put_on_it(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    caller = hotline.caller(KNOWN).presses("1").presses("4").presses("1#").hears("add something, press 1").presses("1")
    caller.hears("add to the case").says("The light has turned amber").presses("#")

    caller.hears("added to your case F L 0 0 0 0 0 1")
    assert hotline.report(caller).outcome == "follow-up"
    assert len(hotline.cases()) == 1


def test_who_asks_how_it_stands_can_be_connected(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)
    opened(hotline, KNOWN)
    caller = (
        hotline.caller(KNOWN).presses("1").presses("4").presses("1#").presses("2").hears("connect you").stays_silent()
    )

    assert caller.connected_to == [ENGINEER]
    assert len(hotline.cases()) == 1


def test_who_guesses_at_cases_and_contracts_gets_no_further_in_the_same_call(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    caller = hotline.english()
    for _ in range(LIMIT_GUESSES // 2):
        caller.presses("4").presses("1#").presses("4711#").presses("1#").presses("4712#").hears("no case of yours")

    caller.presses("4").hears("no case of yours", "your question").hears_not("case number")
    caller.says("I have lost the number of my case").hangs_up()
    hotline.work()
    assert "I have lost the number of my case" in hotline.text(caller)


@pytest.mark.parametrize("wrong", ["77#", "77#78#"])
def test_who_gave_his_contract_and_then_a_wrong_case_number_is_still_who_he_is(hotline: Hotline, wrong: str) -> None:
    caller = hotline.caller().presses("2").presses("2026071#").hears("Harbour Foods")

    caller.presses("4").presses(wrong).hears("no case of yours").presses("0#" if wrong == "77#" else "")
    caller.presses("12").says("The array is offline").hangs_up()

    case = hotline.case(caller)
    assert (case.customer_id, case.contract_id) == (1, 1)
    assert "Contract or site number: HF-2026-071" in hotline.text(caller)


def test_who_asks_how_it_stands_and_wants_to_be_called_back_is_called_about_that_case(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    caller = hotline.caller(KNOWN).presses("1").presses("4").presses("1#").presses("9").presses("1")

    caller.hears("added to your case F L 0 0 0 0 0 1").stays_silent().hears("will call you back")
    [case] = hotline.cases()
    assert "call_back" in hotline.clocks(case)
    assert hotline.report(caller).outcome == "follow-up"


def test_every_state_has_its_words(hotline: Hotline) -> None:
    opened(hotline, KNOWN)
    with hotline.database.transaction() as session:
        case = session.get_one(type(hotline.cases()[0]), 1)
        case.state = "recovered"

    hotline.caller(KNOWN).presses("1").presses("4").presses("1#").hears("restored, and is being watched")
