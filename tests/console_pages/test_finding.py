"""The search on the list of cases, and the lists that people keep."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from console.auth.roles import Role
from console.pages.found import Marker
from console.pages.highlight import Piece
from console.pages.saved_lists import BUILT_IN, MOST_KEPT
from models.case_words import asked
from models.db import Database
from models.tables import EventRow
from models.values import CaseState
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn
from tests.workers.test_query_plans import plans


def tabs(browser: Browser, path: str = "/cases") -> dict[str, str]:
    """How many cases each tab has, by its name."""
    found = (node.text().split() for node in browser.page(path).css("nav.tabs a"))
    return {" ".join(words[:-1]): words[-1] for words in found}


def marked(typed: str, said: str) -> str:
    return "".join(f"[{piece.text}]" if piece.label else piece.text for piece in Marker(asked(typed)).mark(said))


@pytest.mark.parametrize(
    ("typed", "said", "shown"),
    [
        ("disk failing", "Two disks failed, diskette fine", "Two [disks] [failed], diskette fine"),
        ("磁盘", "磁盤與磁盘", "[磁盤]與[磁盘]"),
        ("固件", "請更新韌體", "請更新[韌體]"),
        ("磁盘阵列", "阵列里的磁盘", "[阵列]里的[磁盘]"),
        ("E4711", "error E-4711, not E-47110", "error [E-4711], not E-47110"),
        ("021-55550101", "call +86 21 5555 0101 now", "call +86 21 [5555 0101] now"),
        ("ann@a.example", "from <Ann@a.example>", "from <[Ann@a.example]>"),
        ("FL-7", "like FL-000007", "like [FL-000007]"),
        ("%", "100 %", "100 %"),
        ("nginx", "请重启nginx服务", "请重启[nginx]服务"),
        ("E-4711", "报E4711错误", "报[E4711]错误"),
        ("ann@kunde.example", "邮箱ann@kunde.example无法登录", "邮箱[ann@kunde.example]无法登录"),
        ("138-0013-8000", "电话13800138000请回", "电话138[00138000]请回"),
    ],
)
def test_what_was_looked_for_is_marked_in_the_ways_in_which_it_is_found(typed: str, said: str, shown: str) -> None:
    assert marked(typed, said) == shown


def test_a_snippet_shows_the_first_place_with_a_little_around_it() -> None:
    marker = Marker(asked("cable"))

    snippet = marker.snippet(["nothing", "x " * 200 + "the cable\n\nis loose" + " y" * 200, "cable"])

    assert Piece("cable", "found") in snippet
    whole = "".join(piece.text for piece in snippet)
    assert "the cable is loose" in whole
    assert whole.startswith("…")
    assert whole.endswith("…")
    assert marker.snippet(["nothing"]) == []


def test_a_second_word_is_shown_where_it_stands_elsewhere() -> None:
    snippet = Marker(asked("cable fan")).snippet(["a cable, and one more cable", "the fan", "another fan"])

    assert "".join(piece.text for piece in snippet) == "a cable, and one more cable the fan"


def test_a_search_shows_where_it_was_found_and_takes_nothing_for_html(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    one = case(clock(), subject="<b>Fan</b>", state=CaseState.CLOSED)
    one.reports[0].text = "Hello, <script>alert(1)</script> the bearing of the fan is worn."
    store(database, one, case(clock(), subject="Disk"))

    page = log_in().page("/cases?q=bearing+fan")

    assert [node.text() for node in page.css("tbody td:nth-child(2)")] == ["FL-000001"]
    assert [node.text() for node in page.css("tbody mark")] == ["Fan", "bearing", "fan"]
    assert "<script>alert(1)</script>" in text(page, ".snippet")
    assert page.css("tbody script, tbody b") == []


def test_a_search_and_filters_hold_together_and_nothing_found_says_how_it_searches(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock(), level=1), case(clock(), level=2), case(clock(), level=1, state=CaseState.CLOSED))
    ann = log_in()

    assert len(ann.page("/cases?q=backup").css("tbody a[href^='/cases/FL']")) == 6
    assert len(ann.page("/cases?q=backup&level=1").css("tbody td.wide")) == 2
    assert len(ann.page("/cases?q=backup&level=1&state=open").css("tbody td.wide")) == 1
    assert "whole words" in text(ann.page("/cases?q=backu"), "tbody")


def test_every_list_has_its_tab_with_how_many_there_are(log_in: LogIn, database: Database, clock: Clock) -> None:
    ann = log_in()
    for number in range(101):
        store(database, case(clock(), level=4, state=CaseState.NEW if number < 3 else CaseState.WAITING))
    mine = case(clock(), level=1, state=CaseState.ACCEPTED, accepted_by="agent@firstline.example")
    store(database, mine, case(clock(), level=1, state=CaseState.CLOSED))

    assert tabs(ann) == {
        "Open": "99+",
        "Mine": "1",
        "Nobody has answered": "3",
        "Deadline missed": "0",
        "Due within 4 h": "99+",
        "Level 1": "1",
        "All": "99+",
    }
    for wanted in BUILT_IN.values():
        shown = ann.page(wanted.link()).css("nav.tabs a[aria-current]")
        assert [node.attributes["href"] for node in shown] == [wanted.link()]


def test_a_list_is_kept_counted_replaced_and_removed(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock(), level=1), case(clock(), level=2), case(clock(), category="data"))
    ann = log_in()

    kept = ann.post("/cases/lists", name=" Disks  of ours ", state="open", category="hardware", q="backup")
    assert kept.headers["location"] == "/cases?state=open&category=hardware&q=backup"
    assert tabs(ann)["Disks of ours"] == "2"
    ann.post("/cases/lists", name="Disks of ours", state="open", level="2")
    assert tabs(ann)["Disks of ours"] == "2"

    form = ann.page("/cases?state=open&level=2").css_first("form.kept")
    assert form is not None
    ann.post(form.attributes["action"] or "")
    assert "Disks of ours" not in tabs(ann)


def test_a_shared_list_is_everybodys_and_goes_with_its_owner_or_a_supervisor(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    ann, bob, eve = log_in(name="ann"), log_in(name="bob"), log_in(Role.SUPERVISOR, name="eve")
    ann.post("/cases/lists", name="Ours", state="open", mine="1", shared="1")
    ann.post("/cases/lists", name="My own", state="closed")
    store(database, case(clock(), accepted_by="bob@firstline.example"))

    assert (tabs(ann)["Ours"], tabs(bob)["Ours"]) == ("0", "1")
    assert "My own" not in tabs(bob)
    assert bob.post("/cases/lists/1/remove").status_code == 404
    assert eve.post("/cases/lists/2/remove").status_code == 404
    assert eve.post("/cases/lists/1/remove").status_code == 303
    assert "Ours" not in tabs(bob)


def test_a_viewer_keeps_lists_but_not_for_others_and_nobody_without_end(log_in: LogIn) -> None:
    viewer = log_in(Role.VIEWER)

    assert viewer.post("/cases/lists", name="Ours", shared="1").status_code == 403
    assert viewer.post("/cases/lists", name="  ").status_code == 409
    for number in range(MOST_KEPT):
        assert viewer.post("/cases/lists", name=f"List {number}", state="open").status_code == 303
    assert viewer.post("/cases/lists", name="One more").status_code == 409
    assert viewer.post("/cases/lists", name="List 1", state="closed").status_code == 303
    assert len(tabs(viewer)) == len(BUILT_IN) + MOST_KEPT


def statements(database: Database, act: Callable[[], object]) -> int:
    asked_for: list[str] = []

    def note(*values: Any) -> None:
        asked_for.append(values[2])

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return len([each for each in asked_for if not each.startswith(("BEGIN", "PRAGMA"))])


PAGES = (
    *("/cases", "/cases?q=backup", "/cases?q=backup&state=open", "/cases?due=breached", "/cases/tabs", "/review"),
    *("/review/FL-000001", "/review/list", "/cases/FL-000001", "/deadlines", "/deadlines?show=breached", "/intake"),
    *("/intake/aside", "/intake/outgoing", "/classifier", "/reports", "/directory", "/directory?table=devices"),
    *("/audit", "/api/v1/cases", "/api/v1/cases?q=backup", "/api/v1/cases/FL-000001", "/metrics"),
)


def test_a_page_asks_the_database_as_often_with_fifty_cases_as_with_five(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    admin = log_in(Role.ADMIN)
    admin.client.headers["Authorization"] = "Bearer the token of the tests"

    def count() -> dict[str, int]:
        return {path: statements(database, partial(admin.page, path)) for path in PAGES}

    def add(number: int) -> None:
        with database.transaction() as session:
            for _ in range(number):
                one = case(clock(), level=1)
                one.events.append(EventRow(at=clock(), actor="eve@desk.example", kind="begun", text="a cable"))
                one.clocks[0].breached_at = clock()
                session.add(one)

    add(5)
    admin.page("/metrics")  # keeps for a minute what takes a look at all that is stored
    admin.page("/intake")  # sees once that nothing is held
    few = count()
    add(45)

    assert count() == few
    assert max(few.values()) <= 35


@pytest.mark.on_sqlite
def test_lists_and_counts_of_cases_are_read_along_indexes_that_have_what_they_ask_for(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, *(case(clock()) for _ in range(20)))
    ann = log_in()

    found = plans(database, lambda: ann.get("/cases?state=open&level=2&team=incident&category=hardware"))
    closed = plans(database, lambda: ann.get("/cases?state=closed&level=2&team=incident"))

    assert any("COVERING INDEX ix_cases_open" in step for step in found)
    assert any("COVERING INDEX ix_cases_state" in step for step in closed)
    assert [step for step in (*found, *closed) if step in ("SCAN cases", "SCAN clocks", "SCAN reports")] == []


@pytest.mark.on_sqlite
def test_a_search_walks_the_full_text_index_alone(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, *(case(clock()) for _ in range(20)))
    ann = log_in()

    found = plans(database, lambda: ann.get("/cases?q=backup&state=open"))

    assert any("case_search_fts VIRTUAL TABLE INDEX" in step and ":M" in step for step in found)
    tables = ("cases", "reports", "events", "attachments", "case_search")
    assert [step for step in found if step in [f"SCAN {table}" for table in tables]] == []
