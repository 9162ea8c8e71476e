"""Codes that nothing announces, as customers write them."""

import pytest

from classify.bare_codes import find


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("住院部CT室，CT64-10032，开机自检过不去", "CT64-10032"),
        ("the 3T (MR30-40112) shows helium at 61 %", "MR30-40112"),
        ("GY5500-0301/GY5500-0302 stand still", "GY5500-0302"),
        ("3号楼的 GY3300 0101 又停了", "GY3300-0101"),
        ("ＣＴ６４－１００２３开不了机", "CT64-10023"),
        ("CT64–10023 does not start.", "CT64-10023"),
        ("2107318940 is offline", "2107318940"),
    ],
)
def test_a_code_by_itself_is_found(text: str, code: str) -> None:
    assert code in [found.value for found in find(text)]


@pytest.mark.parametrize(
    "text", ["from 9 to 11.30 on floor 12", "2026-11-29", "order 45000777", "v5.2", "no code at all"]
)
def test_what_is_too_short_or_a_date_or_an_amount_is_none(text: str) -> None:
    assert not [found for found in find(text) if found.value.isdigit() or len(found.value) < 6]


def test_each_is_found_once_with_its_place() -> None:
    text = "CT64-10032 stopped. I mean CT64-10032."

    [found] = find(text)

    assert text[found.start : found.end] == found.value == "CT64-10032"


def test_of_very_many_the_first_are_enough() -> None:
    assert len(find(" ".join(f"AB-{number}" for number in range(1000, 2000)))) == 40
