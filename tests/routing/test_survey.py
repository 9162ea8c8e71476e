"""Which score stands in the answer to the survey letter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.survey import read_score

SCORES = {
    "5": 5,
    "4 分": 4,
    "评分：5": 5,
    "5/5": 5,
    "score: 4": 4,
    "非常满意": 5,
    "满意": 4,
    "一般": 3,
    "不满意": 2,
    "very satisfied": 5,
    "very dissatisfied": 1,
    "5, thanks": 5,
    "5！谢谢": 5,
    "**4**": 4,
    "５": 5,
    "⑤": 5,
    "5️⃣": 5,
    "★★★★☆": 4,
    "⭐⭐⭐": 3,
    "五星": 5,
    "五分": 5,
    "四": 4,
    "five": 5,
    "Five out of five": 5,
    "4 stars": 4,
    "4 out of 5": 4,
    "My score is 4.": 4,
    "I would give a 5": 5,
    "I'd give you 4": 4,
    "我给5分": 5,
    "打 4 分": 4,
    "满分": 5,
    "我的评分是4": 4,
    "评分：5 分，谢谢工程师": 5,
    "服務很好，5分": 5,
    "非常滿意": 5,
    "不滿意": 2,
    "普通": 3,
    "很不满意": 1,
    "不太满意": 2,
    "比较满意": 4,
    "评价：满意": 4,
    "5 - great service": 5,
    "4 分，处理很快": 4,
    "1 - it broke again": 1,
    "Hi team,\n\n5\nthanks": 5,
    "您好，5分": 5,
    "您好：\n4": 4,
    "> 1 (bad) 2 3\n5": 5,
    "5 (good)": 5,
    "5（好）": 5,
    "非常满意 5分": 5,
    "非常满意（5）": 5,
    "satisfied": 4,
    "not satisfied": 2,
    "neutral": 3,
    "我们非常满意，谢谢！": 5,
    "I am very satisfied, thank you": 5,
    "Rating: 3/5": 3,
    "2 points": 2,
    "5 of 5": 5,
    "Not satisfied at all": 1,
    "5.": 5,
    "5!!!": 5,
    "5分好评": 5,
    "滿意度：4": 4,
    "給 5 分": 5,
    "差评": 1,
    "Score - 2": 2,
    "总体满意": 4,
}

NONE = (
    "5 servers are down",
    "1 more thing: it broke again",
    "4.5",
    "10",
    "0",
    "6",
    "5 分钟前又坏了",
    "3 星期没人理",
    "4-5",
    "3-4 分",
    "2, 3 and 4 are down",
    "1. It broke again",
    "1) the server",
    "1、服务器又坏了",
    "5?",
    "满意吗？",
    "5/10",
    "",
    "#5",
    "It is 5 pm",
    "5:30 works for me",
    "1号机柜又断了",
    "5 points of failure",
    "4点再联系",
    "一个问题",
    "一般故障多久修好",
    "good morning",
    "三台服务器宕机",
    "Case 5",
    "not bad",
    "满意，5吗",
    "very dissatisfied 5",
    "2 of our 5 servers",
    "3 days without an answer",
    "1 台坏了",
    "5 stars are on the flag",
    "一分钟后又坏",
    "二号线断了",
    "five servers",
    "1st of all it is broken",
    "5G 不通",
    "I give up",
    "satisfied customers leave?",
    "thanks",
    "Out of office until 5 January",
    "15",
    "5,5",
    "1:1",
    "1 2 3 4 5",
)


@pytest.mark.parametrize(("answer", "score"), SCORES.items())
def test_a_score_is_read_however_it_is_written(answer: str, score: int) -> None:
    assert read_score(answer) == score


@pytest.mark.parametrize("answer", NONE)
def test_a_line_that_only_begins_with_a_number_or_praises_nothing_is_no_score(answer: str) -> None:
    assert read_score(answer) is None


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "form", ["{}", " {} ", "{}分", "评分：{}", "評分： {} 分", "{}/5", "score: {}", "Rating {}", "{}.\nThe rest."]
)
def test_each_form_holds_each_score(form: str, score: int) -> None:
    assert read_score(form.format(score)) == score


@pytest.mark.parametrize("number", ["0", "6", "7", "10", "55", "100", "-1", "3.5", "4,5", "1/2"])
def test_other_numbers_are_none(number: str) -> None:
    assert read_score(number) is None


def test_only_the_first_line_that_the_customer_wrote_counts() -> None:
    assert read_score("It took long.\n5") is None
    assert read_score("> 1 (bad) 2 3 4 5 (good)\n\n2\nIt took long.") == 2
    assert read_score("您好：\n\n4\n谢谢") == 4


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_any_text_gives_a_score_or_none(text: str) -> None:
    assert read_score(text) in (None, 1, 2, 3, 4, 5)


@settings(max_examples=100)
@given(
    st.sampled_from(["我", "我们", "5", "的服务", "score ", "my ", "i am ", "是", "非常", " ", "*", "!", "，"]),
    st.integers(1, 10_000),
)
def test_no_repetition_makes_it_slow(part: str, times: int) -> None:
    assert read_score(part * times + "x") is None or times < 10
