"""Telephone numbers as they are compared, allowed and shown."""

import pytest

from intake.hotline.events import Digits, Speech
from intake.hotline.listening import key, number, offered, telling
from intake.hotline.numbers import e164, is_mobile, keyed, masked, refusal

OWN = "+862155550100"


@pytest.mark.parametrize(
    ("written", "is_"),
    [
        ("+8613800138000", "+8613800138000"),
        ("13800138000", "+8613800138000"),
        ("02155550199", "+862155550199"),
        ("+1 212 555 0147", "+12125550147"),
        ("008613800138000", "+8613800138000"),
        ("+266696687", None),
        ("12345", None),
        ("", None),
        ("anonymous", None),
    ],
)
def test_a_number_is_compared_in_e164(written: str, is_: str | None) -> None:
    assert e164(written, OWN) == is_


@pytest.mark.parametrize(
    ("written", "caller", "number"),
    [
        ("13812345678", "+8613900001111", "+8613812345678"),
        ("2025550123", "+8613900001111", "+12025550123"),
        ("2025550123", "", "+12025550123"),
        ("02155550199", "+8613900001111", "+862155550199"),
        ("4711", "+8613900001111", "4711"),
    ],
)
def test_a_keyed_number_is_of_the_callers_country_where_it_is_one_there(written: str, caller: str, number: str) -> None:
    assert keyed(written, caller, called="+12025550199") == number


def test_a_number_of_north_america_with_its_1_is_no_chinese_mobile() -> None:
    assert keyed("12025550199", "+12025550177", called="+862155550100") == "+12025550199"
    assert keyed("13800138000", "+8613900001111", called="+862155550100") == "+8613800138000"


def test_text_messages_go_to_mobile_numbers_alone() -> None:
    assert is_mobile("+8613800138000")
    assert not is_mobile("+862155550199")
    assert not is_mobile("")


@pytest.mark.parametrize(
    ("number", "allowed"),
    [("+8613800138000", True), ("+819012345678", False), ("+4915112345678", True), ("+449098790000", False)],
)
def test_home_and_the_countries_that_are_named_may_be_called(number: str, allowed: bool) -> None:
    assert (refusal(number, OWN, ("DE", "GB")) is None) == allowed


def test_a_masked_number_names_nobody() -> None:
    assert masked("+8613800138000") == "+86*00"
    assert masked("") == masked("12345678") == "*"


@pytest.mark.parametrize(
    ("said", "means"),
    [("Yes.", "1"), ("no", "2"), ("是的。", "1"), ("不对", "2"), ("two", "2"), ("四", "4"), ("maybe", "")],
)
def test_a_word_stands_for_a_key(said: str, means: str) -> None:
    assert key(Speech(said)) == means


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("one three eight zero zero", "13800"),
        ("一三八 零零", "13800"),
        ("FL 000042", "fl000042"),
        ("H F, 2026, oh seven one", "hf2026071"),
        ("I do not know", ""),
    ],
)
def test_a_number_can_be_said_in_words(said: str, means: str) -> None:
    assert number(Speech(said)) == means
    assert number(Speech(said, confidence=0.1)) == ""
    assert number(Digits("42")) == "42"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Speak to a person, please.", "2"),
        ("I would like to speak to a person.", "2"),
        ("Operator!", "2"),
        ("我要人工服务", "2"),
        ("报告故障。", "1"),
        ("查询工单", "4"),
        ("please call me back", "9"),
        ("three", "3"),
        ("The operator panel is dark", ""),
    ],
)
def test_what_the_menu_offers_can_be_said(said: str, means: str) -> None:
    assert offered(Speech(said)) == means


@pytest.mark.parametrize(
    ("said", "is_telling"),
    [
        ("宕机了", True),
        ("断网", True),
        ("fire", True),
        ("Thank you.", False),
        ("你好", False),
        ("啊", False),
        ("um", False),
    ],
)
def test_two_characters_of_chinese_tell_something_a_greeting_does_not(said: str, is_telling: bool) -> None:
    assert telling(Speech(said)) == (said if is_telling else "")
