"""What the scenarios share."""

from collections.abc import Callable

import pytest

from intake.accept import Acceptor
from routing.breaker import Scope
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
