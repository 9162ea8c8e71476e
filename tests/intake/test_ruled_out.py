"""What is ruled out at a glance holds nothing that the expression behind it finds."""

import re

from hypothesis import given
from hypothesis import strategies as st

from intake.filters import scan_words
from intake.mail import armour, encoded_words, guess, quote_words, signature

_PIECES = (
    *("scanned image", "SCANNED", "ſcan date:", "扫描日期：", "attached file is a ", "\n", " ", ":", "：", "x"),
    *("Ann <ann@x.example>", "2026-11-09 ", "Quoting Ann <a@x>:", "begin forwarded message", "queries to"),
    *("-----BEGIN PGP MESSAGE-----", "+AGE-", "ABCDE", "=?utf-8?q?x?=", "=?", "?=", "11/9/2026 10:14", ">"),
)
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=12).map("".join)
_LINES = st.lists(
    st.sampled_from(
        (
            "",
            "  ",
            "Kind regards",
            "Ann Lee",
            "+86 21 5555 1234",
            "ann@x.example",
            "It is down.",
            "Please come!",
        )
    ),
    max_size=24,
)


@given(_TEXTS)
def test_a_scanners_line_holds_one_of_the_signs(text: str) -> None:
    found = scan_words._LINE.search(text)

    assert found is None or any(sign in text.casefold() for sign in scan_words._SIGNS)


@given(_TEXTS)
def test_what_announces_a_quote_with_an_address_or_a_colon_holds_it(text: str) -> None:
    for line in text.split("\n"):
        assert not quote_words.DATED.match(line) or "@" in line
        assert not quote_words.BEGINS.fullmatch(line) or ":" in line or "：" in line
        assert not quote_words.NOTES.fullmatch(line) or ":" in line


@given(_TEXTS)
def test_an_encrypted_text_holds_its_first_line(text: str) -> None:
    assert armour.is_encrypted(text) is bool(armour._ENCRYPTED.search(text))


@given(_TEXTS)
def test_utf_7_holds_a_plus(text: str) -> None:
    data = text.encode("ascii", "ignore")

    assert guess._has_utf_7(data) is bool(re.search(rb"\+[A-Za-z0-9+/]{4,}-", data))


@given(_TEXTS)
def test_an_encoded_word_holds_its_beginning(text: str) -> None:
    assert "=?" in text or not encoded_words.WORD.search(text)


@given(_LINES)
def test_below_the_first_line_of_a_card_there_is_a_card_and_below_none_before_it(lines: list[str]) -> None:
    first = signature._card(lines)

    assert [signature._is_card(lines[at + 1 :]) for at in range(len(lines))] == [
        at >= first for at in range(len(lines))
    ]
