"""The review queue: what it shows, what a correction does, and how it is taken back."""

import pytest
from sqlalchemy import select

from console.auth.roles import Role
from console.pages.highlight import pieces
from models.db import Database
from models.tables import AuditRow, CaseRow, ClassificationRow, CorrectionRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn
from tests.workers.test_query_plans import plans
from workers.learning import corrections

JUDGED = {
    "by": "machine",
    "model": "1",
    "level": 2,
    "category": "hardware",
    "level_probs": {"1": 0.3, "2": 0.7},
    "category_probs": {"hardware": 0.55, "data": 0.45},
    "needs_review": True,
    "reason": "unsure between hardware and data",
    "evidence": [{"text": "The array", "label": "category:hardware", "weight": 0.4}],
    "entities": [{"label": "serial_number", "value": "SN-4711"}],
    "read": {"channel": "email", "subject": "Backup failed", "body": "Hello,\nthe array <b>shows</b> two red lights."},
}


@pytest.fixture
def waiting(database: Database, clock: Clock) -> None:
    """Three cases wait: of level 2, 3 and 1."""
    for level in (2, 3, 1):
        judged = ClassificationRow(at=clock(), **(JUDGED | {"level": level}))
        store(database, case(clock(), level=level, classifications=[judged], subject=f"Number {level}"))


def seen(browser: Browser, path: str) -> str:
    node = browser.page(path).css_first('[name="seen"]')
    assert node is not None
    return node.attributes["value"] or ""


def stored(database: Database, case_id: int) -> CaseRow:
    with database.reading() as session:
        return session.get_one(CaseRow, case_id)


def test_the_gravest_case_comes_first_with_all_that_it_was_judged_by(waiting: None, log_in: LogIn) -> None:
    page = log_in().page("/review")

    assert [" ".join(link.text().split()) for link in page.css(".queue b")] == ["Number 1", "Number 2", "Number 3"]
    assert text(page, ".card h1") == "Number 1"
    assert text(page, ".why") == "unsure between hardware and data"
    assert text(page, "mark.for-category") == "the array"
    assert "<b>shows</b>" in text(page, ".text")
    assert "SN-4711" in text(page, ".card")
    assert [node.text() for node in page.css(".options .share")][:3] == ["30 %", "70 %", "0 %"]


def test_a_correction_shows_what_it_changed_and_goes_on_to_the_next(
    waiting: None, log_in: LogIn, database: Database
) -> None:
    agent = log_in(name="ann")

    answer = agent.client.post(
        "/review/FL-000003",
        data={"level": "3", "category": "data", "seen": seen(agent, "/review/FL-000003")},
        headers={"HX-Request": "true", "X-CSRF-Token": agent.csrf},
    )

    assert answer.status_code == 200
    assert answer.headers["hx-replace-url"] == "/review/FL-000001"
    assert "<!doctype" not in answer.text
    assert "1 · critical" in answer.text
    assert "3 · minor" in answer.text
    assert "What the next letter tells the customer" in answer.text
    row = stored(database, 3)
    assert (row.level, row.category, row.needs_review) == (3, "data", False)
    with database.reading() as session:
        ledger = session.scalars(select(CorrectionRow)).one()
        assert (ledger.by, ledger.predicted_level, ledger.level) == ("ann@firstline.example", 1, 3)
        assert session.scalars(select(AuditRow.what)).all() == ["corrected"]


def test_to_confirm_leaves_the_clocks_as_they_are(waiting: None, log_in: LogIn, database: Database) -> None:
    agent = log_in()
    with database.reading() as session:
        before = {(row.id, row.due_at) for row in session.get_one(CaseRow, 1).clocks}

    agent.post("/review/FL-000001", level=2, category="hardware", seen=seen(agent, "/review/FL-000001"))

    with database.reading() as session:
        row = session.get_one(CaseRow, 1)
        assert {(clock.id, clock.due_at) for clock in row.clocks} == before
        assert (row.needs_review, row.events[-1].kind) == (False, "confirmed-class")


def test_a_correction_of_what_a_colleague_has_corrected_meanwhile_is_refused_kindly(
    waiting: None, log_in: LogIn, database: Database
) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    opened = seen(ann, "/review/FL-000001")
    eve.post("/review/FL-000001", level=1, category="security", seen=seen(eve, "/review/FL-000001"))

    answer = ann.post("/review/FL-000001", level=4, category="usage", seen=opened)

    assert answer.status_code == 409
    assert "eve@firstline.example was faster" in answer.text
    assert "nothing of yours was written" in answer.text
    row = stored(database, 1)
    assert (row.level, row.category) == (1, "security")


def test_what_is_taken_back_waits_again_and_teaches_nothing(waiting: None, log_in: LogIn, database: Database) -> None:
    agent = log_in()
    agent.post("/review/FL-000001", level=4, category="usage", seen=seen(agent, "/review/FL-000001"))
    with database.reading() as session:
        assert len(corrections(session)) == 1

    answer = agent.post("/review/FL-000001/undo")

    assert answer.status_code == 200
    row = stored(database, 1)
    assert (row.level, row.category, row.needs_review) == (2, "hardware", True)
    with database.reading() as session:
        assert corrections(session) == []
    again = agent.post("/review/FL-000001/undo")
    assert again.status_code == 409
    assert "nothing to take back" in again.text


