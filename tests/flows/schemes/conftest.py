"""The desk of each scenario, served by the scheme that its module names as SCHEME."""

from collections.abc import Callable

import pytest

from intake.accept import Acceptor
from tests.conftest import Clock
from tests.flows.schemes.service import service
from tests.flows.story import Story
from workers.desk import Desk


@pytest.fixture
def story(request: pytest.FixtureRequest, make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    return service(make_desk, acceptor, clock, request.module.SCHEME)
