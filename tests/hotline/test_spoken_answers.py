"""What callers say where a key, a contract or a number is asked, and what they key in where a number is."""

import pytest

from intake.hotline.events import Speech
from intake.hotline.listening import is_it, number
from tests.hotline.conftest import Hotline

YES = ["Yes it is", "Yes, completely", "It is stopped", "it's down", "Yes it has", "中断了", "是的，全部停了", "停了"]
NO = ["No it is not", "not at the moment", "No, still running", "no not yet", "没有中断", "没停", "没有，还在运行"]
MORE = ["Yes everything is down", "No one can work", "No power in the building", "not working at all", "停电了"]
MORE += ["no we cannot work", "没有网络", "系统没有在运行", "不在运行了", "Yes hello I have a question"]


@pytest.mark.parametrize(
    ("said", "meant"), [*((each, "1") for each in YES), *((each, "2") for each in NO), *((each, "") for each in MORE)]
)
def test_a_short_answer_to_whether_the_business_is_stopped_is_understood_and_what_says_more_is_not(
    said: str, meant: str
) -> None:
    assert is_it(Speech(said)) == meant


@pytest.mark.parametrize(
    ("said", "line"), [("Yes it is", "is stopped at this moment"), ("No it is not", "is not stopped")]
)
def test_who_answers_in_words_is_not_taken_to_tell_his_report(hotline: Hotline, said: str, line: str) -> None:
    caller = hotline.english().presses("1").says(said).hears("say what has happened").hangs_up()
    hotline.work()

    assert f"The business {line}" in hotline.text(caller)
    assert said not in hotline.text(caller)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("my contract number is H F 2026 071", "hf2026071"),
        ("It's 55012", "55012"),
        ("021 5555 0111 转 12", "02155550111x12"),
    ],
)
def test_what_stands_around_a_number_is_not_of_it(said: str, meant: str) -> None:
    assert number(Speech(said)) == meant


@pytest.mark.parametrize("said", ["021 5555 0111 extension 12", "*"])
def test_an_extension_is_kept(hotline: Hotline, said: str) -> None:
    caller = hotline.english().presses("12").says("The array is offline").presses("#").says("Ann").presses("1")
    caller = caller.presses("2")
    caller = caller.presses("02155550111*12#") if said == "*" else caller.says(said)

    caller.hears("The number is 0 2 1 5 5 5 5 0 1 1 1 x 1 2").presses("1").hears("case number").hangs_up()
    assert "Call back: +862155550111 x12" in hotline.text(caller)
    assert hotline.sent() == []


def test_a_withheld_callers_number_is_kept_though_it_is_short(hotline: Hotline) -> None:
    caller = hotline.english("").presses("12").says("The array is offline").presses("#").says("Ann").presses("1")

    caller.presses("471#").hears("not understood").presses("471#").hears("case number").hangs_up()
    assert "Call back: 471" in hotline.text(caller)


def test_who_asks_to_be_called_back_when_his_name_is_read_back_keeps_it(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The array is offline").presses("#").says("Ann Lee").presses("9")

    caller.hears("call you back").presses("1").hangs_up()
    hotline.work()
    assert "Name: Ann Lee" in hotline.text(caller)
