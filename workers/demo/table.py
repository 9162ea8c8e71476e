"""What became of each report, as a table for the terminal."""

from datetime import datetime
from typing import Any

from rich.table import Table

from models.settings import Settings
from routing import profile as profiles
from workers.demo.reports import Played, is_right

COLUMNS = ("case", "from", "scheme", "level", "category", "confidence", "team", "next deadline", "acknowledged")
LEAST = {"case": 9, "level": 5, "category": 11, "team": 14}
MOST = {"from": 26}
# What a terminal narrower than WIDE does without.
WIDE = 145
SPARED = ("scheme", "confidence", "team", "next deadline")
# The demonstration's desk has the usual settings; its pages and letters show times of its zone, whatever the machine's.
ZONE = profiles.load(Settings.model_fields["profile"].default).hours.zone
_COLOURS = {1: "bold red", 2: "yellow", 3: "cyan", 4: "green"}


def table(rows: list[tuple[Played, dict[str, Any]]], total: int, width: int) -> Table:
    """A row for each report that has ended, of `total`; a narrow terminal gets fewer columns, not cut ones."""
    shown = [name for name in COLUMNS if width >= WIDE or name not in SPARED]
    made = Table(title=f"{len(rows)} of {total} reports through", title_justify="left")
    for name in shown:
        made.add_column(name, no_wrap=True, overflow="ellipsis", min_width=LEAST.get(name), max_width=MOST.get(name))
    for mail, report in sorted(rows, key=_place):
        cells = dict(zip(COLUMNS, _row(mail, report), strict=True))
        made.add_row(*(cells[name] for name in shown))
    return made


def _place(row: tuple[Played, dict[str, Any]]) -> tuple[bool, str]:
    """By the number of the case, and last what has none: several work on the reports, and no order is kept."""
    case = row[1]["case"]
    return (False, case["number"]) if case is not None else (True, "")


def _row(mail: Played, report: dict[str, Any]) -> list[str]:
    mark = "" if is_right(mail, report) else " [red]wrong[/red]"
    sender, case = report["sender"] or "(no address)", report["case"]
    if case is None or report["outcome"] != "case":
        joined = case["number"] if case else "-"
        return [joined, sender, "", *[""] * 5, f"[dim]no: {report['outcome']}[/dim]{mark}"]
    promised = [clock["due_at"] for clock in case["clocks"] if clock["met_at"] is None and clock["is_promise"]]
    due = datetime.fromisoformat(min(promised)).astimezone(ZONE).strftime("%a %d %b %H:%M") if promised else "none"
    colour = _COLOURS[case["level"]]
    return [
        case["number"],
        sender,
        case["profile"],
        f"[{colour}]{case['level']}[/{colour}]",
        case["category"],
        _confidence(case),
        case["assigned_team"],
        due,
        ("yes" if case["acknowledged_at"] else f"[dim]no: {report['auto'] or 'no address'}[/dim]") + mark,
    ]


def _confidence(case: dict[str, Any]) -> str:
    """How sure the classifier is of the level; a level that it would not have given was raised by a caution."""
    sure = f"{case['confidence']:.0%}"
    return f"{'raised' if sure == '0%' else sure}{'?' if case['needs_review'] else ''}"
