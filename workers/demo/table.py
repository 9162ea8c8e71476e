"""What became of each report, as a table for the terminal."""

from datetime import datetime
from typing import Any

from rich.table import Table

from workers.demo.reports import Played, is_right

COLUMNS = ("case", "from", "language", "level", "category", "confidence", "team", "next deadline", "acknowledged")
# On a narrow terminal the others give way to these.
WIDTHS = {"case": 9, "from": 12, "language": 7, "level": 5, "category": 8, "acknowledged": 3}
_COLOURS = {1: "bold red", 2: "yellow", 3: "cyan", 4: "green"}


def table(rows: list[tuple[Played, dict[str, Any]]], total: int) -> Table:
    """A row for each report that has ended, of `total`."""
    made = Table(title=f"{len(rows)} of {total} reports through", title_justify="left", expand=True)
    for name in COLUMNS:
        made.add_column(name, no_wrap=True, overflow="ellipsis", min_width=WIDTHS.get(name))
    for mail, report in rows:
        made.add_row(*_row(mail, report))
    return made


def _row(mail: Played, report: dict[str, Any]) -> list[str]:
    mark = "" if is_right(mail, report) else " [red]wrong[/red]"
    sender, case = report["sender"] or "(no address)", report["case"]
    if case is None or report["outcome"] != "case":
        on_case = f" on {case['number']}" if case else ""
        return ["-", sender, report["language"] or "", *[""] * 5, f"[dim]no: {report['outcome']}{on_case}[/dim]{mark}"]
    due = min(clock["due_at"] for clock in case["clocks"] if clock["met_at"] is None)
    colour = _COLOURS[case["level"]]
    return [
        case["number"],
        sender,
        case["language"],
        f"[{colour}]{case['level']}[/{colour}]",
        case["category"],
        f"{case['confidence']:.0%}{'?' if case['needs_review'] else ''}",
        case["assigned_team"],
        datetime.fromisoformat(due).astimezone().strftime("%a %d %b %H:%M"),
        ("yes" if case["acknowledged_at"] else f"[dim]no: {report['auto'] or 'no address'}[/dim]") + mark,
    ]
