"""What `firstline doctor` says of people: who is missing, when nobody is on call, whether the timers run."""

from datetime import date, timedelta

import pytest

from models.db import Database
from models.errors import FirstlineError
from models.tables import ContractRow, CustomerRow, ShiftRow, StaffRow, UserRow
from routing import profile as profiles
from tests.conftest import Clock
from workers.cases.people import ASSIGNEE, ON_CALL
from workers.cli import doctor_people

YILONG = profiles.load("yilong")
TEAMS = sorted({rule.team for rule in YILONG.teams})


def hire(database: Database, *roles: str) -> None:
    with database.transaction() as session:
        for role in roles:
            address = f"{role}@firstline.example"
            teams = TEAMS if role == "engineer" else []
            session.add(StaffRow(name=role.title(), address=address, address_key=address, role=role, teams=teams))


def on_call(database: Database, clock: Clock, days: float) -> None:
    with database.transaction() as session:
        end = clock() + timedelta(days=days)
        session.add(ShiftRow(team=TEAMS[0], staff_id=1, starts_at=clock() - timedelta(days=1), ends_at=end))


def roles_told() -> set[str]:
    return {role for rule in YILONG.ladder for role in rule.tell} - {ASSIGNEE, ON_CALL}


def test_staff_for_every_role_of_the_ladder_is_well(database: Database, clock: Clock) -> None:
    hire(database, "engineer", "expert", *sorted(roles_told() - {"engineer", "expert"}))

    with database.reading() as session:
        said = doctor_people.staff(session, YILONG, "", clock())

    assert "somebody for each role that yilong tells" in said


def test_a_desk_that_can_tell_nobody_is_not_well(database: Database, clock: Clock) -> None:
    with database.reading() as session:
        with pytest.raises(FirstlineError, match=r"set FIRSTLINE_DUTY=.* firstline directory import staff\.csv"):
            doctor_people.staff(session, YILONG, "", clock())

        said = doctor_people.staff(session, YILONG, "duty@firstline.example", clock())

    assert said == "the directory has none; duty@firstline.example is told instead"


def test_roles_that_nobody_has_are_named(database: Database, clock: Clock) -> None:
    hire(database, "specialist")

    with database.reading() as session, pytest.raises(FirstlineError) as found:
        doctor_people.staff(session, YILONG, "", clock())

    assert "director" in str(found.value)
    assert f"on call for {TEAMS[0]}" in str(found.value)
    assert "specialist" not in str(found.value)
    assert "set FIRSTLINE_DUTY" in str(found.value)


def test_a_desk_whose_people_have_all_left_is_not_well(database: Database, clock: Clock) -> None:
    hire(database, "specialist")
    with database.transaction() as session:
        address = "specialist@firstline.example"
        gone = UserRow(address=address, address_key=address, name="S", role="agent", password="-", is_disabled=True)
        gone.created_at = clock()
        session.add(gone)

    with database.reading() as session, pytest.raises(FirstlineError, match="specialist"):
        doctor_people.staff(session, YILONG, "", clock())


def test_roles_that_the_scheme_of_a_contract_tells_are_named_too(database: Database, clock: Clock) -> None:
    hire(database, "engineer", "expert", *sorted(roles_told() - {"engineer", "expert"}))
    with database.transaction() as session:
        session.add(CustomerRow(id=1, number="C-1", number_key="c-1", name="Tangxi"))
        session.flush()
        for name, ends_on in (("vodecn", None), ("ucloud", date(2025, 12, 31))):
            number = f"HT-{name}"
            contract = {"number": number, "number_key": number.casefold(), "starts_on": date(2025, 1, 1)}
            session.add(ContractRow(customer_id=1, profile=name, ends_on=ends_on, **contract))

    with database.reading() as session, pytest.raises(FirstlineError) as found:
        doctor_people.staff(session, YILONG, "", clock())

    assert "vodecn tells roles that nobody has: account-manager, supervision" in str(found.value)
    assert "ucloud" not in str(found.value)  # its contract is over


def test_a_scheme_that_running_contracts_name_and_nobody_has_is_named(database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        session.add(CustomerRow(id=1, number="C-1", number_key="c-1", name="Tangxi"))
        session.flush()
        for name, ends_on in (("gone", date(2025, 12, 31)), ("ostwind", None), ("yilong", None)):
            contract = {"number": name, "number_key": name, "starts_on": date(2025, 1, 1)}
            session.add(ContractRow(customer_id=1, profile=name, ends_on=ends_on, **contract))

    with database.reading() as session, pytest.raises(FirstlineError, match=r"name ostwind, .* FIRSTLINE_SCHEMES"):
        doctor_people.refuse_lost_schemes(session, "yilong", clock())