@pytest.mark.every_backend
def test_who_has_a_very_long_address_corrects_and_takes_back_like_others(
    waiting: None, log_in: LogIn, database: Database
) -> None:
    agent = log_in(address=f"{'a' * 60}_{'b' * 60}#ext#@desk.example")

    done = agent.post("/review/FL-000001", level=4, category="usage", seen=seen(agent, "/review/FL-000001"))

    assert done.status_code == 200
    assert stored(database, 1).level == 4
    assert agent.post("/review/FL-000001/undo").status_code == 200
    assert stored(database, 1).level == 2


def test_a_level_that_a_ladder_raised_is_kept_and_not_learnt(waiting: None, log_in: LogIn, database: Database) -> None:
    agent = log_in()
    with database.transaction() as session:
        session.get_one(CaseRow, 2).level = 1  # the machine said 3, and nobody came

    agent.post("/review/FL-000002", level=1, category="data", seen=seen(agent, "/review/FL-000002"))

    assert (stored(database, 2).level, stored(database, 2).category) == (1, "data")
    with database.reading() as session:
        assert [(row.level, row.category) for row in corrections(session)] == [(3, "data")]
    agent.post("/review/FL-000002/undo")
    assert (stored(database, 2).level, stored(database, 2).category) == (1, "hardware")


def test_a_level_that_rises_while_somebody_looks_is_not_put_back_by_enter(
    waiting: None, log_in: LogIn, database: Database
) -> None:
    agent = log_in()
    fields = agent.page("/review/FL-000002").css("[data-correct] [type=hidden]")
    hidden = {str(node.attributes["name"]): node.attributes["value"] for node in fields}
    with database.transaction() as session:
        session.get_one(CaseRow, 2).level = 1  # the page shows 3

    answer = agent.post("/review/FL-000002", level=3, category="hardware", **hidden)

    assert answer.status_code == 409
    assert "it is level 1 now" in answer.text
    assert (stored(database, 2).level, stored(database, 2).needs_review) == (1, True)


@pytest.mark.parametrize(("corrected", "raised", "then"), [(3, 1, 1), (4, 3, 2), (3, 3, 2)])
def test_what_is_taken_back_leaves_the_level_that_a_ladder_has_raised_since(
    waiting: None, log_in: LogIn, database: Database, corrected: int, raised: int, then: int
) -> None:
    agent = log_in()
    agent.post("/review/FL-000001", level=corrected, category="data", seen=seen(agent, "/review/FL-000001"))
    with database.transaction() as session:
        session.get_one(CaseRow, 1).level = raised  # nobody came, or a graver case was merged into it

    agent.post("/review/FL-000001/undo")

    assert (stored(database, 1).level, stored(database, 1).category) == (then, "hardware")


def test_nobody_takes_back_what_a_colleague_has_corrected(waiting: None, log_in: LogIn, database: Database) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    ann.post("/review/FL-000001", level=4, category="usage", seen=seen(ann, "/review/FL-000001"))

    assert eve.post("/review/FL-000001/undo").status_code == 409
    assert stored(database, 1).level == 4


def test_two_people_on_one_case_see_each_other(waiting: None, log_in: LogIn) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    ann.page("/review/FL-000002")

    assert "Also here: Ann" in text(eve.page("/review/FL-000002"), ".presence")
    assert "Also here: Eve" in ann.get("/review/FL-000002/presence?seen=99").text
    eve.page("/review/FL-000001")
    assert "Eve" not in ann.get("/review/FL-000002/presence?seen=99").text


def test_who_may_only_look_is_shown_no_form(waiting: None, log_in: LogIn) -> None:
    page = log_in(Role.VIEWER).page("/review")

    assert page.css_first("[data-correct]") is None
    assert "may look, not correct" in page.html  # type: ignore[operator]


@pytest.mark.parametrize(("level", "category"), [("5", "data"), ("x", "data"), ("1", "nonsense"), ("", "")])
def test_what_is_no_level_or_category_is_refused_on_a_page(
    waiting: None, log_in: LogIn, database: Database, level: str, category: str
) -> None:
    agent = log_in()

    answer = agent.post("/review/FL-000001", level=level, category=category, seen=1)

    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert stored(database, 1).needs_review


def test_an_empty_queue_says_so(log_in: LogIn) -> None:
    assert "Nothing to look at" in log_in().get("/review").text


@pytest.mark.on_sqlite
def test_the_queue_is_read_along_its_index(waiting: None, log_in: LogIn, database: Database) -> None:
    agent = log_in()

    found = plans(database, lambda: agent.get("/review/list?at=FL-000001"))

    assert any("ix_cases_review" in step for step in found)
    assert [step for step in found if step == "SCAN cases" or "TEMP B-TREE" in step] == []


def test_evidence_is_marked_where_it_stands_and_the_rest_is_listed() -> None:
    evidence = [
        {"text": "two red", "label": "level:1", "weight": 0.1},
        {"text": "red lights", "label": "level:2", "weight": 0.5},
        {"text": "Backup failed", "label": "category:data", "weight": 0.2},
    ]

    found, absent = pieces("It shows two Red Lights.", evidence)

    assert [(piece.text, piece.label) for piece in found] == [
        ("It shows two ", ""),
        ("Red Lights", "level:2"),
        (".", ""),
    ]
    assert {piece.text for piece in absent} == {"two red", "Backup failed"}
