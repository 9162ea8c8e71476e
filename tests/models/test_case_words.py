"""The words that a case is found by."""

from hypothesis import given
from hypothesis import strategies as st

from models.case_words import asked, words

_WRITTEN = st.text(st.characters(max_codepoint=127)) | st.text("+12 a.@()-/'_\n")


@given(_WRITTEN)
def test_ascii_has_the_words_that_it_has_beside_other_signs(said: str) -> None:
    assert words(said) == words(f"{said}\n\u00fc") - {"\u00fc"}


def test_a_telephone_number_is_found_by_its_end_with_a_plus_or_without() -> None:
    for written in ("+49 89 1234567", "(089) 123-4567", "08912345670", "tel:0891234567"):
        assert any(word.isdecimal() and len(word) == 8 for word in words(written)), written


def test_an_address_or_a_number_is_found_with_chinese_written_up_to_it() -> None:
    for written, typed in (
        ("邮箱ann@kunde.example无法登录", "ann@kunde.example"),
        ("请联系ann@kunde.example。谢谢", "Ann@Kunde.example"),
        ("《ann@kunde.example》", "ann@kunde.example"),
        ("用户@例子.公司收不到信", "用户@例子.公司"),
        ("电话138 0013 8000请回", "13800138000"),
        ("电话13800138000请回", "138-0013-8000"),
        ("请打+86 21 5555 6666分机8", "021-55556666"),
    ):
        found = words(written)
        for alternatives in asked(typed).groups:
            assert any(found.issuperset(each) for each in alternatives), (written, alternatives)


def test_a_line_that_is_made_to_hurt_is_read_and_an_address_beside_it_is_found() -> None:
    long = "a" * 1_000_000

    for hurting in (f"{long}@", f"{long}@{long}", "a@" * 100_000):
        assert "annkundeexample" in words(f"{hurting} <ann@kunde.example>")


def test_what_is_longer_than_any_telephone_number_or_part_of_a_code_is_none() -> None:
    for written in ("1234567890123456", "+1234567890123456", "A1234567"):
        assert not any(word.isdecimal() and len(word) == 8 for word in words(written)), written
