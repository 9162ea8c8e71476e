"""Matters that a report numbers: the gravest decides, and questions beside it do not hide it."""

from dataclasses import replace

import pytest

from classify import matters
from classify.model import Classification, Classifier, ReportText
from models.values import CATEGORIES, LEVELS, Channel


def read(level: int, share: float = 0.9, category: str = "usage") -> Classification:
    rest = (1 - share) / 3
    level_probs = {each: share if each == level else rest for each in LEVELS}
    category_probs = dict.fromkeys(CATEGORIES, 1 / len(CATEGORIES))
    return Classification(level, category, level_probs, category_probs, False, "", (), "m")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello\n1. the disk failed\n2. where is the manual", ["the disk failed", "where is the manual"]),
        ("(1)产线停了;\n(2)手册在哪里下载。", ["产线停了;", "手册在哪里下载。"]),
        ("您好:一是想约保养;二是空调停机了。", ["想约保养;", "空调停机了。"]),
        ("①硬盘坏了 \n② 请寄发票", ["硬盘坏了", "请寄发票"]),
        ("a) the manual\nb) the furnace is cold", ["the manual", "the furnace is cold"]),
        ("Hello\n- a new user\n- the furnace is cold", ["a new user", "the furnace is cold"]),
        ("Thanks for the offer. By the way, the furnace is cold.", ["Thanks for the offer.", ", the furnace is cold."]),
        ("请寄发票。另外炉子凉了。", ["请寄发票。", "炉子凉了。"]),
        ("Also the furnace is cold", []),
        ("version 1.2 of node 2.3 runs", []),
        ("2. is the second\n3. the third", []),
        ("1. only one", []),
        (f"1. a\n2. b\n{'log ' * 300}", []),
    ],
)
def test_matters_are_numbered_from_one_on(text: str, said: list[str]) -> None:
    assert [text[start:end].strip() for start, end in matters.numbered(text)] == said


def test_what_is_in_part_level_1_and_in_part_2_is_level_2() -> None:
    unsure = replace(read(1), level_probs={1: 0.7, 2: 0.15, 3: 0.05, 4: 0.1})

    assert matters.gravest(read(4), [("orders are gone", unsure), ("manual", read(4))]).level == 2


def test_a_fault_beside_questions_decides_and_a_person_looks() -> None:
    found = matters.gravest(read(4), [("line 3 stands still", read(1, category="hardware")), ("manual", read(4))])

    assert (found.level, found.category, found.needs_review) == (1, "hardware", True)
    assert found.evidence[0].text == "line 3 stands still"


@pytest.mark.parametrize(
    "said",
    [
        [("then it froze", read(2)), ("then it was slow", read(2))],  # steps of one fault
        [("what if the line stands still?", read(1)), ("manual", read(4))],
        [("odd words", read(1, share=0.5)), ("manual", read(4))],
        [("manual", read(4)), ("invoice", read(4))],
    ],
)
def test_steps_questions_and_doubts_change_nothing(said: list[tuple[str, Classification]]) -> None:
    assert matters.gravest(read(4), said) == read(4)


def test_a_stopped_line_between_a_manual_and_an_invoice_is_level_1(classifier: Classifier) -> None:
    body = "(1)灌装线的控制柜死机,整条灌装线停了,工人都在等;\n(2)想问新版手册在哪里下载;\n(3)请把上月的发票寄来。"

    (found,) = classifier.classify([ReportText(Channel.EMAIL, "几件事", body)])

    assert (found.level, found.needs_review) == (1, True)


def test_numbered_questions_stay_questions(classifier: Classifier) -> None:
    body = "1. How do we add a second node?\n2. Is version 5 supported on Linux?\n3. When is the next training?"

    (found,) = classifier.classify([ReportText(Channel.EMAIL, "Questions", body)])

    assert found.level == 4


@pytest.mark.parametrize(
    "body",
    [
        "We would like a quote for 3 more seats.\nPS: since last night nobody gets into the document archive any more.",
        "Please find the signed contract. Apart from that, bottling has stopped as of 6:20, the line PLC is in fault.",
        "- price list 2027\n- date of the inspection\n- none of the registers in the shop takes payments since 9",
        "谢谢报价，本周签。哦还有，标签服务器连不上，一个包裹都发不出去。",
    ],
)
def test_a_stop_told_in_passing_is_grave(classifier: Classifier, body: str) -> None:
    (found,) = classifier.classify([ReportText(Channel.EMAIL, "", body)])

    assert found.level == 1
