"""A fault is reported by telephone: each branch of the menu, as the caller hears it."""

from dataclasses import replace

import pytest

from tests.fakes.twilio.exchange import NUMBER
from tests.hotline.conftest import ENGINEER, KNOWN, STRANGER, Hotline

pytestmark = pytest.mark.every_backend


def test_a_stranger_reports_a_fault_and_hears_the_number_twice(hotline: Hotline) -> None:
    caller = hotline.english().presses("1").hears("business stopped").presses("2")
    caller.hears("say what has happened").says("The array in the second rack shows two red lights")
    caller.hears("say more").says("No alarm by mail so far").hears("say more").presses("#")
    caller.hears("your name").says("My name is Wang Li").hears("Wang Li").presses("1")
    caller.hears("call you back", "1 3 8 0 0 1 3 8 0 0 0").presses("1")

    caller.hears("one moment", "case number is F L 0 0 0 0 0 1", "repeat: F L 0 0 0 0 0 1")

    case = hotline.case(caller)
    assert (case.channel, case.language, case.customer) == ("phone", "en", STRANGER)
    assert "two red lights\nNo alarm by mail so far\nThe business is not stopped." in hotline.text(caller)
    assert "Name: Wang Li\nCall back: +8613800138000" in hotline.text(caller)
    assert case.subject == "The array in the second rack shows two red lights"
    assert "contact" not in case.missing
    assert hotline.sent() == [(STRANGER, hotline.sent()[0][1])]
    assert "FL-000001" in hotline.sent()[0][1]
    assert case.acknowledged_at is not None
    assert hotline.clocks(case)["respond"].met_at is None


def test_the_whole_in_chinese(hotline: Hotline) -> None:
    caller = hotline.caller().hears("中文服务请按1").presses("1").hears("合同号").presses("0#")
    caller.hears("报告故障请按1").presses("1").hears("是否中断").presses("1").hears("发生了什么故障")
    caller.says("核心交换机宕机，全厂网络中断").hears("请继续说").presses("#")
    caller.hears("您的姓名").says("我叫王丽").hears("王丽").presses("1").hears("回电到").presses("1")

    caller.hears("工单号是F L 0 0 0 0 0 1", "再说一遍")

    case = hotline.case(caller)
    assert (case.language, case.level) == ("zh-Hans", 1)
    assert "现在业务中断。" in hotline.text(caller)
    assert "工单号FL-000001" in hotline.sent()[0][1]


def test_a_known_number_is_greeted_with_its_company_and_not_asked_who_it_is(hotline: Hotline) -> None:
    caller = hotline.caller(KNOWN).hears("Welcome", "calling for Harbour Foods?").presses("1")
    caller.hears("report a fault").presses("3").hears("question").says("When does our contract end")
    caller.presses("#").hears("understood: Ann Lee").presses("1").hears("call you back").presses("1")

    caller.hears("case number is")

    case = hotline.case(caller)
    assert case.customer_id == 1
    assert "It is a question or a booking." in hotline.text(caller)
    assert "Company: Harbour Foods" in hotline.text(caller)


def test_level_one_is_connected_with_who_is_on_call(hotline: Hotline) -> None:
    [engineer] = hotline.on_call(ENGINEER)
    caller = hotline.english().presses("1").presses("1").says("The main production database is down, all users are out")
    caller.presses("#").says("Ann").presses("1").presses("1").hears("connect you with the engineer").stays_silent()

    assert caller.connected_to == [ENGINEER]
    assert "press 1 to accept" in engineer.heard[0].casefold()
    case = hotline.case(caller)
    assert case.level == 1
    assert case.accepted_by == "e0@desk.example"
    assert "connected" in hotline.events(case)


def test_a_text_message_is_announced_where_one_is_sent(hotline: Hotline) -> None:
    caller = hotline.english().presses("3").says("When does our contract end").presses("#").says("Ann").presses("11")

    caller.hears("F L 0 0 0 0 0 1", "You will get it as a text message too.")
    assert len(hotline.sent()) == 1


@pytest.mark.parametrize(("number", "caller"), [("", STRANGER), (NUMBER, "+33612345678")])
def test_no_text_message_is_announced_that_nobody_sends(hotline: Hotline, number: str, caller: str) -> None:
    """Without a number of ours, and in a country that is not allowed."""
    hotline.desk = replace(hotline.desk, number=number)
    call = hotline.english(caller).presses("3").says("When does our contract end").presses("#").says("Ann")

    call.presses("11").hears("F L 0 0 0 0 0 1").hears_not("text message")
    assert hotline.sent() == []
