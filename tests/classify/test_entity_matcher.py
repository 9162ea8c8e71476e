"""The matcher of names answers as spaCy's EntityRuler does with the same patterns."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classify.components.entity_matcher import names
from classify.components.entity_patterns import ANNOUNCED, COMPANY_ENDS, CONTACTS, SEPARATORS
from tests.classify.ruler import ruled

_PIECES = st.sampled_from(
    [
        *("S/N", "serial number", "Site", "error code", "合同", "序列号", "contact", "my name is", "联系人"),
        *("is", "是", "为", "#", ":", "(", "-", '"', "=", "s", "."),
        *("4711", "7X92K", "a--47", "E17", "ORA-00600", "0x80070057", "x0x80070057", "é7", "E17."),
        *("Blue", "Sea", "A&B", "O'Neil", "GmbH", "Ltd.", "Co", "of", "上海某某有限公司", "医院", "王", "小", "明"),
        *(" ", " ", " ", " ", "  ", "\n", "\t", "\u00a0", "İ", "\ud800", ","),
    ]
)


def matched(text: str) -> list[tuple[str, int, int]]:
    return sorted(
        ((label, start, end) for label, _, start, end in names(text, [(0, len(text))])), key=lambda found: found[1]
    )


@settings(max_examples=500)
@example("contact Maria Gomez Blue Sea Big Ltd")  # the longest name of a company leaves a shorter name of a person
@example("联系人：是是王")
@example("联系人是王强生")
@example("序列 号 4711")
@example("Blue Sea Co Ltd. Co")
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_it_finds_what_the_ruler_finds(text: str) -> None:
    encodable = text.encode("utf-8", "replace").decode("utf-8")  # spaCy takes no half characters

    assert matched(text) == ruled(encodable)


@pytest.mark.parametrize("sign", ["", " ", *SEPARATORS])
def test_what_announces_a_number_does_so_behind_any_sign(sign: str) -> None:
    phrases = (phrase for phrases in ANNOUNCED.values() for phrase in phrases)
    text = "\n".join(f"{phrase}{sign}E4711 {phrase.upper()} {sign} C-7," for phrase in phrases)

    assert matched(text) == ruled(text)


@pytest.mark.parametrize("phrase", CONTACTS)
@pytest.mark.parametrize("name", ["Ann", "Ann O'Neil", "Ann B. van C", "Ann Bo Cy Do", "王强", "王小明同学", "王"])
def test_contacts_have_names_of_some_words(phrase: str, name: str) -> None:
    text = f"{phrase}: {name}"

    assert matched(text) == ruled(text)


@pytest.mark.parametrize("end", COMPANY_ENDS)
def test_companies_have_names_of_some_words(end: str) -> None:
    text = f"we of Ab Bc Cd De Ef {end} and {end}. Gh {end}.\n{end}"

    assert matched(text) == ruled(text)
