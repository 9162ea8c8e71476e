"""A recording in a real browser: it is fetched in parts, and played."""

import pytest
from playwright.sync_api import expect

from models.db import Database
from tests.conftest import Clock
from tests.console_pages.test_recordings import SAID, call
from tests.console_pages.windows.conftest import OpenWindow

pytestmark = pytest.mark.long


def test_a_recording_is_played_on_the_page_of_its_case(window: OpenWindow, database: Database, clock: Clock) -> None:
    call(database, clock, SAID, "done")
    page = window("/cases/FL-000001", viewport={"width": 390, "height": 800})
    audio = page.locator(".recording audio")

    page.wait_for_function("document.querySelector('audio').readyState >= 1")
    assert audio.evaluate("sound => sound.duration") == 2
    ended = audio.evaluate(
        """async sound => {
            sound.muted = true;
            sound.currentTime = 1.9;
            const over = new Promise(resolve => sound.addEventListener("ended", resolve));
            await sound.play();
            await over;
            return sound.ended;
        }"""
    )

    assert ended
    expect(page.locator(".recording pre")).to_have_text(SAID)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
