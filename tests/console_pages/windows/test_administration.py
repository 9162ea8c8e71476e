"""The pages of administration in a real browser: a swap on the rota, the simulator, a list that is sent."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from console.auth.roles import Role
from models.db import Database
from models.tables import AuditRow, CustomerRow, ShiftRow, StaffRow
from tests.conftest import Clock
from tests.console_pages.windows.conftest import OpenWindow

pytestmark = pytest.mark.long


@pytest.fixture
def rota(database: Database, clock: Clock) -> None:
    """Ann and Ben are on call today; Cai is not."""
    with database.transaction() as session:
        for name in ("Ann", "Ben", "Cai"):
            address = f"{name.lower()}@firstline.example"
            session.add(StaffRow(name=name, address=address, address_key=address, role="engineer", teams=["incident"]))
            session.flush()
        for staff_id in (1, 2):
            day = {"starts_at": clock() - timedelta(hours=10), "ends_at": clock() + timedelta(hours=14)}
            session.add(ShiftRow(team="incident", staff_id=staff_id, **day))


@pytest.mark.usefixtures("rota")
def test_a_supervisor_swaps_two_people_with_the_mouse_and_takes_it_back(window: OpenWindow, database: Database) -> None:
    page = window("/rota", Role.SUPERVISOR)
    expect(page.locator("tr.today")).to_contain_text("Ann, Ben")

    page.get_by_label("Who").select_option(label="Cai · engineer")
    page.get_by_label("In the place of").select_option(label="Ann")
    page.get_by_label("From").fill("2026-11-09T12:00")
    page.get_by_label("Until").fill("2026-11-09T18:00")
    page.get_by_role("button", name="Put on call").click()
    expect(page.locator("tr.today")).to_contain_text("12:00–18:00 Ben, Cai (for Ann)")
    page.get_by_role("button", name="Take off").first.click()

    expect(page.locator("tr.today")).to_contain_text("Ann, Ben")
    with database.reading() as session:
        acts = session.scalars(select(AuditRow.what).order_by(AuditRow.id)).all()
        assert acts == ["swapped on call", "taken off call"]


def test_the_simulator_changes_its_form_with_the_scheme_and_answers(window: OpenWindow) -> None:
    page = window("/schemes/simulator?profile=yilong", Role.VIEWER)

    page.get_by_label("Service scheme").select_option("service-plan")
    page.get_by_label("Class").select_option("elsewhere")
    page.get_by_label("Level").select_option("1")
    page.get_by_label("Arrives at").fill("2026-11-09T10:00")
    page.get_by_role("button", name="Simulate").click()

    expect(page.locator("#clocks tr", has_text="Engineer on site")).to_contain_text("2026-11-09 22:00")
    page.locator("#messages details").first.locator("summary").click()
    expect(page.locator("#messages details").first).to_contain_text("FL-000001")


def test_a_list_is_chosen_looked_at_and_taken_in(window: OpenWindow, database: Database, tmp_path: Path) -> None:
    chosen = tmp_path / "customers.csv"
    chosen.write_text("number,name,language,note,domains\nC-1,Bank,en,,\n", "utf-8")
    page = window("/directory/lists", Role.ADMIN)

    page.get_by_label("CSV files").set_input_files(chosen)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator("#plan")).to_contain_text("new C-1")
    page.get_by_role("button", name="Take in").click()

    expect(page.locator("#done")).to_be_visible()
    with database.reading() as session:
        assert session.scalars(select(CustomerRow.name)).all() == ["Bank"]


@pytest.mark.usefixtures("rota")
@pytest.mark.parametrize(
    "path",
    [
        "/rota",
        "/rota?view=month",
        "/schemes",
        "/schemes/yilong",
        "/schemes/yilong/letters",
        "/schemes/simulator?go=1",
        "/directory/lists",
        "/classifier",
    ],
)
def test_on_a_phone_no_page_is_wider_than_the_screen(window: OpenWindow, path: str) -> None:
    page = window(path, Role.ADMIN, viewport={"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
