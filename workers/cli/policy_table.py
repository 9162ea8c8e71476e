"""A service scheme as tables in Markdown, to be held beside the vendor's document."""

from collections.abc import Sequence

from console.pages.scheme_services import ClockView, Figure, StepView
from models.values import LEVELS
from routing.profile import Profile
from workers.admin.schemes import view

_CLOCKS = ("clock", *(f"level {level}" for level in LEVELS), "counts", "from", "kept by", "only for", "row", "stated")
_STEPS = ("step", "when", "levels", "tells", "by", "does", "row", "stated")


def table(profile: Profile) -> str:
    """The clocks and the ladder of `profile`; "stated" says whether the source gives the figure."""
    scheme = view(profile)
    figures = {figure.name: figure for figure in scheme.figures}
    lines = [
        f"## {scheme.name}",
        "",
        f"{scheme.title}. Working hours: {_figure(figures['hours'])}.",
        "",
        f"Priority: {_figure(figures['priority'])}.",
        "",
        f"Quiet hours: {_figure(figures['quiet'])}.",
        "",
        *_rows(_CLOCKS, [_clock(clock) for clock in scheme.clocks]),
        "",
        *_rows(_STEPS, [_step(step) for step in scheme.ladder]),
    ]
    return "\n".join(lines)


def _figure(figure: Figure) -> str:
    return f"{figure.text} ({_cell(figure.row)}; {_stated(figure.is_stated)})"


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _clock(clock: ClockView) -> list[str]:
    begins = f"the deadline of `{clock.after}`" if clock.after else clock.starts
    if clock.is_received_working:
        begins += ", at the next working hour"
    return [
        f"`{clock.name}`" if clock.is_promise else f"`{clock.name}` (no promise)",
        *(span.words if span else "" for span in clock.spans),
        "working hours" if clock.hours == "working" else "all hours",
        begins,
        f"{clock.met_by or 'its usual event'}{', repeats' if clock.repeats else ''}",
        ", ".join(clock.only_for),
        _cell(clock.row),
        _stated(clock.is_stated),
    ]


def _step(step: StepView) -> list[str]:
    after = f" {step.after.words} after" if step.after else " at"
    return [
        f"`{step.name}`",
        f"`{step.clock}` missed,{after} its time",
        ", ".join(map(str, step.levels)),
        ", ".join(step.tell),
        ", ".join(step.by),
        ", ".join(step.does),
        _cell(step.row),
        _stated(step.is_stated),
    ]


def _cell(row: str) -> str:
    return row.replace("|", "\\|")


def _stated(stated: bool) -> str:
    return "stated" if stated else "default"
