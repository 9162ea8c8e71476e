"""Passages: what stands still is found between pages on contracts, behind a polite question, and between the lines."""

from dataclasses import replace

import pytest

from classify import passages
from classify.model import Classification
from classify.passages import Passage
from models.values import CATEGORIES, LEVELS


def read(level: int, share: float = 0.99) -> Classification:
    level_probs = {each: share if each == level else (1 - share) / 3 for each in LEVELS}
    category_probs = dict.fromkeys(CATEGORIES, 1 / len(CATEGORIES))
    return Classification(level, "usage", level_probs, category_probs, False, "", (), "m")


def texts(own: str, *, is_apart: bool = False) -> list[str]:
    return [passage.text for passage in passages.standing(own, is_apart=is_apart)]


@pytest.mark.parametrize(
    ("own", "passage"),
    [
        (
            "The invoice is missing a number. Since noon all four lines have been standing. Regards",
            "Since noon all four",
        ),
        ("您好,請問一下我們掛號的系統打不開了,大廳排了好多人,是不是要重啟?", "我们挂号的系统打不开了"),
        ("May I ask why nobody in our offices can reach the booking system? Is it a setting?", "nobody in our offices"),
        ("请问为什么包装线一直启动不了,六条线都这样", "包装线一直启动不了"),
        (f"{'The list of spare parts follows. ' * 200}Nobody can log in at the tills.", "Nobody can log in"),
    ],
)
def test_what_stands_still_is_a_passage(own: str, passage: str) -> None:
    assert any(passage in text for text in texts(own))


@pytest.mark.parametrize(
    "own",
    [
        "What happens if the main server goes down and nobody can work?",
        "Our production cannot stop, can the firmware be updated?",
        "On Sunday we rehearse: all servers are down and nobody can work.",
        "The system was down for everybody this morning. It is restored.",
        "None of this stops anything in our plant today.",
        "升级前需要让用户全部退出系统吗?",
        "下周三灾备演练,生产库停止,所有用户都不能登录。",
        "When is the next training for the operators of line three?",
    ],
)
def test_what_is_asked_supposed_planned_or_past_is_none(own: str) -> None:
    assert texts(own) == []


def test_answers_between_the_lines_are_one_passage_of_their_own() -> None:
    answers = "7.4\nyes, all is down\n8:40"

    assert texts(answers) == []
    assert texts(answers, is_apart=True) == [answers]
    assert texts("7.4\nno\nnext week", is_apart=True) == []


def test_a_sure_passage_raises_a_question_and_a_person_looks() -> None:
    found = passages.graver(read(4), [(Passage("a", 0.98), read(4)), (Passage("b", 0.98), read(1))])

    assert found is not None
    assert (found.level, found.needs_review) == (1, True)


@pytest.mark.parametrize(
    ("whole", "passage"), [(read(4), read(1, share=0.7)), (read(4), read(2)), (read(3), read(2)), (read(2), read(1))]
)
def test_a_doubt_or_a_fault_stays_what_it_is(whole: Classification, passage: Classification) -> None:
    assert passages.graver(whole, [(Passage("a", 0.98), passage)]) is None


@pytest.mark.parametrize(
    ("own", "passage"),
    [
        ("A lamp is amber. Line 2 has been standing since six and the shift has gone home.", "Line 2 has been"),
        (
            "热备盘预警,业务正常。\n今天早上收费系统全部打不开了,挂号也挂不了。\n日志有两条警告,不影响恢复。",
            "收费系统全部打不开",
        ),
    ],
)
def test_a_standstill_between_amber_lamps_counts(own: str, passage: str) -> None:
    [found] = passages.standing(own, is_apart=False, whole=3)

    assert passage in found.text
    assert passages.graver(read(3), [(found, read(1))]) is not None


@pytest.mark.parametrize(
    "own",
    [
        "The whole cluster is dead, all four nodes. It is the one in the teaching lab.",
        "From 3:20 to 3:50 all branches were unreachable. The lines came back by themselves.",
        "数据库彻底起不来了,整个平台打不开。补充:是测试库。",
    ],
)
def test_of_what_is_over_or_in_no_use_a_person_is_asked_at_most(own: str) -> None:
    found = passages.standing(own, is_apart=False, whole=3)

    assert found
    graver = passages.graver(read(3), [(one, read(1)) for one in found])
    assert graver is not None
    assert (graver.level, graver.needs_review) == (3, True)


def test_of_a_minor_fault_what_reaches_nobody_else_is_not_read_again() -> None:
    own = "The fan in slot 3 is dead and does not turn any more, the printer cannot print."

    assert passages.standing(own, is_apart=False, whole=3) == []
    assert passages.standing(own, is_apart=False, whole=4) != []


def test_of_a_passage_that_is_less_sure_a_person_is_asked() -> None:
    found = passages.graver(read(4), [(Passage("a", 0.98), read(1, share=0.92))])

    assert found is not None
    assert (found.level, found.needs_review) == (4, True)


@pytest.mark.parametrize(
    "own",
    [
        "How do I add a printer? And why does the order system not let anybody in since eight?",
        "打印机怎么加?还有为什么八点起订单系统谁都进不去?",
    ],
)
def test_who_asks_why_something_stands_says_so_wherever_he_asks(own: str) -> None:
    assert len(texts(own)) == 1


def test_what_is_said_of_a_passage_is_kept() -> None:
    grave = replace(read(1), category="hardware")

    found = passages.graver(read(4), [(Passage("a", 0.98), grave)])

    assert found is not None
    assert (found.category, found.level_probs) == ("hardware", grave.level_probs)
