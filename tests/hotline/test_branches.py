"""Each branch of the menu, and what becomes of wrong keys, silence and speech that nobody understands."""

import pytest

from tests.hotline.conftest import ENGINEER, KNOWN, SECOND, STRANGER, Hotline


def test_a_contract_number_by_keypad_names_the_company(hotline: Hotline) -> None:
    caller = hotline.caller().presses("2").hears("contract number").presses("2026071#")

    caller.hears("calling for Harbour Foods", "report a fault")

    caller.hangs_up()
    case = hotline.case(caller)
    assert case.customer_id == 1
    assert "Contract or site number: HF-2026-071" in hotline.text(caller)


def test_a_contract_number_can_be_said(hotline: Hotline) -> None:
    caller = hotline.caller().presses("2").says("H F 2026 zero seven one")

    caller.hears("calling for Harbour Foods")


def test_a_site_number_does_too(hotline: Hotline) -> None:
    hotline.caller().presses("2").presses("55012#").hears("calling for Harbour Foods")


def test_a_number_that_nobody_has_is_asked_for_once_more_and_then_the_call_goes_on(hotline: Hotline) -> None:
    caller = hotline.caller().presses("2").presses("999#").hears("do not find that number", "contract number")

    caller.presses("998#").hears("report a fault").presses("12").says("The array is offline").hangs_up()
    assert hotline.case(caller).customer_id is None
    assert "Contract or site number: 998" in hotline.text(caller)


def test_who_calls_for_another_company_can_say_so(hotline: Hotline) -> None:
    caller = hotline.caller(KNOWN).hears("Harbour Foods").says("no").hears("contract number").presses("0#")

    caller.hears("report a fault").hangs_up()
    assert hotline.case(caller).customer_id is None


def test_the_language_can_be_changed_where_it_was_remembered(hotline: Hotline) -> None:
    hotline.caller(KNOWN).hears("Harbour Foods").presses("7").hears("代表Harbour Foods").presses("1").hears("报告故障")


def test_the_language_is_remembered_by_the_number(hotline: Hotline) -> None:
    first = hotline.english().presses("3").says("Do you offer training in May").presses("#").says("Ann").presses("11")
    first.hears("case number").hangs_up()
    hotline.work()

    hotline.caller().hears("Welcome", "contract number").hears_not("中文")


def test_a_wrong_key_is_asked_again_and_then_the_report_is_taken(hotline: Hotline) -> None:
    caller = hotline.english().presses("8").hears("not understood", "report a fault").presses("8")

    caller.hears("say what has happened")


def test_silence_at_every_question_still_ends_in_a_case_that_asks_to_be_listened_to(hotline: Hotline) -> None:
    caller = hotline.caller()
    for _ in range(12):
        if caller.asked is not None and caller.asked.tag == "Record":
            break
        caller.stays_silent()
    caller.hears("留言").leaves_a_message(20)

    for _ in range(8):
        if not caller.is_over:
            caller.stays_silent()

    case = hotline.case(caller)
    assert case.needs_review
    assert "留下了录音" in hotline.text(caller)
    assert "recording" in hotline.events(case)


def test_nothing_at_all_ends_the_call_with_a_case_all_the_same(hotline: Hotline) -> None:
    caller = hotline.caller()
    while not caller.is_over:
        caller.stays_silent()

    assert "没有说话" in hotline.text(caller)
    assert hotline.case(caller).needs_review


def test_a_star_says_it_again(hotline: Hotline) -> None:
    hotline.english().presses("*").hears("report a fault").presses("1").presses("0").hears("business stopped")


def test_who_knows_the_menu_need_not_listen(hotline: Hotline) -> None:
    hotline.caller().presses("2").presses("0#").presses("12").hears("say what has happened")


def test_who_tells_his_trouble_at_the_menu_is_not_asked_for_it_again(hotline: Hotline) -> None:
    caller = hotline.english().says("Our backup server does not start any more").hears("say more").hangs_up()

    hotline.work()
    assert "backup server does not start" in hotline.text(caller)


def test_two_words_of_chinese_at_the_menu_are_the_report(hotline: Hotline) -> None:
    caller = hotline.caller().presses("1").presses("0#").says("宕机了").hears("请继续说").hangs_up()
    hotline.work()

    assert "宕机了" in hotline.text(caller)


def test_who_asks_for_a_person_in_words_is_connected(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)

    caller = hotline.english().says("I want to speak to a person").hears("in a few words").presses("#").stays_silent()

    assert caller.connected_to == [ENGINEER]


def test_who_asks_in_words_to_be_called_back_is(hotline: Hotline) -> None:
    caller = hotline.english().says("Please call me back").hears("Shall we call you back").hangs_up()

    assert "call_back" in hotline.clocks(hotline.case(caller))


def test_sounds_are_asked_for_again_no_more_than_silence(hotline: Hotline) -> None:
    hotline.english().says("um").hears("not understood").says("um").hears("say what has happened")


