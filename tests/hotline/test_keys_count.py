"""What a caller answers by a key counts for the level as much in one language as in the other."""

import pytest

from tests.fakes.twilio import Caller
from tests.hotline.conftest import Hotline


def begins(hotline: Hotline, language: str) -> Caller:
    return hotline.english() if language == "en" else hotline.caller().presses("1").presses("0#")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_presses_that_his_business_is_stopped_and_is_not_understood_is_level_one(
    hotline: Hotline, language: str
) -> None:
    caller = begins(hotline, language).presses("11").presses("#").leaves_a_message(9).hangs_up()

    case = hotline.case(caller)
    assert (case.level, case.needs_review) == (1, True)
    assert hotline.text(caller).count("stopped" if language == "en" else "业务中断") == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sentence_that_business_is_not_stopped_is_read_by_nobody(hotline: Hotline, language: str) -> None:
    caller = begins(hotline, language).presses("12").presses("#").leaves_a_message(9).hangs_up()

    case = hotline.case(caller)
    assert case.level > 1
    assert case.needs_review


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_stays_one_whatever_was_pressed(hotline: Hotline, language: str) -> None:
    asked = (
        "How much does the renewal of the maintenance contract cost?" if language == "en" else "维保合同续签多少钱？"
    )
    caller = begins(hotline, language).presses("11").says(asked).presses("#").hangs_up()

    assert hotline.case(caller).level == 4


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Everything is down"), ("en", "Our line is dead"), ("zh", "宕机了")]
)
@pytest.mark.parametrize("wants", ["3", "2"], ids=["a question", "a person"])
def test_who_says_that_all_is_down_has_no_question_whatever_he_pressed(
    hotline: Hotline, language: str, says: str, wants: str
) -> None:
    caller = begins(hotline, language).presses(wants).says(says)
    if not caller.is_over:
        caller.hangs_up()

    assert hotline.case(caller).level == 1


def test_a_question_without_words_is_one_all_the_same(hotline: Hotline) -> None:
    assert hotline.case(begins(hotline, "en").presses("3").hangs_up()).level == 4
