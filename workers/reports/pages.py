"""The reports to customers as HTML pages that stand alone: nothing is fetched, nothing runs in them."""

from collections import Counter
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from routing.statistics import Promise
from workers.reports import plots
from workers.reports.accident import AccidentReport
from workers.reports.monthly import MonthlyReport
from workers.reports.words import PROMISED, Words, local

# More cases than these are for the CSV file.
_LISTED = 500
_PARTS = ("kept", "missed", "running")


def monthly_page(report: MonthlyReport) -> str:
    """The page of a month. It says nothing of the clocks that are the desk's own."""
    words, zone = Words(report.language), report.scheme.hours.zone
    promises = [line for line in report.statistics.promises if line.name in PROMISED]

    def level_name(level: int) -> str:
        return report.scheme.level_name(level, report.language)

    def short(moment: datetime | None) -> str:
        return "–" if moment is None else moment.astimezone(zone).strftime("%m-%d %H:%M")

    return (
        _environment()
        .get_template("monthly.html.j2")
        .render(
            report=report,
            words=words,
            zone=zone,
            local=local,
            short=short,
            level_name=level_name,
            promises=promises,
            promised=PROMISED,
            tiles=_tiles(report, promises, words),
            plots=_plots(report, promises, words),
            listed=report.records[:_LISTED],
        )
    )


def accident_page(report: AccidentReport) -> str:
    words, zone = Words(report.language), report.scheme.hours.zone
    return (
        _environment()
        .get_template("accident.html.j2")
        .render(report=report, words=words, zone=zone, local=local, facts=facts(report, words))
    )


def facts(report: AccidentReport, words: Words) -> list[tuple[str, str]]:
    """What stands at the head of an accident report, by its label."""
    zone = report.scheme.hours.zone
    return [
        (words["customer"], report.customer),
        (words["level"], report.level_name),
        (words["category"], words.of("categories", report.category)),
        (words["device"], report.device),
        (words["site"], report.site),
        (words["received"], local(report.received_at, zone)),
        (words["solved"], local(report.solved_at, zone)),
        (words["state"], words.of("states", report.state)),
    ]


def _tiles(report: MonthlyReport, promises: list[Promise], words: Words) -> list[tuple[str, str]]:
    figures = report.statistics
    whole = [line for line in promises if line.level is None]
    every = Promise("", None, sum(line.kept for line in whole), sum(line.missed for line in whole), 0)
    mean = words["none_yet"] if figures.survey_mean is None else f"{figures.survey_mean:.1f}"
    survey = f"{words['survey']} ({words['survey_of'].format(count=figures.survey_count)})"
    return [
        (words["cases"], str(figures.volumes.total)),
        (words["solved_cases"], str(sum(record.solved_at is not None for record in report.records))),
        (words["share"], words.share(every.share)),
        (words["escalations"], str(figures.escalated)),
        (words["reopened_cases"], str(figures.reopened)),
        (survey if figures.survey_count else words["survey"], mean),
    ]


def _plots(report: MonthlyReport, promises: list[Promise], words: Words) -> dict[str, Markup]:
    figures, counts = report.statistics, report.statistics.volumes
    if not report.records:
        return {}
    levels: Counter[str] = Counter()  # a scheme may have one name for two levels
    for level, count in counts.by_level.items():
        levels[report.scheme.level_name(level, report.language)] += count
    lines = [
        (words.of("clock", line.name), [getattr(line, part) for part in _PARTS])
        for line in promises
        if line.level is None
    ]
    return {
        "levels": plots.bars(levels, words["by_level"]),
        "categories": plots.bars(_named(counts.by_category, "categories", words), words["by_category"]),
        "channels": plots.bars(_named(counts.by_channel, "channels", words), words["by_channel"]),
        "weeks": plots.columns(counts.by_week, words["by_week"]),
        "promises": plots.stacked(lines, _PARTS, words["promises"]),
        "busy": plots.heat(figures.busy, words.days, words["busy"]),
    }


def _named(counts: dict[str, int], table: str, words: Words) -> dict[str, int]:
    return {words.of(table, name): count for name, count in counts.items()}


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("workers.reports", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
