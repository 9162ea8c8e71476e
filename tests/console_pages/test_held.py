"""Messages that are held since a backup was restored: looked through, sent and dropped on a page."""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from console.auth.roles import Role
from console.pages.held import ADDRESS
from console.services import Services
from models.db import Database
from models.tables import AuditRow, CaseRow, EventRow, OutgoingRow
from models.values import OutgoingState
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case, store
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn


@pytest.fixture
def ids(database: Database, clock: Clock) -> list[str]:
    """Three letters that are held, of three cases, the oldest first; and one that waits to be sent."""
    held = []
    for name in ("ann", "bob", "cai", "dee"):
        row = case(clock(), subject=f"{name}'s fault", customer=f"{name}@customer.example")
        store(database, row)
        due = clock() if name == "dee" else None
        letter = acknowledgement(row, clock(), recipient=f"{name}@customer.example", due_at=due)
        store(database, letter)
        held.append(letter.id)
        clock.forward(hours=1)
    return held[:3]


def states(database: Database) -> dict[str, tuple[str, bool]]:
    """By addressee, the state of each letter, and whether it is due."""
    with database.reading() as session:
        return {row.recipient[:3]: (row.state, row.due_at is not None) for row in session.scalars(select(OutgoingRow))}


def acts(database: Database) -> list[str]:
    with database.reading() as session:
        return [f"{row.what} {row.about}" for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def choose(browser: Browser, act: str, *ids: str, **fields: str) -> int:
    data = {"csrf": browser.csrf, "ids": list(ids), **fields}
    return int(browser.client.post(f"{ADDRESS}/{act}", data=data).status_code)


def test_what_is_held_is_listed_with_case_addressee_kind_and_age(log_in: LogIn, ids: list[str]) -> None:
    page = log_in(Role.VIEWER).page(ADDRESS)

    rows = [" ".join(row.text().split()) for row in page.css("tbody tr")]
    assert len(rows) == 3
    for said in ("Acknowledgement", "ann@customer.example", "FL-000001", "4 h ago"):
        assert said in rows[0]
    assert page.css("form[action*=held], button[form=held], input[form=held]") == []


def test_the_overview_says_that_messages_are_held_until_none_are(log_in: LogIn, ids: list[str]) -> None:
    supervisor = log_in(Role.SUPERVISOR)

    assert "Messages are held since a backup was restored, 3 in all" in text(supervisor.page("/intake"), "#held")
    choose(supervisor, "send", every="1")

    assert supervisor.page("/intake").css("#held") == []
    assert "Nothing is held" in text(supervisor.page(ADDRESS), "tbody")


@pytest.mark.parametrize("path", ["/intake/outgoing", "/cases/FL-000001"])
def test_a_message_that_is_held_is_not_said_to_wait_for_the_relay(log_in: LogIn, ids: list[str], path: str) -> None:
    pills = [pill.text() for pill in log_in().page(path).css("main .pill.warn")]

    assert any("held since a restore" in pill for pill in pills)


def test_the_chosen_ones_are_sent_and_the_others_stay(database: Database, log_in: LogIn, ids: list[str]) -> None:
    supervisor = log_in(Role.SUPERVISOR)

    assert choose(supervisor, "send", ids[0], ids[2]) == 303

    waiting, held = ("pending", True), ("pending", False)
    assert states(database) == {"ann": waiting, "bob": held, "cai": waiting, "dee": waiting}
    assert acts(database) == [f"sent held message FL-000001 {ids[0]}", f"sent held message FL-000003 {ids[2]}"]


def test_the_runner_is_woken_for_what_is_sent(services: Services, ids: list[str], log_in: LogIn) -> None:
    woken: list[str] = []
    supervisor = log_in(Role.SUPERVISOR)
    assert isinstance(supervisor.client.app, FastAPI)
    supervisor.client.app.state.services = replace(services, wake=lambda: woken.append("woken"))

    choose(supervisor, "send", ids[0])

    assert woken == ["woken"]


def test_what_is_dropped_is_never_sent_and_the_case_says_why_and_who(
    database: Database, log_in: LogIn, ids: list[str]
) -> None:
    supervisor = log_in(Role.SUPERVISOR)

    assert choose(supervisor, "drop", ids[1], reason=" it had gone out ") == 303

    assert states(database)["bob"] == (OutgoingState.FAILED, False)
    assert states(database)["ann"] == (OutgoingState.PENDING, False)
    with database.reading() as session:
        [entry] = session.scalars(select(EventRow).where(EventRow.kind == "not-sent")).all()
    said = "the acknowledgement that was held since a restore is not sent: it had gone out"
    assert (entry.case_id, entry.text) == (2, f"{said} (supervisor@firstline.example)")
    assert acts(database) == [f"dropped held message FL-000002 {ids[1]}"]


def test_all_are_dropped_at_once(database: Database, log_in: LogIn, ids: list[str]) -> None:
    choose(log_in(Role.SUPERVISOR), "drop", every="1", reason="moved")

    assert sorted(states(database).values()) == [("failed", False)] * 3 + [("pending", True)]


def test_the_entry_stands_in_the_case_that_a_merged_one_goes_on_in(
    database: Database, log_in: LogIn, ids: list[str]
) -> None:
    with database.transaction() as session:
        session.get_one(CaseRow, 1).merged_into = 2

    choose(log_in(Role.SUPERVISOR), "drop", ids[0], reason="moved")

    with database.reading() as session:
        assert session.scalars(select(EventRow.case_id).where(EventRow.kind == "not-sent")).all() == [2]


@pytest.mark.parametrize(
    ("act", "chosen", "fields"),
    [
        ("send", 0, {}),
        ("drop", 0, {"reason": "moved"}),
        ("drop", 1, {}),
        ("drop", 1, {"reason": "  "}),
        ("drop", 0, {"every": "1"}),
    ],
)
def test_without_a_choice_or_a_reason_nothing_happens(
    database: Database, log_in: LogIn, ids: list[str], act: str, chosen: int, fields: dict[str, str]
) -> None:
    before = states(database)

    assert choose(log_in(Role.SUPERVISOR), act, *ids[:chosen], **fields) == 409

    assert (states(database), acts(database)) == (before, [])


def test_of_two_who_choose_the_same_message_the_second_is_told_and_changes_nothing(
    database: Database, log_in: LogIn, ids: list[str]
) -> None:
    supervisor = log_in(Role.SUPERVISOR)
    choose(supervisor, "send", ids[0])

    assert choose(supervisor, "drop", *ids, reason="moved") == 409

    assert states(database)["bob"] == (OutgoingState.PENDING, False)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
@pytest.mark.parametrize("act", ["send", "drop"])
def test_who_may_not_decide_is_refused(database: Database, log_in: LogIn, ids: list[str], role: Role, act: str) -> None:
    before = states(database)

    assert choose(log_in(role), act, every="1", reason="moved") == 403

    assert states(database) == before
