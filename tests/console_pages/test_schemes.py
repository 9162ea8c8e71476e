"""Service schemes, the simulator and the letters, as pages."""

from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborNode

from console.auth.roles import Role
from console.pages import reasons, words
from models.db import Database
from models.tables import CaseRow, OutgoingRow, ShiftRow, StaffRow
from models.values import Language
from routing import profile
from routing.decide import decide
from routing.letters import Kind
from tests.conftest import Clock
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn

YILONG = profile.load("yilong")
HOURS = timedelta(hours=8)  # Shanghai is ahead by


def test_every_scheme_is_listed(log_in: LogIn) -> None:
    page = log_in(Role.VIEWER).page("/schemes")

    assert [node.text() for node in page.css("tbody td:first-child")] == profile.names()


@pytest.mark.parametrize("name", profile.names())
def test_each_clock_and_each_step_of_a_ladder_has_words_in_each_language(name: str) -> None:
    scheme = profile.load(name)
    used = {f"clock.{clock.name}" for clock in scheme.clocks} | {f"step.{step.name}" for step in scheme.ladder}

    for language in words.LANGUAGES:
        assert used - set(words.of(language).flat) == set(), language


@pytest.mark.parametrize("name", profile.names())
def test_a_scheme_shows_each_figure_with_its_row_and_whether_it_is_stated(log_in: LogIn, name: str) -> None:
    scheme = profile.load(name)

    page = log_in(Role.VIEWER, language="zh-Hans").page(f"/schemes/{name}")

    assert len(page.css("#clocks tbody tr")) == len(scheme.clocks)
    assert len(page.css("#ladder tbody tr")) == len(scheme.ladder)
    for rule, row in zip(scheme.clocks, page.css("#clocks tbody tr"), strict=True):
        assert rule.row.removeprefix(f"{name}: ") in titles(row)
        assert ("原文" if rule.stated else "默认") in row.text()
    for level in scheme.level_names.values():
        assert level["zh-Hans"] in text(page, "main")


def titles(row: LexborNode) -> list[str | None]:
    """What shows over the parts of a table's row."""
    return [node.attributes["title"] for node in row.css("[title]")]


def test_spans_are_written_in_the_language_of_who_looks(log_in: LogIn) -> None:
    on_site = next(number for number, rule in enumerate(YILONG.clocks, start=1) if rule.name == "on_site")
    row = f"#clocks tbody tr:nth-child({on_site})"

    assert "1 working day" in text(log_in(Role.VIEWER).page("/schemes/yilong"), row)
    assert "3 个工作日" in text(log_in(Role.VIEWER, name="li", language="zh-Hans").page("/schemes/yilong"), row)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", profile.names())
def test_every_letter_is_there_in_every_language(log_in: LogIn, name: str, language: Language) -> None:
    page = log_in(Role.VIEWER).page(f"/schemes/{name}/letters?language={language}")

    samples = {
        (node.attributes["id"] or "").removeprefix("letter-"): node.text() for node in page.css("section.card[id]")
    }
    kinds = {"acknowledgement", *Kind}
    assert set(samples) == kinds | {"notice", "notice-sms", "notice-spoken"}
    assert all("FL-000042" in samples[kind] for kind in kinds)


def test_the_simulator_promises_what_the_scheme_decides(log_in: LogIn) -> None:
    page = log_in(Role.VIEWER).page(
        "/schemes/simulator?profile=yilong&level=1&category=hardware&at=2026-11-09T10:00&days=3&go=1"
    )

    at = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
    expected = sorted(decide(YILONG, 1, "hardware", at).clocks, key=lambda clock: clock.due_at)
    rows = [[cell.text(strip=True) for cell in row.css("td")] for row in page.css("#clocks tbody tr")]
    assert [row[0] for row in rows] == [f"{clock.due_at + HOURS:%Y-%m-%d %H:%M}" for clock in expected]
    assert {row[2] for row in rows} == {reasons.say("en", clock.because) for clock in expected}
    assert "Level 1 (critical)" in text(page, "#found")


def test_the_simulator_names_whom_the_ladder_tells_and_what_would_go_out_and_writes_nothing(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    with database.transaction() as session:
        session.add(
            StaffRow(
                name="Eve", address="eve@x.example", address_key="eve@x.example", role="engineer", teams=["incident"]
            )
        )
        session.flush()
        session.add(ShiftRow(team="incident", staff_id=1, starts_at=clock(), ends_at=clock() + timedelta(hours=8)))

    page = log_in(Role.VIEWER).page(
        "/schemes/simulator?profile=yilong&level=1&category=hardware&at=2026-11-09T10:00&days=1&go=1&language=zh-Hans"
    )

    steps, messages = text(page, "#steps"), text(page, "#messages")
    assert "Eve by email" in steps
    assert "nobody of that role is in the directory" in steps
    assert "eve@x.example" in messages
    assert "一级" in messages
    with database.reading() as session:
        assert session.query(CaseRow).count() == session.query(OutgoingRow).count() == 0


def test_the_site_class_decides_and_one_that_only_another_scheme_has_does_not_count(log_in: LogIn) -> None:
    viewer = log_in(Role.VIEWER)
    asked = "/schemes/simulator?profile=service-plan&level=1&at=2026-11-09T10:00&days=0&go=1&site_class="

    found = {name: text(viewer.page(asked + name), "#clocks") for name in ("own", "elsewhere", "A")}

    assert "2026-11-09 11:00Engineer on site" in found["own"]
    assert "2026-11-09 22:00Engineer on site" in found["elsewhere"]
    assert found["A"] == found["own"]


@pytest.mark.parametrize(
    "path",
    [
        "/schemes/nonsense",
        "/schemes/..%2fyilong",
        "/schemes/nonsense/letters",
        "/schemes/yilong/letters?language=xx",
        "/schemes/yilong/letters/status.html",
        "/schemes/simulator?profile=nonsense&go=1",
        "/schemes/simulator?category=nonsense&go=1",
        "/schemes/simulator?level=5",
        "/schemes/simulator?at=0001-01-01T00:00&go=1",
        "/schemes/simulator?days=9999&go=1",
    ],
)
def test_what_is_not_there_is_said(log_in: LogIn, path: str) -> None:
    assert log_in(Role.VIEWER).get(path).status_code in (404, 422)
