"""The signed case token: found wherever it stands, never where it was not given out."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.values import case_number
from routing import token

KEY = b"test key"
TRUE = token.sign("FL-000042", KEY)


def test_a_token_is_the_number_and_ten_characters_fit_for_an_address() -> None:
    number, _, digest = TRUE.rpartition("-")

    assert number == "FL-000042"
    assert len(digest) == 10
    assert set(digest) <= set(string.ascii_lowercase + "234567")


@pytest.mark.parametrize(
    "text",
    [
        TRUE,
        TRUE.upper(),
        TRUE.lower(),
        f"Re: [{TRUE}] Backup failed",
        f"support+{TRUE}@firstline.example",
        f"support+{TRUE.lower()}@firstline.example",
        f"回复：【{TRUE}】备份失败",
        f"工单{TRUE}仍未解决",
        f"回覆:{TRUE}。",
        f"Re_ _{TRUE}_ Backup",
        f"Re: [{TRUE.replace('-', ' ')}] Backup",
        f"Re: [{TRUE.replace('-', '–')}] Backup",
        f"Re: [{TRUE.replace('-', ' -')}] Backup",
        f"Re: [{TRUE[:14]} {TRUE[14:]}] Backup",
        f"Re: [{TRUE[:14]}\r\n\t{TRUE[14:]}] Backup",
        f"Re: [\u200b{TRUE[:2]}\u200b{TRUE[2:14]}\u00ad{TRUE[14:]}\u2060] Backup",
    ],
)
def test_a_true_token_is_found_wherever_and_however_it_is_written(text: str) -> None:
    found = list(token.find(text, KEY))

    assert found == [42]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("FL-000042", id="the number alone"),
        pytest.param("FL-000042-aaaaaaaaaa", id="guessed"),
        pytest.param(TRUE.replace("000042", "000043"), id="moved to another case"),
        pytest.param(TRUE.replace("000042", "0000042"), id="number written otherwise"),
        pytest.param(TRUE[:-1], id="cut short"),
        pytest.param(TRUE + "a", id="with a character more"),
        pytest.param("X" + TRUE, id="part of a word"),
        pytest.param(TRUE.replace("000042", "００００４２"), id="full-width digits"),
        pytest.param(TRUE.replace("000042", "٠٠٠٠٤٢"), id="Arabic digits"),
        pytest.param("FL-000042-abcdefghiſ", id="a long s, which is an s in another case"),
        pytest.param("FL-000042-abcdefghi\u212a", id="the Kelvin sign, which is a k in another case"),
        pytest.param(token.sign("FL-000042", b"other key"), id="signed with another key"),
        pytest.param(f"FL-{'9' * 5000}-abcdefghij", id="a number beyond all numbers"),
    ],
)
def test_what_was_not_given_out_is_passed_over(text: str) -> None:
    found = list(token.find(text, KEY))

    assert found == []


def test_several_tokens_are_found_in_order_and_forged_ones_between_them_do_no_harm() -> None:
    first, second = token.sign("FL-000007", KEY), token.sign("FL-1234567", KEY)

    found = list(token.find(f"Re: [{second}] [FL-000042-aaaaaaaaaa] Fwd: [{first}] {second}", KEY))

    assert found == [1234567, 7, 1234567]


@given(st.text())
def test_no_text_raises_and_no_text_is_a_token_by_chance(text: str) -> None:
    assert list(token.find(text, KEY)) == []


@given(st.integers(1, 10**12 - 1), st.binary(min_size=1))
def test_every_case_has_a_token_that_leads_back_to_it(case_id: int, key: bytes) -> None:
    signed = token.sign(case_number(case_id), key)

    assert list(token.find(signed, key)) == [case_id]
