"""The clues that a report gives, as keys that can be looked up."""

import pytest

from models.db import Database
from routing import profile as profiles
from tests import directory
from workers.stages import known
from workers.stages.recognise import clues_from


def test_an_address_is_looked_up_as_written_and_without_its_plus_part() -> None:
    clues = clues_from("Ann+Alarms@Customer.Example", [])

    assert clues.addresses == ("ann+alarms@customer.example", "ann@customer.example")
    assert clues.domain == "customer.example"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("ann@straße.example", id="a domain that folds into another one"),
        pytest.param('"a n n"@customer.example', id="blanks within"),
        pytest.param("ann@customer\0.example", id="a NUL"),
        pytest.param("ann@customer\ud800.example", id="half a character"),
        pytest.param(f"{'a' * 320}@customer.example", id="endless"),
        pytest.param("", id="empty"),
        pytest.param(None, id="none"),
    ],
)
def test_an_address_that_only_becomes_anothers_by_the_making_of_keys_is_no_clue(address: str | None) -> None:
    clues = clues_from(address, [])

    assert (clues.addresses, clues.domain) == ((), None)


def test_numbers_are_compared_without_case_width_and_blanks() -> None:
    named = [
        ("serial_number", "ＳＮ-4711 a"),
        ("contract", "SP 1"),
        ("site", "S-1"),
        ("phone", "+8621000001"),
        ("x", "1"),
    ]

    clues = clues_from(None, named)

    assert (clues.serial_numbers, clues.contract_numbers, clues.site_numbers) == (("sn-4711a",), ("sp1",), ("s-1",))
    assert clues.named_phones == ("+8621000001",)
    assert clues.phone is None


def test_of_very_many_or_very_long_numbers_the_first_and_the_usable_are_enough() -> None:
    named = [("serial_number", "9" * 65), *(("serial_number", f"SN-{number}") for number in range(100))]

    clues = clues_from(None, named)

    assert clues.serial_numbers == tuple(f"sn-{number}" for number in range(20))


def test_more_clues_than_one_statement_takes_are_looked_up_in_several(database: Database) -> None:
    found = directory.customer(database, "C-1", domain="customer.example")
    contact = directory.contact(database, found, "ann0@customer.example")
    clues = [clues_from(f"ann{number}@customer.example", []) for number in range(2500)]

    with database.reading() as session:
        answer = known.read(session, clues, profiles.load("yilong"))

    assert set(answer.customers) == {found}
    assert answer.by_address["ann0@customer.example"].id == contact