def test_speech_that_nobody_understands_twice_is_recorded_instead(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("mumble", confidence=0.1).hears("not understood")
    caller.says("mumble", confidence=0.2).hears("leave your message after the tone").leaves_a_message(34)
    caller.hears("your name").hangs_up()

    case = hotline.case(caller)
    [recording] = [report for report in hotline.reports() if report.outcome == "recording"]
    assert recording.case_id == case.id
    assert [part.kind for part in hotline.parts(recording)] == ["application/json", "audio/mpeg"]
    assert case.needs_review


def test_the_hash_key_records_at_once(hotline: Hotline) -> None:
    hotline.english().presses("12").presses("#").hears("after the tone").leaves_a_message(5).hears("your name")


def test_who_says_nothing_after_the_tone_is_not_lost(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").presses("#").hears("after the tone").stays_silent()

    caller.hears("your name")


def test_a_recorder_that_was_hung_up_on_keeps_what_was_said(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").presses("#").hangs_up()

    hotline.work()
    hotline.pass_time(10)

    [recording] = [report for report in hotline.reports() if report.outcome == "recording"]
    assert recording.case_id == hotline.case(caller).id


def test_a_name_that_was_not_right_is_asked_for_again(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The printer in the hall jams").says("that's all").says("Hans")
    caller.hears("understood: Hans").says("no").hears("your name").says("It is Franz").hears("understood: Franz").says(
        "yes"
    )
    caller.hears("call you back").presses("1").hears("case number")

    assert "Name: Franz" in hotline.text(caller)


def test_another_number_to_call_back_is_read_back(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The printer in the hall jams").presses("#").says("Ann").presses("1")
    caller.hears("call you back").presses("2").hears("enter the number").presses("02155550199#")
    caller.hears("number is 0 2 1 5 5 5 5 0 1 9 9").presses("1").hears("case number").hears_not("text message")

    assert "Call back: +862155550199" in hotline.text(caller)
    assert hotline.sent() == []
    assert hotline.clocks(hotline.case(caller))["first_reply"].met_at is not None


def test_a_withheld_number_is_asked_for_one(hotline: Hotline) -> None:
    caller = hotline.caller("").presses("2").presses("0#").presses("12").says("The lift controller is offline")
    caller.presses("#").says("Ann").presses("1").hears("enter the number").presses("13800138000#").presses("1")

    caller.hears("case number")
    assert [number for number, _ in hotline.sent()] == [STRANGER]


def test_who_asks_for_a_person_is_connected_whatever_the_level(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)
    caller = hotline.english().presses("2").hears("what is it about").says("A question about my last invoice")

    caller.hears("case number", "connect you").stays_silent()

    assert caller.connected_to == [ENGINEER]
    assert "asks to speak to a person" in hotline.text(caller)


def test_the_hash_key_connects_at_once(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)
    caller = hotline.english().presses("2").presses("#").hears("case number").presses("#")

    assert caller.connected_to == [ENGINEER]


def test_who_does_not_press_one_has_not_accepted_and_the_next_is_called(hotline: Hotline) -> None:
    first, second = hotline.on_call(ENGINEER, SECOND)
    first.behaves = "mailbox"
    caller = hotline.english().presses("2").presses("#").stays_silent()

    assert (first.rang, second.rang) == (1, 1)
    assert caller.connected_to == [SECOND]
    caller.hears("next colleague")
    assert hotline.case(caller).accepted_by == "e1@desk.example"


@pytest.mark.parametrize("behaves", ["busy", "no-answer", "mailbox"])
def test_nobody_takes_the_call_so_a_call_back_is_promised_with_a_clock(hotline: Hotline, behaves: str) -> None:
    for phone in hotline.on_call(ENGINEER, SECOND):
        phone.behaves = behaves
    caller = hotline.english().presses("2").presses("#").stays_silent()

    caller.hears("cannot reach any colleague", "call you back at 8 6 1 3 8 0 0 1 3 8 0 0 0 within 30 minutes")
    clock = hotline.clocks(hotline.case(caller))["call_back"]
    assert (clock.due_at - clock.starts_at).total_seconds() == 1800
    assert caller.is_over


def test_an_engineer_who_presses_two_has_not_accepted(hotline: Hotline) -> None:
    [engineer] = hotline.on_call(ENGINEER)
    engineer.keys = "2"
    caller = hotline.english().presses("2").presses("#").stays_silent().hears("within 30 minutes")

    assert caller.connected_to == []


def test_nobody_on_call_is_a_promise_too(hotline: Hotline) -> None:
    caller = hotline.english().presses("2").presses("#").hears("case number").stays_silent()

    caller.hears("cannot reach any colleague", "within 30 minutes")
    assert "call-back" in hotline.events(hotline.case(caller))


@pytest.mark.parametrize("before", ["", "1", "12", "3"])
def test_nine_asks_to_be_called_back_wherever_the_caller_stands(hotline: Hotline, before: str) -> None:
    caller = hotline.english().presses(before).presses("9").hears("call you back at the number").presses("1")

    caller.hears("case number").stays_silent().hears("within 30 minutes")
    case = hotline.case(caller)
    assert "call_back" in hotline.clocks(case)
    assert case.needs_review
    assert "asks to be called back" in hotline.text(caller)


def test_nine_in_the_middle_of_the_report_keeps_what_was_said(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The tape library drops tapes").presses("9").presses("1")

    caller.hears("case number").stays_silent().hears("within 30 minutes")
    assert "drops tapes" in hotline.text(caller)


def test_after_the_number_the_caller_can_still_ask_for_a_person(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)
    caller = hotline.english().presses("3").says("When is the next inspection").presses("#").says("Ann").presses("11")

    caller.hears("speak to a person, press 2").presses("2")

    assert caller.connected_to == [ENGINEER]


def test_the_number_is_said_again_at_a_star(hotline: Hotline) -> None:
    caller = hotline.english().presses("3").says("When is the next inspection").presses("#").says("Ann").presses("11")

    caller.hears("F L 0 0 0 0 0 1").presses("*").hears("F L 0 0 0 0 0 1").stays_silent().hears("Goodbye")
    assert caller.is_over
