"""The report as one page that needs nothing beside itself."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from bench.figures import Figure, Found, reached
from bench.plots import bar_chart, line_chart
from bench.summary import bars, number

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --line: #d6dbe1; --ours: #1f6feb; --other: #9aa5b1;
  --good: #1a7f37; --bad: #c62828 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaef; --paper: #14181d; --line: #39424d; --ours: #5aa2ff;
  --other: #6c7885; --good: #4ac26b; --bad: #ff7b72 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.reached { color: var(--good); font-weight: 600 } .not-reached { color: var(--bad); font-weight: 600 }
figure { margin: 1.2rem 0 } figcaption { font-weight: 600 } svg { width: 100%; max-width: 760px; font-size: 12px }
svg text { fill: var(--ink) } .ours { fill: var(--ours) } .other { fill: var(--other) }
.least { stroke: var(--bad); stroke-width: 2 } .goal { stroke: var(--good); stroke-width: 2; stroke-dasharray: 5 3 }
.grid { stroke: var(--line) } polyline { fill: none; stroke-width: 2 } .line0 { stroke: #1f6feb }
.line1 { stroke: #d9822b } .line2 { stroke: #1a9f6b } .line3 { stroke: #a855c7 } .line4 { stroke: #c62828 }
small { color: var(--other) }
"""
_LEGEND = (
    "Medians of the rounds; in parentheses under <em>at least</em> and <em>goal</em> how often we have what is needed,"
    " 1 and more being enough. In the plots the solid line is what is needed at least, the dashed one the goal."
)


def html(found: Sequence[Found], facts: Mapping[str, str]) -> str:
    machine = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts.items())
    rows = "".join(part for row in found for part in _row(row))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Firstline: performance</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>Performance</h1><p>{_LEGEND}</p><table>{machine}</table>"
        f"{_overview(found)}{rows}</body></html>\n"
    )


def _overview(found: Sequence[Found]) -> str:
    """Everything that is to be reached, at a glance."""
    lines = "".join(
        f'<tr><td><a href="#{row.name}">{escape(row.title)}</a>: {escape(figure.title)}</td>'
        f"{_verdict(reached(figure.at_least))}{_verdict(reached(figure.goal))}</tr>"
        for row in found
        for figure in row.figures
        if figure.at_least or figure.goal
    )
    return f'<div class="wide"><table><tr><th>figure</th><th>at least</th><th>goal</th></tr>{lines}</table></div>'


def _row(row: Found) -> Iterator[str]:
    yield f'<h2 id="{row.name}">{escape(row.title)}</h2><p>{escape(row.how)}</p>'
    if row.figures:
        head = "".join(
            f"<th>{name}</th>" for name in ("figure", "contestant", "median", "rounds", "ours / it", "at least", "goal")
        )
        lines = "".join(line for figure in row.figures for line in _lines(figure))
        yield f'<div class="wide"><table><tr>{head}</tr>{lines}</table></div>'
    for figure in row.figures:
        if figure.anchors:
            yield f"<figure><figcaption>{escape(figure.title)} ({figure.unit})</figcaption>{bar_chart(figure)}</figure>"
    for series in row.series:
        yield f"<figure><figcaption>{escape(series.title)} ({series.y})</figcaption>{line_chart(series)}</figure>"
    for name, reason in row.missing.items():
        yield f"<p>Not measured: {escape(name)}: {escape(reason)}.</p>"


def _lines(figure: Figure) -> Iterator[str]:
    for place, each in enumerate((figure.ours, *figure.anchors)):
        ratio = "" if place == 0 or not each.value else number(figure.ours.value / each.value)
        rounds = ", ".join(number(value) for value in each.values)
        cells = f"<td>{escape(figure.title) if place == 0 else ''}</td><td>{escape(each.name)}</td>"
        cells += f'<td class="number">{number(each.value)} {figure.unit}</td><td><small>{rounds}</small></td>'
        cells += f'<td class="number">{ratio}</td>'
        for bar in (figure.at_least, figure.goal):
            cells += f"<td>{escape(bars(bar)) if place == 0 else ''}</td>"
        yield f"<tr>{cells}</tr>"


def _verdict(word: str) -> str:
    return f'<td class="{word.replace(" ", "-")}">{word}</td>'
