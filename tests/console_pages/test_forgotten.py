"""A case of which something was deleted: its page says so, and works."""

import pytest

from console.auth.roles import Role
from models import bodies
from models.bodies import ERASURE, KEY_LOST
from models.db import Database
from models.tables import ReportPart, ReportRow
from tests.conftest import Clock
from tests.console.forgotten import forget_all, with_original
from tests.console_pages.conftest import LogIn


@pytest.fixture
def report_id(database: Database, clock: Clock) -> str:
    return with_original(database, clock())


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("365 days", "The original was deleted on 2026-11-09 by the rule of 365 days."),
        (ERASURE, "What was here was erased on 2026-11-09, at the person's request."),
        (KEY_LOST, "The original was given up on 2026-11-09: the key that sealed it was lost."),
    ],
)
def test_the_page_says_what_is_gone_since_when_and_why(
    log_in: LogIn, database: Database, clock: Clock, report_id: str, by: str, words: str
) -> None:
    forget_all(database, by, clock())

    page = log_in(Role.AGENT).page("/cases/FL-000001")

    assert (page.html or "").count(words) == 2  # the mail, and our answer to it
    assert page.css(f'a[href$="/reports/{report_id}/raw"]') == []
    assert "The tape is torn" not in (page.html or "")


def test_only_the_original_is_gone_and_the_text_is_still_shown(
    log_in: LogIn, database: Database, clock: Clock, report_id: str
) -> None:
    with database.transaction() as session:
        session.get_one(ReportRow, report_id).text = "The tape is torn."
        bodies.forget(session.get_one(ReportPart, (report_id, 0)), "30 days", clock())

    page = log_in(Role.AGENT).page("/cases/FL-000001")

    assert "The tape is torn" in (page.html or "")
    assert "by the rule of 30 days" in (page.html or "")
