"""The day as an SVG: what waits, and how long it takes, minute by minute."""

from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from bench.sizing.simulate import HOUR, Outcome

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 720, 150, 70, 40, 60
_STEP = 300.0


def svg(outcome: Outcome, title: str) -> str:
    """Two curves over the hours of the day, one below the other."""
    times = np.arange(_STEP, max(24 * HOUR, float(outcome.done.max(initial=0.0))) + 1, _STEP)
    edges = np.searchsorted(outcome.arrived, times)
    waits = outcome.waits
    worst = np.array([waits[a:b].max(initial=0.0) for a, b in zip([0, *edges[:-1]], edges, strict=True)])
    panels = [
        _panel(times, outcome.backlog(times).astype(np.float64), 0, "reports that wait"),
        _panel(times, worst, 1, "longest wait of five minutes, in seconds"),
    ]
    height = _TOP + 2 * (_HEIGHT + _GAP)
    style = "text{font:12px sans-serif;fill:#555}path{fill:none;stroke:#2a6fb0;stroke-width:1.5}line{stroke:#bbb}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 20} {height}" role="img">'
        f"<title>{escape(title)}</title><style>{style}</style>"
        f'<text x="{_LEFT}" y="18">{escape(title)}</text>{"".join(panels)}</svg>\n'
    )


def _panel(times: NDArray[np.float64], values: NDArray[np.float64], place: int, label: str) -> str:
    top = _TOP + place * (_HEIGHT + _GAP)
    highest = float(values.max(initial=0.0)) or 1.0
    end = float(times[-1])
    points = [
        f"{_LEFT + at / end * _WIDTH:.1f} {top + _HEIGHT - value / highest * _HEIGHT:.1f}"
        for at, value in zip(times, values, strict=True)
    ]
    hours = range(0, round(end / HOUR) + 1, 4)
    below = top + _HEIGHT + 16
    marks = "".join(
        f'<text x="{_LEFT + hour * HOUR / end * _WIDTH:.0f}" y="{below}" text-anchor="middle">{hour}:00</text>'
        for hour in hours
    )
    return (
        f'<text x="{_LEFT}" y="{top - 5}">{escape(label)}</text>'
        f'<text x="{_LEFT - 6}" y="{top + 10}" text-anchor="end">{highest:,.4g}</text>'
        f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{top + _HEIGHT}" y2="{top + _HEIGHT}"/>'
        f'<path d="M{" L".join(points)}"/>{marks}'
    )
