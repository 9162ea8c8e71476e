"""A caller who hangs up is a report with what he has said so far, at whatever moment."""

import pytest
from sqlalchemy import select

from intake.channels.phone import HOLD
from models.tables import EventRow, ReportRow
from tests.hotline.conftest import Hotline

# What the caller does before he hangs up, and what the report says then.
STEPS = {
    "at once": ((), "没有说话"),
    "after the language": (("2",), "hung up before"),
    "at the menu": (("2", "0#"), "hung up before"),
    "asked whether the business is stopped": (("2", "0#", "1"), "hung up before"),
    "business is stopped": (("2", "0#", "1", "1"), "The business is stopped at this moment."),
    "after the first sentence": (("2", "0#", "1", "1", "say the disk array is offline"), "the disk array is offline"),
    "asked for the name": (("2", "0#", "1", "1", "say the array is offline", "#"), "the array is offline"),
    "name said": (("2", "0#", "1", "2", "say the array is offline", "#", "say Ann"), "the array is offline"),
    "name read back": (("2", "0#", "1", "2", "say the array is offline", "#", "say Ann"), "Name: Ann"),
    "name confirmed": (("2", "0#", "1", "2", "say the array is off", "#", "say Ann", "1"), "Name: Ann"),
    "another number": (("2", "0#", "1", "2", "say the array is off", "#", "say Ann", "1", "2"), "Call back: +86138"),
    "another number read back": (
        ("2", "0#", "1", "2", "say the array is off", "#", "say Ann", "1", "2", "13912345678#"),
        "Call back: +8613912345678",
    ),
    "another number denied": (
        ("2", "0#", "1", "2", "say the array is off", "#", "say Ann", "1", "2", "1391234567#", "2"),
        "Call back: +86138",
    ),
    "the case number was told": (("2", "0#", "3", "say when is it due", "#", "say Ann", "1", "1"), "when is it due"),
    "asked for the number of a case": (("2", "0#", "4"), "The caller asked where a case stands."),
    "asked for the contract of that case": (("2", "0#", "4", "17#"), "The caller asked where case 17 stands."),
    "wants a person": (("2", "0#", "2"), "asks to speak to a person"),
    "wants to be called back": (("2", "0#", "9"), "asks to be called back"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_caller_who_hangs_up_is_a_report_at_every_step(hotline: Hotline, step: str) -> None:
    acts, said = STEPS[step]
    caller = hotline.caller()
    for act in acts:
        caller = caller.says(act.removeprefix("say ")) if act.startswith("say ") else caller.presses(act)

    caller.hangs_up()
    hotline.work()

    assert said in hotline.text(caller)
    assert len(hotline.cases()) == 1
    assert hotline.report(caller).outcome == "case"


@pytest.mark.parametrize("tells_the_end", [True, False])
def test_the_number_that_a_withheld_caller_keys_in_is_kept_though_he_does_not_confirm_it(
    hotline: Hotline, tells_the_end: bool
) -> None:
    hotline.exchange.tells_the_end = tells_the_end
    caller = hotline.english("").presses("12").says("The array is offline").presses("#").says("Ann").presses("1")

    caller.presses("13912345678#").hears("Is that right?").hangs_up()
    hotline.pass_time(HOLD.total_seconds() + 1)

    assert "Call back: +8613912345678" in hotline.text(caller)
    assert [number for number, _ in hotline.sent()] == ["+8613912345678"]


def test_a_caller_who_says_nothing_rings_nobody_out_of_bed(hotline: Hotline) -> None:
    """By its words, which are ours, a Chinese call without any was a level 1."""
    caller = hotline.caller().hangs_up()
    hotline.work()

    [case] = hotline.cases()
    assert hotline.text(caller).startswith("来电者没有说话就挂断了。")
    assert case.level > 2
    assert case.needs_review


def test_who_hangs_up_as_soon_as_he_has_his_number_is_called_back_all_the_same(hotline: Hotline) -> None:
    caller = hotline.english().presses("9").presses("1").hears("case number").hangs_up()

    assert "call_back" in hotline.clocks(hotline.case(caller))


def test_who_asks_to_be_called_back_and_hangs_up_at_once_is(hotline: Hotline) -> None:
    caller = hotline.english().presses("9").hears("Shall we call you back").hangs_up()

    case = hotline.case(caller)
    assert "call_back" in hotline.clocks(case)
    assert hotline.events(case).count("call-back") == 1


def test_who_asks_to_be_called_back_and_hangs_up_while_his_report_is_processed_is(hotline: Hotline) -> None:
    hotline.is_working = False
    caller = hotline.english().presses("9")

    def hears_one_moment(seconds: float) -> None:
        caller.hangs_up()

    hotline.exchange.passes = hears_one_moment
    caller.presses("1")
    hotline.is_working = True

    assert "call_back" in hotline.clocks(hotline.case(caller))


def test_who_hangs_up_once_his_report_is_a_case_that_he_has_not_heard_of_is_called_back_once(hotline: Hotline) -> None:
    caller = hotline.english().presses("9")
    hotline.pass_time(HOLD.total_seconds() + 1)

    caller.hangs_up()
    hotline.exchange.repeat()

    assert hotline.events(hotline.case(caller)).count("call-back") == 1


def test_nobody_is_sent_to_a_recording_that_there_is_not(hotline: Hotline) -> None:
    hotline.english().presses("1").presses("1").hangs_up()
    hotline.work()

    with hotline.database.reading() as session:
        [because] = session.scalars(select(EventRow.text).where(EventRow.kind == "classified"))
    assert because.endswith("a person should look: the caller hung up before he had said what it is about")


def test_the_end_of_a_call_that_nobody_tells_us_of_passes_by_itself(hotline: Hotline) -> None:
    hotline.exchange.tells_the_end = False
    caller = hotline.english().presses("12").says("The array is offline").hangs_up()
    hotline.work()
    assert hotline.report(caller).case_id is None

    hotline.pass_time(HOLD.total_seconds() + 1)

    assert "The array is offline" in hotline.text(caller)
    assert hotline.report(caller).case_id is not None


def test_a_caller_who_hung_up_before_we_heard_of_him_is_a_report_too(hotline: Hotline) -> None:
    form = {"CallSid": "CA1", "From": "+8613800138000", "To": "+862155550100", "CallStatus": "completed"}

    hotline.exchange.webhook("/twilio/status", form)
    hotline.work()

    assert hotline.report("CA1").case_id is not None


def test_nobody_at_a_withheld_number_who_said_nothing_is_recorded_without_a_case(hotline: Hotline) -> None:
    caller = hotline.caller("").hangs_up()
    hotline.work()

    assert hotline.report(caller).outcome == "nothing-said"
    assert hotline.cases() == []


def test_a_call_that_rings_is_not_over(hotline: Hotline) -> None:
    caller = hotline.english().presses("1")

    hotline.exchange.webhook("/twilio/status", {"CallSid": caller.sid, "CallStatus": "in-progress"})

    caller.presses("2").hears("say what has happened")


def test_what_is_said_after_the_report_was_processed_is_added_to_it(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The array is offline")
    hotline.pass_time(HOLD.total_seconds() + 1)
    first = hotline.case(caller)

    caller.says("And now the second one as well").presses("#").says("Ann").presses("11").hears("F L 0 0 0 0 0 1")
    hotline.work()

    [added] = [report for report in hotline.reports() if report.outcome == "follow-up"]
    assert added.case_id == first.id
    assert len(hotline.cases()) == 1


@pytest.mark.parametrize("is_processed", [False, True])
def test_words_that_twilio_tells_after_the_end_of_the_call_are_reported_once(
    hotline: Hotline, is_processed: bool
) -> None:
    caller = hotline.english().presses("12")
    hotline.exchange.webhook("/twilio/status", {"CallSid": caller.sid, "CallStatus": "completed"})
    if is_processed:
        hotline.work()

    caller.says("All our servers are down")
    hotline.exchange.repeat()
    hotline.exchange.webhook("/twilio/status", {"CallSid": caller.sid, "CallStatus": "completed"})
    hotline.pass_time(6)

    with hotline.database.reading() as session:
        told = " ".join(session.scalars(select(ReportRow.text)))
    assert told.count("All our servers are down") == 1
    assert {report.case_id for report in hotline.reports()} == {1}


def test_a_recording_that_twilio_tells_after_the_end_of_the_call_is_on_its_case(hotline: Hotline) -> None:
    caller = hotline.english().presses("11").presses("#")
    hotline.exchange.webhook("/twilio/status", {"CallSid": caller.sid, "CallStatus": "completed"})

    hotline.is_working = False
    caller.leaves_a_message(9)
    hotline.is_working = True

    case = hotline.case(caller)
    assert "The caller has left a recorded message" in hotline.text(caller)
    assert [report.case_id for report in hotline.reports()] == [case.id, case.id]
