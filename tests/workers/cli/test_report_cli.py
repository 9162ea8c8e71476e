"""`firstline report`, as the account manager uses it: through the command line, on the real database."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from models.db import Database
from models.tables import EventRow
from tests.workers.cli.conftest import Firstline, Refused
from tests.workers.reports.serving import HOSTILE, customer, scored, served

MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
INTERNAL = ("firstline.example", "exaggerates", "storage-core", "rule 3", "a fib", "bob", "carol", "machine", "smtp")
COMMAND = "report"


def page(path: Path) -> LexborHTMLParser:
    """The page, which must stand alone and be inert."""
    source = path.read_text("utf-8")
    tree = LexborHTMLParser(source)
    assert source.startswith("<!doctype html>")
    assert [node.tag for node in tree.css("script, link, img, iframe, object, embed, form, base, audio, video")] == []
    for node in tree.css("*"):
        assert [name for name in node.attributes if name.startswith("on") or name in ("src", "href")] == []
    assert "url(" not in source
    assert "@import" not in source
    opened = len(re.findall(r"<(?:table|section|figure|svg|tr|td|div)\b", source))
    assert opened == len(re.findall(r"</(?:table|section|figure|svg|tr|td|div)>", source))
    return tree


def first(tree: LexborHTMLParser, selector: str) -> LexborNode:
    found = tree.css_first(selector)
    assert found is not None
    return found


def lines(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_the_summary_of_a_month_counts_cases_promises_and_times(firstline: Firstline, desk_database: Database) -> None:
    bank = customer(desk_database)
    scored(desk_database, served(desk_database, bank, MONDAY), 4)
    served(desk_database, bank, MONDAY + timedelta(days=1), level=1, category="network")

    said = firstline("monthly", "--customer", "c-100", "--month", "2026-11")

    assert said.exit_code == 0
    assert "Example Bank (C-100)" in said.output
    assert "Level 1 (critical) 1, Level 2 (major) 1" in said.output
    assert re.search(r"First answer +2 +0 +0 +100%", said.output)
    assert re.search(r"An engineer takes it up +0 +2 +0 +0%", said.output)
    assert re.search(r"solved +2 +3 h 00 min +3 h 00 min +2 h 00 min", said.output)
    assert "Escalated cases: 2" in said.output
    assert "Satisfaction: 4.0 (1)" in said.output


def test_the_month_begins_and_ends_in_the_zone_of_the_scheme(firstline: Firstline, desk_database: Database) -> None:
    bank = customer(desk_database)
    for hour, minute in ((15, 59), (16, 0)):
        served(desk_database, bank, datetime(2026, 10, 31, hour, minute, tzinfo=UTC))
        served(desk_database, bank, datetime(2026, 11, 30, hour, minute, tzinfo=UTC))

    said = firstline("monthly", "--customer", "C-100", "--month", "2026-11")

    assert "E-mail 2" in said.output


def test_the_page_of_a_month_shows_plots_and_cases_and_is_inert(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    bank = customer(desk_database, name=f"Bank {HOSTILE}")
    served(desk_database, bank, MONDAY, subject=HOSTILE)

    firstline("monthly", "--customer", "C-100", "--month", "2026-11", "--html", str(tmp_path / "a" / "page.html"))

    tree = page(tmp_path / "a" / "page.html")
    assert len(tree.css("svg")) == 6
    assert [cell.text() for cell in tree.css("td.any")] == [HOSTILE]
    assert [word for word in INTERNAL if word in (tree.html or "")] == []
    assert "Escalation" not in [cell.text() for cell in tree.css("td")]


def test_the_page_speaks_the_language_of_the_customer_unless_told_otherwise(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    served(desk_database, customer(desk_database, language="zh-Hans"), MONDAY)
    arguments = ("monthly", "--customer", "C-100", "--month", "2026-11", "--html")

    firstline(*arguments, str(tmp_path / "own.html"))
    firstline(*arguments, str(tmp_path / "asked.html"), "--language", "zh-Hant")

    own, asked = page(tmp_path / "own.html"), page(tmp_path / "asked.html")
    assert first(own, "html").attributes["lang"] == "zh-Hans"
    assert first(own, "h1").text() == "服务月报 2026-11"
    assert first(asked, "h1").text() == "服務月報 2026-11"


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing_there(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    bank = customer(desk_database)
    for subject in (HOSTILE, "+1", "-2", "@x", "\tx", "＝1", " =1", 'a "quoted"\r\nbreak, 中文'):
        served(desk_database, bank, MONDAY, subject=subject)

    firstline("monthly", "--customer", "C-100", "--month", "2026-11", "--csv", str(tmp_path / "cases.csv"))

    raw = (tmp_path / "cases.csv").read_bytes()
    head, *found = lines(tmp_path / "cases.csv")
    subjects = [line[head.index("Subject")] for line in found]
    assert raw.startswith(b"\xef\xbb\xbf")
    assert subjects == [f"'{HOSTILE}", "'+1", "'-2", "'@x", "'\tx", "'＝1", "' =1", 'a "quoted" break, 中文']
    assert {len(line) for line in found} == {len(head)}
    assert found[0][:4] == ["FL-000001", "2026-11-09 10:00", "Level 2 (major)", "Hardware"]
    assert found[0][head.index("Missed")] == "An engineer takes it up"


def test_all_customers_with_cases_get_a_page_and_a_csv(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    served(desk_database, customer(desk_database, "C-100"), MONDAY)
    served(desk_database, customer(desk_database, "../C 200"), MONDAY)
    served(desk_database, customer(desk_database, "C-300"), MONDAY - timedelta(days=60))
    customer(desk_database, "C-400")

    said = firstline("monthly", "--all", "--month", "2026-11", "--folder", str(tmp_path / "out"))

    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    stems = ("service-C-100-2026-11", "service-..%2FC%20200-2026-11")
    assert names == sorted(f"{stem}.{form}" for stem in stems for form in ("csv", "html"))
    assert "2 customers had cases in 2026-11" in said.output


def test_a_month_without_cases_is_said_to_be_one(firstline: Firstline, desk_database: Database, tmp_path: Path) -> None:
    customer(desk_database)

    said = firstline("monthly", "--customer", "C-100", "--month", "2026-02", "--html", str(tmp_path / "page.html"))

    assert "no cases in this month" in said.output
    assert "no cases in this month" in first(page(tmp_path / "page.html"), "body").text()


def test_a_big_customer_is_read_batch_by_batch_and_each_case_once(
    firstline: Firstline, desk_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.reports.records._BATCH", 3)
    bank, other = customer(desk_database), customer(desk_database, "C-200")
    cases = [served(desk_database, bank, MONDAY - timedelta(hours=n)) for n in range(7)]
    served(desk_database, other, MONDAY)

    firstline("monthly", "--customer", "C-100", "--month", "2026-11", "--csv", str(tmp_path / "cases.csv"))

    assert [line[0] for line in lines(tmp_path / "cases.csv")[1:]] == [case.number for case in cases]


def test_the_accident_report_tells_what_happened_when(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    served(desk_database, customer(desk_database), MONDAY, subject=HOSTILE)

    said = firstline("accident", "FL-000001", "--html", str(tmp_path / "page.html"))

    tree = page(tmp_path / "page.html")
    timeline, promises = (table.css("tbody tr") for table in tree.css("table"))
    assert [[cell.text() for cell in row.css("td")] for row in timeline] == [
        ["2026-11-09 10:00", "Your report was received"],
        ["2026-11-09 10:00", "Classified: Level 3 (minor), Software"],
        ["2026-11-09 10:02", "The receipt was confirmed to you"],
        ["2026-11-09 10:20", "An engineer took the case"],
        ["2026-11-09 10:21", "Classified anew: Level 2 (major), Hardware"],
        ["2026-11-09 10:40", "Escalated"],
        ["2026-11-09 13:00", "The problem was solved"],
        ["2026-11-09 15:00", "The case was closed"],
    ]
    assert [(row.css("td")[0].text(), row.css("td")[3].text()) for row in promises] == [
        ("First answer", "Kept"),
        ("An engineer takes it up", "Missed"),
        ("Solved remotely", "Kept"),
        ("An engineer on site", "No longer needed"),
    ]
    assert [node.text() for node in tree.css(".said")] == [
        "The array in rack 4 shows two red lights. <b>Nobody</b> can book.",
        "A power supply had failed.",
        "It was replaced.",
    ]
    assert "opens it again" in said.output
    assert "Draft" not in said.output


def test_nothing_of_the_desks_own_is_in_an_accident_report(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    served(desk_database, customer(desk_database), MONDAY)

    said = firstline("accident", "FL-000001", "--html", str(tmp_path / "page.html"))

    source = (tmp_path / "page.html").read_text("utf-8") + said.output
    assert [word for word in INTERNAL if word in source.replace(str(tmp_path), "")] == []


def test_until_the_case_is_closed_the_accident_report_is_a_draft(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    open_case = {"state": "in-progress", "solved_at": None, "closed_at": None, "cause": None, "solution": None}
    served(desk_database, customer(desk_database), MONDAY, **open_case)

    said = firstline("accident", "fl-1", "--html", str(tmp_path / "page.html"))

    draft = first(page(tmp_path / "page.html"), ".draft")
    assert draft.text().startswith("Draft: the case is not closed yet.")
    assert "Still being examined." in said.output
    assert "We keep working on it" in said.output


def test_an_alarm_that_came_again_and_again_is_one_line(
    firstline: Firstline, desk_database: Database, tmp_path: Path
) -> None:
    repeats = [
        EventRow(at=MONDAY + timedelta(minutes=n), actor="firstline", kind="repeat", text="again") for n in range(400)
    ]
    served(desk_database, customer(desk_database), MONDAY, events=repeats, classifications=[], steps=[])

    firstline("accident", "FL-000001", "--html", str(tmp_path / "page.html"))

    [row, *others] = page(tmp_path / "page.html").css("table")[0].css("tbody tr")
    assert others == []
    assert "400 times, until 2026-11-09 16:39" in row.text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("monthly", "--customer", "C-100", "--month", "2026-13"), "write for example 2026-11"),
        (("monthly", "--customer", "C-999", "--month", "2026-11"), "there is no customer 'C-999'"),
        (("monthly", "--month", "2026-11"), "name one customer with --customer NUMBER"),
        (("monthly", "--month", "2026-11", "--all"), "--all and --folder DIR go together"),
        (("accident", "FL-000099"), "there is no case FL-000099"),
        (("accident", "nonsense"), "they look like FL-000042"),
    ],
)
def test_what_cannot_be_reported_is_said_in_one_line(
    firstline: Firstline,
    desk_database: Database,
    refused: Refused,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    assert told in refused(*arguments)
