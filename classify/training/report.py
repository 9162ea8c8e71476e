"""The evaluation as one HTML page: figures, what changes, confusion matrices, and risk against coverage."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from classify.decide import risk
from classify.model import Classification
from classify.training.compare import Contest, differences, refusal
from classify.training.corpus import Row
from classify.training.scores import Scores, score
from models.values import CATEGORIES, LEVELS

# Name, key in `_figures`, and whether it is a share.
_FIGURES = (
    ("level, macro F1", "level_macro_f1", False),
    ("level, quadratic weighted kappa", "kappa", False),
    ("level-1 recall", "critical_recall", True),
    ("levels two or more off", "far_off", True),
    ("category, macro F1", "category_macro_f1", False),
    ("level calibration error", "level_calibration", False),
    ("category calibration error", "category_calibration", False),
    ("asked for a person", "review_share", True),
    ("decided alone: both right", "unreviewed_right", True),
    ("level 1 placed lower, nobody asked", "unseen_critical", True),
)
_WIDTH, _HEIGHT, _EDGE, _RIGHT = 560, 260, 44, 20
_LOWEST = 0.5


def render(contests: Sequence[Contest], champion: str, challenger: str | None) -> str:
    """The page. `champion` and `challenger` are the models' versions."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    return templates.get_template("report.html.j2").render(
        champion=champion,
        challenger=challenger,
        refused=refusal(contests),
        figures=_FIGURES,
        sets=[_set(contest, champion, challenger) for contest in contests],
    )


def _set(contest: Contest, champion: str, challenger: str | None) -> dict[str, Any]:
    sides = [("champion", champion, contest.champion)]
    if contest.challenger is not None and challenger is not None:
        sides.append(("challenger", challenger, contest.challenger))
    return {
        "name": contest.name,
        "count": len(contest.rows),
        "sides": [
            {
                "role": role,
                "version": version,
                "figures": _figures(score(contest.rows, answers)),
                "matrices": [
                    _matrix(
                        "level", LEVELS, [(row.level, a.level) for row, a in zip(contest.rows, answers, strict=True)]
                    ),
                    _matrix(
                        "category",
                        CATEGORIES,
                        [(row.category, a.category) for row, a in zip(contest.rows, answers, strict=True)],
                    ),
                ],
            }
            for role, version, answers in sides
        ],
        "differences": differences(contest),
        "plot": _plot([(role, contest.rows, answers) for role, _, answers in sides]),
    }


def _figures(scores: Scores) -> dict[str, float]:
    return {
        "level_macro_f1": scores.overall.level_macro_f1,
        "kappa": scores.kappa,
        "critical_recall": scores.overall.critical_recall,
        "far_off": scores.far_off,
        "category_macro_f1": scores.overall.category_macro_f1,
        "level_calibration": scores.level_calibration,
        "category_calibration": scores.category_calibration,
        "review_share": scores.review_share,
        "unreviewed_right": scores.unreviewed.both_right,
        "unseen_critical": scores.unseen_critical,
    }


def _matrix(name: str, labels: Sequence[Any], pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    counts = {(true, said): 0 for true in labels for said in labels}
    for pair in pairs:
        counts[pair] += 1
    lines = []
    for true in labels:
        whole = sum(counts[true, said] for said in labels) or 1
        lines.append((true, [(counts[true, said], counts[true, said] / whole) for said in labels]))
    return {"name": name, "labels": list(labels), "lines": lines}


def _plot(sides: Sequence[tuple[str, Sequence[Row], Sequence[Classification]]]) -> Markup:
    """Risk against coverage as SVG: a line a side, and a ring at the share that is decided alone today."""
    parts = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" aria-label="risk against coverage">']
    for share in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0):
        y = _y(share)
        parts.append(f'<line x1="{_EDGE}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d8dee6"/>')
        parts.append(f'<text x="4" y="{y + 4:.1f}">{share:.0%}</text>')
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<text x="{_x(share):.1f}" y="{_HEIGHT - 6}" text-anchor="middle">{share:.0%}</text>')
    for role, rows, answers in sides:
        line = _coverage(rows, answers)
        points = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in line)
        parts.append(f'<polyline fill="none" stroke="var(--{role})" stroke-width="2" points="{points}"/>')
        today = sum(not answer.needs_review for answer in answers) / len(answers)
        x, y = min(line, key=lambda point: abs(point[0] - today))
        parts.append(
            f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="5" fill="white" stroke="var(--{role})" stroke-width="2"/>'
        )
    return Markup("".join([*parts, "</svg>"]))


def _coverage(rows: Sequence[Row], answers: Sequence[Classification]) -> list[tuple[float, float]]:
    """(share decided alone, share of those with both right), the surest first, in a hundred steps."""
    risks = np.array([risk(answer.level_probs, answer.category_probs) for answer in answers])
    right = np.array([(r.level, r.category) == (a.level, a.category) for r, a in zip(rows, answers, strict=True)])
    so_far: npt.NDArray[np.float64] = np.cumsum(right[np.argsort(risks, kind="stable")]) / np.arange(1, len(right) + 1)
    places = np.unique(np.linspace(max(0, len(right) // 50), len(right) - 1, 100).astype(int))
    return [((place + 1) / len(right), float(so_far[place])) for place in places]


def _x(share: float) -> float:
    return _EDGE + share * (_WIDTH - _EDGE - _RIGHT)


def _y(share: float) -> float:
    return 10 + (1 - (max(share, _LOWEST) - _LOWEST) / (1 - _LOWEST)) * (_HEIGHT - 40)
