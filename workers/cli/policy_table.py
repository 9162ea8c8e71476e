"""A service scheme as tables in Markdown, to be held beside the vendor's document."""

from collections.abc import Sequence

from models.values import LEVELS
from routing.profile import Profile
from routing.rules import ClockRule, LadderRule

_CLOCKS = ("clock", *(f"level {level}" for level in LEVELS), "counts", "from", "kept by", "only for", "row", "stated")
_STEPS = ("step", "when", "levels", "tells", "by", "does", "row", "stated")


def table(profile: Profile) -> str:
    """The clocks and the ladder of `profile`; "stated" says whether the source gives the figure."""
    hours = ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in profile.hours.spans)
    days = "every day" if profile.hours.days == "every" else f"on the working days of {profile.hours.region}"
    lines = [
        f"## {profile.name}",
        "",
        f"{profile.title}. Working hours: {hours} {days}, {profile.hours.timezone}"
        f" ({_plain(profile.hours.row, profile)}; {_stated(profile.hours.stated)}).",
        "",
        f"Priority: {_priority(profile)}.",
        "",
        f"Quiet hours: {_quiet(profile)}.",
        "",
        *_rows(_CLOCKS, [_clock(rule, profile) for rule in profile.clocks]),
        "",
        *_rows(_STEPS, [_step(rule, profile) for rule in profile.ladder]),
    ]
    return "\n".join(lines)


def _priority(profile: Profile) -> str:
    rule = profile.priority
    levels = ", ".join(f"level {level} {word}" for level, word in rule.levels.items())
    return f"{levels} ({_plain(rule.row, profile)}; {_stated(rule.stated)})"


def _quiet(profile: Profile) -> str:
    rule = profile.quiet
    return f"{rule.words} ({_plain(rule.row, profile)}; {_stated(rule.stated)})"


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _clock(rule: ClockRule, profile: Profile) -> list[str]:
    spans = [rule.levels.get(str(level)) for level in LEVELS]  # type: ignore[call-overload]
    narrowed = [*rule.categories, *(f"tier {tier}" for tier in rule.tiers)]
    if rule.site_class is not None:
        narrowed.append(f"site class {rule.site_class}")
    begins = f"the deadline of `{rule.after}`" if rule.after else rule.starts
    if rule.received == "working":
        begins += ", at the next working hour"
    return [
        f"`{rule.name}`" if rule.promise else f"`{rule.name}` (no promise)",
        *(span.words if span else "" for span in spans),
        "working hours" if rule.hours == "working" else "all hours",
        begins,
        f"{rule.met_by or 'its usual event'}{', repeats' if rule.repeats else ''}",
        ", ".join(narrowed),
        _plain(rule.row, profile),
        _stated(rule.stated),
    ]


def _step(rule: LadderRule, profile: Profile) -> list[str]:
    after = f" {rule.after.words} after" if rule.after else " at"
    return [
        f"`{rule.name}`",
        f"`{rule.clock}` missed,{after} its time",
        ", ".join(map(str, rule.levels)),
        ", ".join(rule.tell),
        ", ".join(rule.by) if rule.tell else "",
        ", ".join(rule.does),
        _plain(rule.row, profile),
        _stated(rule.stated),
    ]


def _plain(row: str, profile: Profile) -> str:
    return row.removeprefix(f"{profile.name}: ").replace("|", "\\|")


def _stated(stated: bool) -> str:
    return "stated" if stated else "default"
