"""What a caller tells in answer to another question is not lost: who is in a hurry does not wait until he is asked."""

import pytest

from tests.hotline.conftest import KNOWN, Hotline

TOLD = "Our whole production line is down, we need help now"
TOLD_ZH = "我们整条生产线停了，马上派人来"


@pytest.mark.parametrize(
    ("number", "language", "told"),
    [
        ("+8613800138000", "2", TOLD),
        ("", "2", TOLD),
        ("+8613800138000", "1", TOLD_ZH),
        ("+8613800138000", "1", "三号产线停了，全厂停产"),
        ("+8613800138000", "1", "着火了"),
        ("+8613800138000", "2", "Fire!"),
        ("+8613800138000", "2", "Line three is dead, the whole plant has stopped"),
        (KNOWN, "", TOLD),
    ],
)
def test_who_tells_his_trouble_where_his_number_is_asked_and_hangs_up_has_told_it(
    hotline: Hotline, number: str, language: str, told: str
) -> None:
    caller = hotline.caller(number).presses(language).says(told).hangs_up()

    case = hotline.case(caller)
    assert told in hotline.text(caller)
    assert (case.level, case.needs_review) == (1, True)


def test_what_is_told_where_the_name_is_asked_counts_for_the_level(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The robot in hall two stopped").presses("#")

    caller.says("Please hurry, a man is trapped under the robot arm and bleeding").hangs_up()

    assert hotline.case(caller).level == 1


@pytest.mark.parametrize("answers", [("Ann Lee",), ("My name is Ann Lee", "Yes, that's right", "no")])
def test_an_answer_is_none_of_it(hotline: Hotline, answers: tuple[str, ...]) -> None:
    caller = hotline.english().presses("12").says("The array shows two red lights").presses("#")
    for answer in answers:
        caller.says(answer)
    caller.hangs_up()
    hotline.work()

    assert hotline.text(caller).startswith("The array shows two red lights\nThe business is not stopped.\n\n")


@pytest.mark.parametrize(("language", "said"), [("1", "合同号是五五零一二"), ("2", "five five zero one two")])
def test_a_number_that_is_said_is_none_of_it(hotline: Hotline, language: str, said: str) -> None:
    caller = hotline.caller().presses(language).says(said).hears("Harbour Foods").hangs_up()
    hotline.work()

    assert said not in hotline.text(caller)


def test_who_asks_how_his_case_stands_has_told_nothing_new_by_the_way(hotline: Hotline) -> None:
    first = hotline.caller(KNOWN).presses("112").says("The scanner beeps").presses("#").presses("11").hangs_up()
    number = hotline.case(first).number.partition("-")[2]

    again = hotline.caller(KNOWN).presses("14").says("I do not have it at hand").presses(f"{number}#")
    again.hears("To add something").hangs_up()
    hotline.work()

    assert hotline.report(again).outcome == "status-asked"
