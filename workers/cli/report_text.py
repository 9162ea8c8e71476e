"""The reports to customers on the terminal."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from workers.reports.accident import AccidentReport
from workers.reports.monthly import MonthlyReport
from workers.reports.pages import facts
from workers.reports.words import Words, local

_WIDTH = 120


def monthly(report: MonthlyReport) -> None:
    """The figures of the month, the desk's own clocks among them."""
    words, console, figures = Words(report.language), _console(), report.statistics
    console.print(Text(f"{words['service_report']} {report.month}: {report.name} ({report.number})", style="bold"))
    console.print(Text(words["times_in"].format(zone=report.scheme.hours.timezone)))
    if not report.records:
        console.print(Text(words["no_cases"]))
        return
    counts = figures.volumes
    levels = [(report.scheme.level_name(level, report.language), n) for level, n in counts.by_level.items()]
    _counts(console, words["by_level"], levels)
    _counts(console, words["by_category"], [(words.of("categories", n), c) for n, c in counts.by_category.items()])
    _counts(console, words["by_channel"], [(words.of("channels", n), c) for n, c in counts.by_channel.items()])
    heads = [words[name] for name in ("promise", "kept", "missed", "running", "share", "interval")]
    rows = [
        [
            words.of("clock", line.name),
            *map(str, (line.kept, line.missed, line.running)),
            words.share(line.share),
            words.interval(line.interval),
        ]
        for line in figures.promises
        if line.level is None
    ]
    _table(console, words["promises"], heads, rows)
    _durations(console, report, words)
    mean = words["none_yet"] if figures.survey_mean is None else f"{figures.survey_mean:.1f} ({figures.survey_count})"
    for name, value in (("escalations", figures.escalated), ("reopened_cases", figures.reopened), ("survey", mean)):
        console.print(Text(f"{words[name]}: {value}"))


def accident(report: AccidentReport) -> None:
    words, console, zone = Words(report.language), _console(), report.scheme.hours.zone
    console.print(Text(f"{words['accident_report']} {report.number}: {report.subject}", style="bold"))
    if report.is_draft:
        console.print(Text(words["draft"].format(time=local(report.made_at, zone)), style="yellow"))
    for name, value in facts(report, words):
        if value:
            console.print(Text(f"{name}: {value}"))
    moments = [[local(entry.at, zone), f"{entry.text}{_often(entry.count)}"] for entry in report.timeline]
    _table(console, words["timeline"], [words["time"], words["what"]], moments)
    absent = ("still_examined", "still_solving") if report.is_draft else ("not_recorded", "not_recorded")
    for name, value in (("cause", report.cause or words[absent[0]]), ("solution", report.solution or words[absent[1]])):
        console.print(Text(f"{words[name]}: {value}"))
    kept = [
        [
            words.of("clock", clock.name),
            local(clock.due_at, zone),
            local(clock.met_at, zone),
            words[clock.outcome],
        ]
        for clock in report.promises
    ]
    _table(console, words["promises"], [words[name] for name in ("promise", "due", "met", "result")], kept)
    for sentence in report.next:
        console.print(Text(sentence))


def _durations(console: Console, report: MonthlyReport, words: Words) -> None:
    heads = [words[name] for name in ("until", "count", "median", "late", "working_median", "working_late")]
    rows = [
        [
            words.of("span", line.what),
            str(line.count),
            *map(words.duration, (line.median, line.late, line.working_median, line.working_late)),
        ]
        for line in report.statistics.times
    ]
    _table(console, words["durations"], heads, rows)


def _often(count: int) -> str:
    return f" (×{count})" if count > 1 else ""


def _counts(console: Console, title: str, counts: Iterable[tuple[str, int]]) -> None:
    console.print(Text(f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts)))


def _table(console: Console, title: str, heads: list[str], rows: list[list[str]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, header_style="dim")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # as it is: what looks like rich's markup is no markup
    console.print(table)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _WIDTH)
