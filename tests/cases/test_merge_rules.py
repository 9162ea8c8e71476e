"""Which cases may become one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.tables import CaseRow
from models.values import CaseState
from tests.console import builders
from workers.cases.merge_rules import is_of_one_customer, level_after, refusal, takes_over

AT = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def case(number: int, **changes: Any) -> CaseRow:
    return builders.case(AT, id=number, **({"customer": "ann@customer.example"} | changes))


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ({"customer_id": 1}, {"customer_id": 1, "customer": "bob@elsewhere.example"}, True),
        ({"customer_id": 1}, {"customer_id": 2}, False),
        ({"customer_id": 1}, {}, True),
        ({"customer_id": 1}, {"customer": "bob@elsewhere.example"}, False),
        ({}, {"customer": "Ann+tickets@Customer.example"}, True),
        ({}, {"customer": "bob@it.customer.example"}, True),
        ({"customer": "ann@gmail.com"}, {"customer": "bob@gmail.com"}, False),
        ({"customer": "+8613800000001"}, {"customer": "+8613800000001"}, True),
        ({"customer": "+8613800000001"}, {"customer": "+8613800000002"}, False),
        ({"customer": None}, {"customer": None}, False),
        ({"customer": ""}, {"customer": ""}, False),
        ({}, {"customer": None}, False),
    ],
)
def test_whose_cases_are_of_one_customer(one: dict[str, Any], other: dict[str, Any], is_one: bool) -> None:
    assert is_of_one_customer(case(1, **one), case(2, **other)) is is_one
    assert is_of_one_customer(case(2, **other), case(1, **one)) is is_one


@pytest.mark.parametrize("over", [CaseState.SOLVED, CaseState.CLOSED])
def test_open_work_does_not_end_in_what_is_over(over: CaseState) -> None:
    assert "nobody would work on FL-000001" in (refusal(case(1), case(2, state=over)) or "")
    assert refusal(case(1, state=over), case(2)) is None
    assert refusal(case(1, state=CaseState.CLOSED), case(2, state=over)) is None


def test_the_graver_level_counts_whichever_way() -> None:
    assert level_after(case(1, level=1), case(2, level=4)) == level_after(case(1, level=4), case(2, level=1)) == 1


def test_who_works_on_one_case_takes_the_other_only_where_nobody_has_it() -> None:
    mine = case(1, state=CaseState.IN_PROGRESS, accepted_by="eve@firstline.example")

    assert takes_over(mine, case(2, state=CaseState.ACKNOWLEDGED))
    assert not takes_over(mine, case(2, state=CaseState.ACCEPTED))
    assert not takes_over(case(1, accepted_by="eve@firstline.example"), case(2))
