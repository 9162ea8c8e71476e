"""Plots are drawn to scale, and what they are labelled with stays text."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from workers.reports import plots

HOSTILE = '"><script>alert(1)</script>'


def widths(svg: str) -> list[float]:
    return [float(node.attributes["width"] or 0) for node in LexborHTMLParser(svg).css("rect")]


def test_bars_are_as_long_as_their_counts_say() -> None:
    short, long, none = widths(plots.bars({"a": 2, "b": 8, "c": 0}, "by letter"))

    assert long == pytest.approx(4 * short, abs=0.2)
    assert none == 0


def test_a_stacked_bar_is_cut_by_shares_and_is_as_long_as_the_others() -> None:
    svg = plots.stacked([("first", (3, 1)), ("second", (0, 50))], ("kept", "missed"), "promises")

    three, one, whole = widths(svg)
    assert three == pytest.approx(3 * one, abs=0.3)
    assert three + one == pytest.approx(whole, abs=0.2)


def test_the_busiest_hour_is_the_darkest() -> None:
    table = [[0] * 24 for _ in range(7)]
    table[2][9], table[4][15] = 4, 1

    svg = plots.heat(table, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "busy")

    shades = {title: float(shade) for shade, title in re.findall(r'opacity="([\d.]+)"><title>([^<]*)', svg)}
    assert len(shades) == 7 * 24
    assert shades["Wed 09:00 - 4"] == 1.0
    assert 0 < shades["Fri 15:00 - 1"] < 0.5
    assert shades["Mon 00:00 - 0"] == 0.0


@pytest.mark.parametrize(
    "svg",
    [
        plots.bars({HOSTILE: 1}, HOSTILE),
        plots.columns({HOSTILE: 1}, HOSTILE),
        plots.stacked([(HOSTILE, (1,))], ("kept",), HOSTILE),
        plots.heat([[1] * 24] * 7, [HOSTILE] * 7, HOSTILE),
    ],
)
def test_a_label_stays_text(svg: str) -> None:
    tree = LexborHTMLParser(svg)

    assert tree.css("script") == []
    assert [drawn.attributes["aria-label"] for drawn in tree.css("svg")] == [HOSTILE]


@pytest.mark.parametrize("svg", [plots.bars({}, "x"), plots.columns({}, "x"), plots.stacked([], ("kept",), "x")])
def test_nothing_to_plot_is_an_empty_plot(svg: str) -> None:
    assert LexborHTMLParser(svg).css("rect") == []


def test_a_name_too_long_for_its_place_is_cut() -> None:
    [name, _] = LexborHTMLParser(plots.bars({"很长的名字" * 20: 1}, "x")).css("text")

    assert name.text().endswith("…")
    assert len(name.text()) < 20
