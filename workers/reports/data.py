"""The service report as CSV, a line a case, and as JSON."""

import csv
import io
from datetime import timedelta
from typing import Any

from models.spreadsheet import cell
from routing.statistics import CaseRecord, Promise, Times
from workers.reports.monthly import MonthlyReport
from workers.reports.words import PROMISED, Words, local

_COLUMNS = (
    "number",
    "received",
    "level",
    "category",
    "channel",
    "profile",
    "subject",
    "state",
    "acknowledged",
    "accepted",
    "solved",
    "closed",
    "kept",
    "missed",
    "running",
    "steps",
    "reopened",
    "score",
)


def as_csv(report: MonthlyReport) -> bytes:
    """One line a case below the names of the columns, in UTF-8 with a BOM, as Excel wants it. Times are local.
    As on the page, nothing is said of the clocks that are the desk's own."""
    words, text = Words(report.language), io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([words[name] for name in _COLUMNS])
    for record in report.records:
        writer.writerow([_cell(value) for value in _line(record, report, words)])
    return text.getvalue().encode("utf-8-sig", "replace")


def as_json(report: MonthlyReport) -> dict[str, Any]:
    """The figures of the month, the desk's own clocks among them; spans of time in seconds."""
    figures = report.statistics
    return {
        "customer": {"number": report.number, "name": report.name},
        "month": str(report.month),
        "profile": report.scheme.name,
        "zone": report.scheme.hours.timezone,
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "cases": figures.volumes.total,
        "by_level": {str(level): count for level, count in figures.volumes.by_level.items()},
        "by_category": figures.volumes.by_category,
        "by_channel": figures.volumes.by_channel,
        "by_week": figures.volumes.by_week,
        "promises": [_promise(line) for line in figures.promises],
        "times": [_times(line) for line in figures.times],
        "escalated": figures.escalated,
        "escalations": figures.escalations,
        "reopened": figures.reopened,
        "survey": {"count": figures.survey_count, "mean": figures.survey_mean},
        "busy": figures.busy,
    }


def _line(record: CaseRecord, report: MonthlyReport, words: Words) -> list[str]:
    moments = (record.acknowledged_at, record.accepted_at, record.solved_at, record.closed_at)
    outcomes = (record.promises("kept"), record.promises("missed"), record.promises("running"))
    zone = report.scheme.hours.zone
    return [
        record.number,
        _moment(local(record.created_at, zone)),
        report.level_name(record),
        words.of("categories", record.category),
        words.of("channels", record.channel),
        record.profile,
        record.subject,
        words.of("states", record.state),
        *(_moment(local(moment, zone)) for moment in moments),
        *("; ".join(words.of("clock", name) for name in names if name in PROMISED) for names in outcomes),
        str(len(record.steps)),
        str(record.reopened),
        "" if record.score is None else str(record.score),
    ]


def _moment(text: str) -> str:
    return text.strip("–")


def _cell(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it, on one line."""
    return " ".join(cell(text).splitlines())


def _promise(line: Promise) -> dict[str, Any]:
    return {
        "name": line.name,
        "level": line.level,
        "kept": line.kept,
        "missed": line.missed,
        "running": line.running,
        "share": line.share,
        "interval": line.interval,
    }


def _times(line: Times) -> dict[str, Any]:
    spans = ("median", "late", "working_median", "working_late")
    seconds = {f"{name}_seconds": _seconds(getattr(line, name)) for name in spans}
    return {"until": line.what, "count": line.count, **seconds}


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())
