"""What the scenarios share."""

from collections.abc import Callable

import pytest

from intake.accept import Acceptor
from tests.conftest import Clock
from tests.flows.story import Story
from workers.desk import Desk


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    return Story(make_desk(ack_limit_per_hour=3), acceptor, clock)
