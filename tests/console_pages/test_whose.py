"""A case that was taken for another customer's is put under the right one, on its page."""

import pytest
from sqlalchemy import select

from models.db import Database
from models.tables import AuditRow, CaseRow, EventRow
from tests import directory
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn

CASE = "/cases/FL-000001"


@pytest.fixture
def mistaken(database: Database, clock: Clock) -> int:
    """A case that was put under C-1, and C-2 whose it is."""
    wrong, right = directory.customer(database, "C-1"), directory.customer(database, "C-2")
    directory.contract(database, right, "SP-2", "service-plan")
    directory.contact(database, right, "ada@right.example")
    store(database, case(clock(), customer="ann@customer.example", customer_id=wrong))
    return right


@pytest.mark.parametrize("asked", ["c-2", "customer c-2", "ada@right"])
def test_customers_are_found_by_number_name_and_people(mistaken: int, log_in: LogIn, asked: str) -> None:
    found = log_in().page(f"{CASE}/customers?q={asked}", HX_Request="true")

    assert [each.attributes["value"] for each in found.css("input[type=radio]")] == ["C-2", "-"]


def test_the_case_is_planned_anew_by_the_right_customers_contract(
    mistaken: int, log_in: LogIn, database: Database
) -> None:
    agent = log_in(name="eve")

    assert agent.post(f"{CASE}/customer", customer="C-2", reason="Ada called").status_code == 303

    with database.reading() as session:
        row = session.get_one(CaseRow, 1)
        assert (row.customer_id, row.profile) == (mistaken, "service-plan")
        told = session.scalars(select(EventRow).where(EventRow.kind == "assigned")).one()
        assert (told.actor, "Ada called" in told.text) == ("eve@firstline.example", True)
        assert session.scalars(select(AuditRow.what)).all() == ["assigned"]
    assert "Customer C-2 (C-2)" in text(agent.page(CASE), "aside")


def test_a_case_can_be_nobodys(mistaken: int, log_in: LogIn, database: Database) -> None:
    agent = log_in()
    assert agent.page(CASE).css_first("#whose-found input[value='-']") is not None

    agent.post(f"{CASE}/customer", customer="-")

    with database.reading() as session:
        assert session.get_one(CaseRow, 1).customer_id is None


def test_a_customer_who_does_not_exist_is_named(mistaken: int, log_in: LogIn, database: Database) -> None:
    answer = log_in().post(f"{CASE}/customer", customer="C-3")

    assert answer.status_code == 409
    assert "there is no customer C-3" in answer.text
    with database.reading() as session:
        assert session.get_one(CaseRow, 1).customer_id != mistaken
