"""Originals that cannot be opened: the pages say so, and show everything else."""

from collections.abc import Iterator

import pytest

from console.auth.roles import Role
from models.db import Database
from models.sealing import Keyring
from models.tables import ReportRow
from tests.conftest import Clock
from tests.console.forgotten import with_original
from tests.console.unreadable import HARMS, KEY, Harm
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, Keyring((KEY,)))
    yield database
    database.close()


@pytest.fixture
def report_id(database: Database, clock: Clock) -> str:
    report_id = with_original(database, clock())
    with database.transaction() as session:
        session.get_one(ReportRow, report_id).text = "What the index knows of it."
    return report_id


@pytest.mark.parametrize(
    ("harm", "language", "says"),
    [
        (HARMS[0][0], "en", "The original cannot be opened: what is stored is not what came in."),
        (HARMS[0][0], "zh-CN", "原件无法打开"),
        (
            HARMS[1][0],
            "en",
            "The original cannot be opened here: the key that seals it is not in FIRSTLINE_STORAGE_KEY",
        ),
    ],
)
def test_a_case_of_which_a_mail_cannot_be_opened_is_shown_without_it(
    log_in: LogIn, database: Database, report_id: str, harm: Harm, language: str, says: str
) -> None:
    with database.transaction() as session:
        harm(session, report_id, 0)

    page = log_in(Role.AGENT).page("/cases/FL-000001", accept_language=language)

    assert says in text(page, ".entry .alert")
    assert "What the index knows of it." in (page.html or "")
    assert "Thank you." in (page.html or "")  # our answer
    assert page.css(f'a[href$="/reports/{report_id}/raw"]') == []


@pytest.mark.parametrize(
    "path",
    ["cases/FL-000001/reports/{}/raw", "cases/FL-000001/reports/{}/html", "cases/FL-000001/reports/{}/recording",
     "cases/FL-000001/reports/{}/attachments/" + "0" * 64, "intake/reports/{}/original"],
)  # fmt: skip
@pytest.mark.parametrize(("harm", "status", "says"), HARMS)
def test_what_cannot_be_opened_is_no_fault_of_the_page(
    log_in: LogIn, database: Database, report_id: str, path: str, harm: Harm, status: int, says: str
) -> None:
    with database.transaction() as session:
        harm(session, report_id)

    answer = log_in(Role.AGENT).get("/" + path.format(report_id))

    assert answer.status_code == status
    assert says.replace("'", "&#39;") in answer.text
