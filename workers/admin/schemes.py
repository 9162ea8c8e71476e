"""A service scheme taken apart for those who read it: the page, and the tables of docs/service-schemes.md."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from console.pages.scheme_services import ClockView, Figure, Scheme, Span, StepView
from models.errors import Misconfigured, NotPossible
from models.values import LEVELS
from routing import profile as profiles
from routing import rules, spans
from routing.gaps import gaps
from routing.profile import Profile
from routing.quiet import QuietRule

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SchemeShelf:
    """Implements `console.pages.scheme_services.Schemes`."""

    def names(self) -> Sequence[str]:
        return profiles.names()

    def show(self, name: str) -> Scheme:
        try:
            return view(profiles.load(name))
        except Misconfigured as error:
            raise NotPossible(str(error)) from error


def view(profile: Profile) -> Scheme:
    return Scheme(
        name=profile.name,
        title=profile.title,
        source=profile.source,
        version=profile.version,
        tiers=profile.tiers,
        site_classes=profile.site_classes,
        levels=list(_levels(profile)),
        figures=list(_figures(profile)),
        teams=[(rule.team, rule.levels, rule.categories) for rule in profile.teams],
        clocks=[_clock(rule, profile) for rule in profile.clocks],
        ladder=[_step(rule, profile) for rule in profile.ladder],
        warnings=gaps(profile),
    )


def _levels(profile: Profile) -> Iterator[tuple[int, tuple[str, ...], dict[str, str]]]:
    for level in LEVELS:
        yield level, (), _by_language(profile.level_names[str(level)])  # type: ignore[index]
    for own in profile.own_levels:
        yield own.level, own.categories, _by_language(own.names)


def _by_language(names: Mapping[Any, str]) -> dict[str, str]:
    return {str(language): name for language, name in names.items()}


def _until(end: time) -> str:
    return "24:00" if end == time() else f"{end:%H:%M}"


def _figures(profile: Profile) -> Iterator[Figure]:
    hours = profile.hours
    spans = ", ".join(f"{begin:%H:%M}-{_until(end)}" for begin, end in hours.spans)
    days = "every day" if hours.days == "every" else f"on the working days of {hours.region}"
    yield _figure("hours", f"{spans} {days}, {hours.timezone}", hours, profile)
    levels = ", ".join(f"level {level} {word}" for level, word in profile.priority.levels.items())
    yield _figure("priority", levels, profile.priority, profile)
    yield _figure("quiet", profile.quiet.words, profile.quiet, profile)
    days_open = profile.threads.reopen_days
    reopened = f"opened again by a mail within {days_open} days of its end" if days_open else "never opened again"
    yield _figure("threads", reopened, profile.threads, profile)
    yield _figure("unentitled", profile.unentitled.serve, profile.unentitled, profile)


def _figure(
    name: str,
    text: str,
    rule: rules.WorkingHours | rules.PriorityRule | rules.ThreadRule | rules.UnentitledRule | QuietRule,
    profile: Profile,
) -> Figure:
    return Figure(name, text, _plain(rule.row, profile), rule.stated)


def _clock(rule: rules.ClockRule, profile: Profile) -> ClockView:
    only_for = [*rule.categories, *(f"tier {tier}" for tier in rule.tiers)]
    if rule.site_class is not None:
        only_for.append(f"site class {rule.site_class}")
    spans = [rule.levels.get(str(level)) for level in LEVELS]  # type: ignore[call-overload]
    return ClockView(
        name=rule.name,
        is_promise=rule.promise,
        spans=tuple(span_of(span) if span else None for span in spans),
        hours=rule.hours,
        starts=rule.starts,
        after=rule.after or "",
        is_received_working=rule.received == "working",
        met_by=rule.met_by or "",
        repeats=rule.repeats,
        only_for=tuple(only_for),
        row=_plain(rule.row, profile),
        is_stated=rule.stated,
    )


def _step(rule: rules.LadderRule, profile: Profile) -> StepView:
    return StepView(
        name=rule.name,
        clock=rule.clock,
        after=span_of(rule.after) if rule.after else None,
        levels=rule.levels,
        tell=rule.tell,
        by=rule.by if rule.tell else (),
        does=rule.does,
        row=_plain(rule.row, profile),
        is_stated=rule.stated,
    )


def span_of(span: spans.Span) -> Span:
    by = f"{span.by:%H:%M}" if span.by else ""
    if span.working_days:
        return Span(span.words, "working-days", span.working_days, by)
    if span.calendar_days:
        return Span(span.words, "calendar-days", span.calendar_days, by)
    if by:
        return Span(span.words, "same-day", 0, by)
    if not span.elapsed:
        return Span(span.words, "at-once")
    if span.elapsed % _HOUR:
        return Span(span.words, "minutes", span.elapsed // _MINUTE)
    return Span(span.words, "hours", span.elapsed // _HOUR)


def _plain(row: str, profile: Profile) -> str:
    return row.removeprefix(f"{profile.name}: ")
