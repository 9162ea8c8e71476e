"""What a mail adds to those it quotes. What is left out must have been quoted or signed, never said."""

import time

import pytest

from intake.mail.quote_headers import LIMIT_LINES
from intake.mail.reply import new_text, split
from intake.mail.setting import Setting

SAID = "The disk in slot 3 failed again.\nPlease send another."


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "\n\nOn Mon, 9 Nov 2026 at 10:00, Desk <support@firstline.example> wrote:\n> Is it slot 3?",
        "\n\nOn Mon, 9 Nov 2026 at 10:00, Desk\n<support@firstline.example> wrote:\n> Is it slot 3?",
        "\n\n-----Original Message-----\nFrom: Desk\nSent: Monday\nTo: Ann\nSubject: Slot\n\nIs it slot 3?",
        "\n\nFrom: Desk <support@firstline.example>\nSent: Monday, 9 November 2026\nTo: Ann\nSubject: Slot\n\nIs?",
        "\n\n________________________________\nFrom: Desk\nSent: Monday\nTo: Ann\nSubject: Slot\n\nIs it slot 3?",
        "\n\n发件人: Desk\n发送时间: 2026年11月9日 10:00\n收件人: Ann\n主题: 硬盘\n\n是3号槽吗？",
        "\n\n2026年11月9日 10:00，Desk <support@firstline.example> 写道：\n> 是3号槽吗？",
        '\n\n在 2026-11-09 10:05:33，"Desk" <support@firstline.example> 写道：\n\n> 是3号槽吗？',
        "\n\n於 2026年11月9日 週一 上午10:00寫道：\n> 是3號槽嗎？",
        "\n\n------------------ 原始邮件 ------------------\n发件人: Desk;\n收件人: Ann;\n\n是3号槽吗？",
        "\n\nAm 09.11.2026 um 10:00 schrieb Desk <support@firstline.example>:\n> Steckplatz 3?",
        "\n\n-- \nAnn Lee\nCustomer Ltd",
        "\n\nBest regards,\nAnn Lee",
        "\n\nKind regards\nAnn",
        "\n\nThanks,\nAnn",
        "\n\nSent from my iPhone",
        "\n\n获取 Outlook for iOS",
        "\n\n取得 iOS 版 Outlook",
        "\n\n【紧急声明】本邮件含有保密信息，如误收请停止使用，数据丢失、业务中断概不负责。",
        "\n\nIMPORTANT: URGENT - if you are not the intended recipient stop reading, it may destroy data.",
    ],
)
def test_quoted_history_and_signature_are_taken_off(rest: str) -> None:
    assert new_text(SAID + rest, split(SAID + rest)) == SAID


@pytest.mark.parametrize("mark", ["PS:", "P.S.", "P. S.:", "PPS:", "又及：", "另外，"])
def test_a_postscript_below_a_signature_is_said(mark: str) -> None:
    text = f"{SAID}\n\n-- \nAnn Lee\nCustomer Ltd\n\n{mark} Line 5 has stopped."

    assert new_text(text, split(text)).endswith(f"{mark} Line 5 has stopped.")


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\nit fails with:\n- no route to host\n- timeout\nPlease help.",
        "Hello,\n\nThanks, but the server is still down since Monday.\nPlease come today.",
        "Hello,\nThank you, yet the array has lost its second controller now.",
        "你好，\n谢谢，但是服务器今天早上又宕机了，请马上处理。",
        "Hello.\nWarning: the mail store is 99 % full, mail will stop soon.\nPlease come.",
        "Disk full.\nImportant note: nobody can read mail.",
        "On Monday it worked.\nOn Tuesday he wrote a letter.\nIt fails since.",
        "> only quoted\n> lines",
        "-- \nonly a signature",
        "On Mon, 9 Nov 2026 at 10:00, Desk <support@firstline.example> wrote:\n> Is it slot 3?\n\nYes, slot 3.",
        "获取 Outlook 日志失败",
        "重要提示：邮件服务器的数据丢失了",
        "!!!",
        "",
    ],
)
def test_what_was_said_is_kept(text: str) -> None:
    said = {line for line in text.split("\n") if line and not line.startswith(("On Mon, ", ">", "--"))}

    assert said <= set(new_text(text, split(text)).split("\n"))


def test_where_nothing_would_be_left_all_of_it_is() -> None:
    quoted = "On Mon, 9 Nov 2026 at 10:00, Desk <support@firstline.example> wrote:\n> Is it slot 3?"

    assert new_text(quoted, split(quoted)).endswith("> Is it slot 3?")


@pytest.mark.parametrize(
    "unit", ["On a ba b", "On a\n", "\n", "\n \n", " ", "\t", ".Warning: a", "> ", "From: a\n", "-- ", "--\n", "* "]
)
@pytest.mark.parametrize("end", ["", "\nend", "x"])
def test_no_text_takes_long(unit: str, end: str) -> None:
    text = "a" + (unit * 60_000)[: 60_000 - 10] + end
    begin = time.perf_counter()

    new_text(text, split(text))

    assert time.perf_counter() - begin < 3


@pytest.mark.parametrize("length", [1_900, 1_999])
def test_lines_just_below_the_limit_do_not_take_long_either(length: int) -> None:
    text = "\n".join(("On " + "a b" * 700)[:length] for _ in range(29))
    begin = time.perf_counter()

    new_text(text, split(text))

    assert time.perf_counter() - begin < 5


def test_a_few_words_above_the_writers_own_card_are_no_part_of_it() -> None:
    card = "| |\n王海\n|\n|\nwanghai@163.com\n|"
    quote = "---- 回复的原邮件 ----\n| 发件人 | Desk |\n| 主题 | 硬盘 |\n是3号槽吗？"
    text = f"还是连不上\n\n\n{card}\n{quote}"
    setting = Setting(answers=True, names=frozenset({"王海"}))

    assert new_text(text, split(text, setting), setting) == "还是连不上"


@pytest.mark.parametrize("line", ["> what was said before", "Message-ID: <1@x>", "-----Original Message-----"])
def test_what_stands_below_more_lines_than_anybody_writes_is_new(line: str) -> None:
    text = "\n".join([*[line] * LIMIT_LINES, SAID])
    spans = split(text)

    assert new_text(text, spans).endswith(SAID)
    assert (spans[0].start, spans[-1].end) == (0, len(text))


def test_a_quote_as_long_as_is_looked_for_is_taken_off() -> None:
    text = "\n".join([SAID, "", "On Mon, 9 Nov 2026, Desk <d@x.example> wrote:", *["> so"] * (LIMIT_LINES - 4)])

    assert new_text(text, split(text)) == SAID


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("> 1. Is the lamp on?\nno\n> 2. Who is affected?\nall of us", "no\nall of us"),
        ("It adds wrongly:\n> 1 + 1\n3\n> 2 + 2\n5", "It adds wrongly:\n> 1 + 1\n3\n> 2 + 2\n5"),
    ],
)
def test_a_list_that_is_quoted_is_no_shell(text: str, said: str) -> None:
    answers = Setting(answers=True)

    assert new_text(text, split(text, answers), answers) == said
