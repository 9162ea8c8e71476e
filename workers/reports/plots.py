"""Plots as inline SVG: bars, promises kept and missed, a heat map of the week. No script; colours come from the page's
CSS, so that they fit a dark screen and a printer. Labels are escaped."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

# Two small ones stand beside each other on a page of A4.
_SMALL, _WIDTH, _LINE, _BAR = 440, 760, 26, 16
# A CJK character is about 12.5 wide in the plots' font, others 7.5.
_WIDE, _NARROW, _LONGEST = 12.5, 7.5, 220.0
_COLUMN_HEIGHT = 130
_CELL, _CELL_HEIGHT = 28, 22


def bars(counts: Mapping[str, int], label: str) -> Markup:
    """A horizontal bar for each count, with its number behind it."""
    edge = _edge(counts)
    scale = (_SMALL - edge - 50) / (max(counts.values(), default=0) or 1)
    parts = []
    for place, (name, count) in enumerate(counts.items()):
        y, width = place * _LINE, count * scale
        parts.append(_text(edge - 8, y + 17, _short(name, edge), "end"))
        parts.append(_box(edge, y + 5, width, _BAR, "var(--bar)"))
        parts.append(_text(edge + width + 6, y + 17, str(count), "start"))
    return _svg(_SMALL, len(counts) * _LINE, label, parts)


def columns(counts: Mapping[str, int], label: str) -> Markup:
    """A column for each count, side by side: for what follows in time."""
    highest, parts = max(counts.values(), default=0) or 1, []
    step = min(90.0, _SMALL / max(len(counts), 1))
    for place, (name, count) in enumerate(counts.items()):
        x, height = place * step, count / highest * (_COLUMN_HEIGHT - 20)
        parts.append(_box(x + step * 0.15, _COLUMN_HEIGHT - height, step * 0.7, height, "var(--bar)"))
        parts.append(_text(x + step / 2, _COLUMN_HEIGHT - height - 5, str(count), "middle"))
        parts.append(_text(x + step / 2, _COLUMN_HEIGHT + 16, name, "middle"))
    return _svg(_SMALL, _COLUMN_HEIGHT + 24, label, parts)


def stacked(lines: Sequence[tuple[str, Sequence[int]]], kinds: Sequence[str], label: str) -> Markup:
    """A bar for each line, all of one length, cut by the share of each part. `kinds` are the parts' CSS variables."""
    edge = _edge({name: 0 for name, _ in lines})
    length, parts = _WIDTH - edge - 10, []
    for place, (name, counts) in enumerate(lines):
        x, y, whole = float(edge), place * _LINE, sum(counts) or 1
        parts.append(_text(edge - 8, y + 17, _short(name, edge), "end"))
        for count, kind in zip(counts, kinds, strict=True):
            width = count / whole * length
            if count:
                parts.append(_box(x, y + 5, width, _BAR, f"var(--{kind})"))
            if width > len(str(count)) * _NARROW + 6 and count:
                parts.append(_text(x + width / 2, y + 17, str(count), "middle", "on"))
            x += width
    return _svg(_WIDTH, len(lines) * _LINE, label, parts)


def heat(table: Sequence[Sequence[int]], names: Sequence[str], label: str) -> Markup:
    """A cell for each hour of the week, the darker the more: seven lines of 24."""
    edge = max(_width_of(name) for name in names) + 12
    highest, parts = max(map(max, table)) or 1, []
    for hour in range(0, 24, 3):
        parts.append(_text(edge + hour * _CELL + _CELL / 2, 12, f"{hour:02}", "middle"))
    for day, (name, line) in enumerate(zip(names, table, strict=True)):
        y = 18 + day * _CELL_HEIGHT
        parts.append(_text(edge - 8, y + 15, name, "end"))
        for hour, count in enumerate(line):
            shade = 0.12 + 0.88 * count / highest if count else 0.0
            parts.append(_cell(edge + hour * _CELL, y, shade, f"{name} {hour:02}:00 - {count}"))
            if count:
                parts.append(_text(edge + hour * _CELL + _CELL / 2, y + 15, str(count), "middle", "on" * (shade > 0.5)))
    return _svg(edge + 24 * _CELL, 18 + 7 * _CELL_HEIGHT, label, parts)


def _svg(width: float, height: float, label: str, parts: Sequence[Markup]) -> Markup:
    begin = Markup('<svg viewBox="0 0 {:.0f} {:.0f}" width="{:.0f}" role="img" aria-label="{}">').format(
        width, max(height, 1), width, label
    )
    return begin + Markup("").join(parts) + Markup("</svg>")


def _box(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2" fill="{}"/>').format(
        x, y, width, height, fill
    )


def _cell(x: float, y: float, shade: float, title: str) -> Markup:
    return Markup(
        '<rect class="cell" x="{:.0f}" y="{:.0f}" width="{}" height="{}" fill-opacity="{:.2f}"><title>{}</title></rect>'
    ).format(x, y, _CELL - 2, _CELL_HEIGHT - 2, shade, title)


def _text(x: float, y: float, text: str, anchor: str, style: str = "") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="{}">{}</text>').format(x, y, anchor, style, text)


def _width_of(text: str) -> float:
    return sum(_WIDE if character > "\u2e7f" else _NARROW for character in text)


def _edge(names: Mapping[str, int]) -> float:
    """Where the bars begin: behind the longest name."""
    return min(max(map(_width_of, names), default=0.0), _LONGEST) + 12


def _short(name: str, edge: float) -> str:
    """The name, cut where it does not fit before `edge`."""
    if _width_of(name) <= edge - 12:
        return name
    while name and _width_of(name) > edge - 24:
        name = name[:-1]
    return f"{name}…"
