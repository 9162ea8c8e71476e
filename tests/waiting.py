"""Waiting for something that happens in another thread or process."""

import threading
import time
from collections.abc import Callable

_LOOK_EVERY_SECONDS = 0.02


def wait_until(condition: Callable[[], object], timeout: float = 30) -> None:
    """Return as soon as `condition` holds; fail the test where it does not within `timeout` seconds."""
    pause = threading.Event()
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {timeout:g} seconds")
        pause.wait(_LOOK_EVERY_SECONDS)
