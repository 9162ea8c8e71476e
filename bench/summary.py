"""The figures as Markdown, to be kept, and as JSON, to be computed with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bench.figures import Bar, Figure, Found, Measure, reached

_INTRODUCTION = """\
# Performance

What the last kept run of `make bench` found (`make bench KEEP=1` keeps another). Everything in a row was measured in
one run, the contestants in turn, and medians of the rounds are shown. The machine does other things, too: trust the
ratios more than the rates. `python -m bench ROW` measures one row; `--whole` fills desks with a million cases, `--hour`
looks at memory for an hour.
"""


def number(value: float) -> str:
    """As many digits as are worth reading."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def bars(found: Sequence[Bar]) -> str:
    """What is to be reached, and in parentheses how often we have it."""
    return "; ".join(
        f"{bar.text} (not measured)" if bar.ratio is None else f"{bar.text} ({number(bar.ratio)})" for bar in found
    )


def markdown(found: Sequence[Found], facts: Mapping[str, str]) -> str:
    lines = [_INTRODUCTION, *(f"- {name}: {text}" for name, text in facts.items())]
    for row in found:
        lines += ["", f"## {row.title}", "", row.how, ""]
        if row.figures:
            lines += ["| figure | ours | others | at least (share reached) | | goal (share reached) | |"]
            lines += ["|---|---|---|---|---|---|---|", *(_line(figure) for figure in row.figures)]
        lines += [f"\nNot measured: {name}: {reason}." for name, reason in row.missing.items()]
    return "\n".join(lines) + "\n"


def _line(figure: Figure) -> str:
    others = "; ".join(f"{each.name} {number(each.value)} ({_ratio(figure.ours, each)})" for each in figure.anchors)
    cells = [
        figure.title,
        f"{number(figure.ours.value)} {figure.unit}",
        others,
        bars(figure.at_least),
        reached(figure.at_least),
        bars(figure.goal),
        reached(figure.goal),
    ]
    return f"| {' | '.join(cells)} |"


def _ratio(ours: Measure, other: Measure) -> str:
    return f"ours / it {number(ours.value / other.value)}" if other.value else "-"


def as_json(found: Sequence[Found], facts: Mapping[str, str]) -> str:
    return json.dumps({"machine": dict(facts), "rows": [asdict(row) for row in found]}, indent=1, ensure_ascii=False)
