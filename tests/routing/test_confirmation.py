"""Which answers close a case, and which open it again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.values import Language
from routing.confirmation import confirms
from routing.letters import Kind, write
from tests.routing.replies import CONFIRMED, DENIED, UNCLEAR
from tests.routing.test_letters import facts


@pytest.mark.parametrize("reply", CONFIRMED)
def test_a_short_clear_yes_confirms(reply: str) -> None:
    assert confirms(reply) is True


@pytest.mark.parametrize("reply", DENIED)
def test_a_clear_no_denies(reply: str) -> None:
    assert confirms(reply) is False


@pytest.mark.parametrize("reply", UNCLEAR)
def test_questions_conditions_hopes_and_anything_else_are_left_to_a_person(reply: str) -> None:
    assert confirms(reply) is None


@pytest.mark.parametrize("reply", CONFIRMED)
def test_a_yes_that_ends_as_a_question_is_none(reply: str) -> None:
    own = reply.split("\n\nOn ")[0].split("\n\n---")[0].split("\n\n此致")[0].split("\n\nBest")[0]

    asked = own.rstrip(" \n.。!！") + "?"

    assert confirms(asked) is None


@pytest.mark.parametrize("reply", DENIED)
def test_a_yes_does_not_outweigh_a_plain_no_beside_it(reply: str) -> None:
    assert confirms(f"{reply}\nThe first one is solved, thanks.") is not True


@pytest.mark.parametrize(
    "before", ["not ", "not yet ", "never ", "hardly ", "almost ", "partly ", "if ", "when ", "is ", "maybe ", "soon "]
)
@pytest.mark.parametrize("word", ["solved", "fixed", "resolved", "working", "confirmed"])
def test_no_word_in_front_that_turns_it_leaves_a_yes(before: str, word: str) -> None:
    assert confirms(f"{before}{word}") is not True
    assert confirms(f"It is {before}{word}.") is not True


@pytest.mark.parametrize(
    "before",
    [
        "没",
        "没有",
        "未",
        "尚未",
        "还没",
        "并未",
        "不",
        "如果",
        "是否",
        "快要",
        "希望",
        "应该",
        "可能",
        "部分",
        "等",
        "待",
        "别",
    ],
)
@pytest.mark.parametrize("said", ["解决了", "恢复了", "已解决", "好了", "可以关闭", "修复了"])
def test_no_chinese_word_in_front_that_turns_it_leaves_a_yes(before: str, said: str) -> None:
    assert confirms(before + said) is not True
    assert confirms("问题" + before + said) is not True


@pytest.mark.parametrize("language", list(Language))
def test_our_own_letter_below_an_answer_adds_nothing_to_it(language: Language) -> None:
    letter = write(Kind.SOLVED, facts(language)).text

    assert confirms(letter) is None
    assert confirms("确认\n\n" + letter) is not False
    assert confirms("still not working\n\n" + letter) is False


@pytest.mark.parametrize("close", ["Best regards\nAnn", "此致\n敬礼", "-- \nAnn\nPlant 7"])
@pytest.mark.parametrize(
    "more", ["PS: line 3 stands still", "P.S. line 3 stands still", "另外，3号线停机", "但 3号线停机"]
)
def test_a_postscript_below_the_close_of_a_letter_is_read(close: str, more: str) -> None:
    assert confirms(f"Yes, solved, thanks.\n\n{close}") is True
    assert confirms(f"Yes, solved, thanks.\n\n{close}\n\n{more}") is not True


def test_a_yes_in_a_long_report_is_left_to_a_person() -> None:
    assert confirms("It is solved. " + "Thanks for your help. " * 20) is None


@settings(max_examples=300)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert confirms(text) in (True, False, None)


@settings(max_examples=150)
@given(
    st.sampled_from(
        [
            "还没",
            "我",
            "已",
            "是的",
            "not yet ",
            "it is ",
            "the new ",
            "still ",
            "again ",
            "thanks ",
            "a",
            " ",
            "-",
            "现在",
            "好",
        ]
    ),
    st.integers(1, 10_000),
    st.sampled_from(["", "!", "解决", "solved", "吗"]),
)
def test_no_repetition_makes_it_slow(part: str, times: int, end: str) -> None:
    assert confirms(part * times + end) in (True, False, None)
