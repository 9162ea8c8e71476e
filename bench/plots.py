"""Plots as inline SVG: bars beside each other, and lines."""

from collections.abc import Callable, Sequence
from html import escape
from math import log10

from bench.figures import Bar, Figure, Series
from bench.summary import number

_WIDTH, _LABELS, _VALUES = 760, 290, 80
_BAR, _GAP = 18, 8
_PLOT = _WIDTH - _LABELS - _VALUES
_HEIGHT, _LEFT, _RIGHT, _BOTTOM, _TOP = 260, 60, 170, 40, 12
_TICKS = 4


def bar_chart(figure: Figure) -> str:
    """Ours and the others; a solid mark where `at least` is, a dashed one at the goal. Where several are set, the one
    that is hardest to reach."""
    shown = (figure.ours, *figure.anchors)
    marks = {"least": _hardest(figure.at_least), "goal": _hardest(figure.goal)}
    top = max([*(each.value for each in shown), *(mark for mark in marks.values() if mark)]) or 1.0
    rows = []
    for place, each in enumerate(shown):
        y, width = place * (_BAR + _GAP), max(1.0, each.value / top * _PLOT)
        kind = "ours" if place == 0 else "other"
        rows.append(f'<text x="{_LABELS - 8}" y="{y + 13}" text-anchor="end">{escape(each.name)}</text>')
        rows.append(f'<rect class="{kind}" x="{_LABELS}" y="{y}" width="{width:.1f}" height="{_BAR}"/>')
        rows.append(f'<text x="{_LABELS + width + 6:.1f}" y="{y + 13}">{number(each.value)}</text>')
    height = len(shown) * (_BAR + _GAP)
    for kind, mark in marks.items():
        if mark:
            x = _LABELS + mark / top * _PLOT
            rows.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="-4" y2="{height}"/>')
    return _svg(_WIDTH, height + 8, "".join(rows), f"{figure.title}, {figure.unit}", top=-6)


def _hardest(bars: Sequence[Bar]) -> float | None:
    found = [(bar.ratio, bar.needed) for bar in bars if bar.ratio is not None]
    return min(found)[1] if found else None


def line_chart(series: Series) -> str:
    """Lines from zero; the horizontal axis is logarithmic where it spans more than a factor of thirty."""
    points = [point for line in series.lines.values() for point in line]
    if not points:
        return ""
    across = _scale([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    high = max(y for _, y in points) * 1.1 or 1.0

    def up(y: float) -> float:
        return _HEIGHT - _BOTTOM - y / high * (_HEIGHT - _BOTTOM - _TOP)

    parts = []
    for tick in range(_TICKS + 1):
        y = high * tick / _TICKS
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{up(y):.1f}" y2="{up(y):.1f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{number(y)}</text>')
    for x in sorted({min(x for x, _ in points), max(x for x, _ in points)}):
        parts.append(f'<text x="{across(x):.1f}" y="{_HEIGHT - 22}" text-anchor="middle">{number(x)}</text>')
    parts.append(f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{series.x}</text>')
    for place, (name, line) in enumerate(series.lines.items()):
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line)
        parts.append(f'<polyline class="line{place % 5}" points="{path}"/>')
        x, y = line[-1]
        parts.append(f'<text x="{across(x) + 6:.1f}" y="{up(y) + 4:.1f}">{escape(name)}</text>')
    return _svg(_WIDTH, _HEIGHT, "".join(parts), f"{series.title}, {series.y}")


def _scale(values: Sequence[float], left: float, right: float) -> Callable[[float], float]:
    low, high = min(values), max(values)
    if low > 0 and high / low > 30:
        return lambda x: left + (log10(x) - log10(low)) / (log10(high) - log10(low)) * (right - left)
    return lambda x: left + (x - low) / ((high - low) or 1.0) * (right - left)


def _svg(width: int, height: float, content: str, title: str, top: float = 0) -> str:
    return (
        f'<svg viewBox="0 {top} {width} {height - top}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{content}</svg>"
    )
