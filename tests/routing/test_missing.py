"""What a report leaves out, so that the acknowledgement asks for it: not too much and not too little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import profile
from routing.missing import missing

YILONG = profile.load("yilong")
COMPLETE = (
    "Hangzhou Steel Ltd., Ann Lee, +86 571 8888 1234: the controller of the array, S/N 7X92K, shows two red lights "
    "since 9 o'clock and the shop is slow."
)


def asked(text: str, *, category: str = "network", level: int = 2, contact: str | None = "Ann Lee") -> tuple[str, ...]:
    return missing(YILONG, category, level, text, contact)


def test_a_complete_report_is_asked_nothing() -> None:
    assert asked(COMPLETE, category="hardware") == ()


def test_an_empty_report_is_asked_everything_in_the_order_of_the_profile() -> None:
    assert asked("", category="hardware", contact=None) == YILONG.ask_for


def test_a_general_question_is_asked_nothing() -> None:
    assert asked("How many users does our licence cover?", level=4, contact=None) == ()


def test_who_says_nothing_at_all_is_asked_what_it_is_about() -> None:
    assert asked(" \n?", level=4, contact=None) == ("symptom",)


def test_the_serial_number_is_asked_only_where_a_device_has_failed() -> None:
    text = COMPLETE.replace("S/N 7X92K", "on the left")

    assert asked(text, category="hardware") == ("serial_number",)
    assert asked(text, category="software") == ()


@pytest.mark.parametrize(
    "written", ["S/N 7X92K", "SN: 7X92K", "serial 7X92K", "序列号：7X92K", "序列號 7X92K", "機器序號7X92K"]
)
def test_a_serial_number_is_known_however_it_is_written(written: str) -> None:
    assert "serial_number" not in asked(written, category="hardware")


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "电话13800138000，请速回",
        "+86 138 0013 8000",
        "021-5888 1234",
        "(0571) 8888 1234",
        "（0571）88881234",
    ],
)
def test_a_telephone_number_is_known_however_it_is_written(written: str) -> None:
    assert "phone" not in asked(written)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("failed on 2026-11-09", id="a date"),
        pytest.param("failed on 2026-11-09 10:00:00", id="a date and a time"),
        pytest.param("从2026-11-09 10:00开始报错", id="a date among Chinese"),
        pytest.param("2026-11-08 2026-11-09", id="two dates"),
        pytest.param("192.168.10.12", id="an address of a host"),
        pytest.param("error 0x80070005", id="an error code"),
        pytest.param("ticket 4711", id="a short number"),
    ],
)
def test_what_only_looks_like_a_telephone_number_is_none(written: str) -> None:
    assert "phone" in asked(written)


def test_a_telephone_number_beside_a_date_is_still_known() -> None:
    assert "phone" not in asked("Since 2026-11-09 10:00, call 0571-88881234")


@pytest.mark.parametrize(
    "written",
    ["杭州钢铁公司", "市第一医院", "某某大学", "農業銀行", "杭州钢铁厂", "Steel Ltd.", "ACME GmbH", "General Hospital"],
)
def test_a_company_or_site_is_known_by_what_it_calls_itself(written: str) -> None:
    assert "company" not in asked(written)


@pytest.mark.parametrize(
    "written",
    ["nothing works", "the incident", "we are in trouble", "已联系设备厂商", "请厂家处理", "局域网不通", "recompany"],
)
def test_ordinary_words_are_no_company(written: str) -> None:
    assert "company" in asked(written)


@pytest.mark.parametrize("text", ["Help!", "不能用了，请处理", "It is broken, please call me"])
def test_a_few_words_are_no_detailed_account(text: str) -> None:
    assert "symptom" in asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "The mail server rejects every login since 9 o'clock today",
        "今天早上九点开始邮件服务器拒绝所有用户登录，业务中断",
    ],
)
def test_a_sentence_that_says_what_and_since_when_is_an_account_in_either_script(text: str) -> None:
    assert "symptom" not in asked(text)


@pytest.mark.parametrize("contact", [None, ""])
def test_a_sender_without_a_name_is_asked_for_one(contact: str | None) -> None:
    assert asked(COMPLETE, contact=contact) == ("contact",)


def test_a_profile_that_asks_for_nothing_gets_nothing() -> None:
    silent = YILONG.model_copy(update={"ask_for": ()})

    assert missing(silent, "hardware", 1, "", None) == ()


@given(st.text(alphabet="12+-() a\n", max_size=40))
def test_ascii_has_the_telephone_number_that_it_has_beside_other_signs(said: str) -> None:
    assert ("phone" in asked(said, level=2)) is ("phone" in asked(f"{said}\n\u00fc", level=2))
