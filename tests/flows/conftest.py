"""What the scenarios share."""

from collections.abc import Callable
from datetime import date

import pytest

from intake.accept import Acceptor
from models.db import Database
from routing.breaker import Scope
from tests import directory
from tests.conftest import LIMITS, Clock, make_office
from tests.flows.story import Story
from workers.cases.office import Office
from workers.desk import Desk


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    return Story(make_desk(limits=LIMITS | {Scope.ADDRESS: 3}), acceptor, clock)


@pytest.fixture
def calling_office(clock: Clock) -> Office:
    """One that can send texts and call, too."""
    return make_office(clock, means=frozenset({"email", "sms", "voice"}))


@pytest.fixture
def plan(database: Database) -> int:
    """A customer with a running service plan, whose arrays stand elsewhere."""
    found = directory.customer(database, "C-1", domain="customer.example")
    directory.contact(database, found, "ann@customer.example", phone="+862155550123")
    directory.contract(database, found, "SP-2026-1", "service-plan")
    place = directory.site(database, found, "S-0100", "elsewhere")
    directory.device(database, found, "SN-4711A", place)
    return found


@pytest.fixture
def lapsed(database: Database) -> int:
    """A customer whose contract ended last year."""
    found = directory.customer(database, "C-2", domain="lapsed.example")
    directory.contract(database, found, "UC-2025-7", "ucloud", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    return found
