"""Two spellings of one number are one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.values import directory_key

WRITTEN = st.text(alphabet=st.sampled_from("abÅßéΣ中例１Ａ－-_.@ \t\u3000\u200b\ufeff09"), max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SN-4711 A", "sn-4711a"),
        ("ＳＮ－４７１１", "sn-4711"),
        ("C 1001", "c\u30001001"),
        ("C-1\u200b", "c-1"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_width_and_blanks_do_not_count(one: str, other: str) -> None:
    assert directory_key(one) == directory_key(other)


def test_different_numbers_stay_different() -> None:
    assert len({directory_key(number) for number in ("C-1", "C1", "C-01", "C_1")}) == 4


@given(WRITTEN)
def test_a_key_is_its_own_key(text: str) -> None:
    assert directory_key(directory_key(text)) == directory_key(text)
