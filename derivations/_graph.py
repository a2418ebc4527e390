"""The graph of a formula as a picture: which tensor reads which, and the way back that gradients take."""

import re

import symbackprop as sb
from derivations._svg import COLOURS, INK, LOWERED, PAPER, TINT, file, moved, text
from symbackprop.equations import Formula
from symbackprop.sheet.plotting import WIDTH

_COLUMN, _LINE, _WIDE, _HIGH = 118, 74, 58, 34


def graph_picture(formula: Formula, title: str) -> str:
    """Which tensor reads which, from left to right, and dashed the way back that gradients take."""
    derivation = sb.derive(formula)
    places = _places(formula)
    low, last = min(y for _, y in places.values()), max(x for x, _ in places.values())
    width = max(_COLUMN * last + 88, WIDTH)  # as wide as plots, so that letters are alike
    left = (width - _COLUMN * last) / 2
    at = {n: (left + _COLUMN * x, 34 + _LINE * (y - low)) for n, (x, y) in places.items()}
    parts = [_marker("on", INK), _marker("back", COLOURS[1])]
    for e in formula.equations:
        for name in sorted(e.reads):
            parts.append(_arrow(at[name], at[e.name], -5, INK, "on"))
            if name in derivation.adjoints or name in derivation.wrt:
                parts.append(_arrow(at[e.name], at[name], -5, COLOURS[1], "back"))
    for name, (x, y) in at.items():
        given = formula.tensors[name].role != "defined"
        parts.append(
            f"<rect x='{x - _WIDE / 2:g}' y='{y - _HIGH / 2:g}' width='{_WIDE}' height='{_HIGH}' "
            f"rx='{4 if given else 17}' fill='{TINT if given else PAPER}' stroke='{COLOURS[0]}' stroke-width='1.8'/>"
        )
        parts.append(text(x, y + 6, symbol(name), fill=INK, more="font-size='18' font-style='italic'"))
    height = max(y for _, y in at.values()) + 34
    parts.append(text(16, height + 8, "values →", "start", INK))
    parts.append(text(104, height + 8, "← gradients", "start", COLOURS[1]))
    return file(width, height + 20, title, parts)


def symbol(name: str) -> str:
    """A tensor's name with its number lowered.

    >>> symbol("W1"), symbol("C")
    ('W₁', 'C')
    """
    return re.sub(r"\d+", lambda m: moved(m[0], LOWERED), name)


def _places(formula: Formula) -> dict[str, tuple[float, float]]:
    """Column and row of each tensor: what is computed in the middle, what is given beside those who read it."""
    rank: dict[str, int] = {}
    for e in formula.equations:
        rank[e.name] = 1 + max((rank.get(n, 0) for n in e.reads if n != e.name), default=0)
    places: dict[str, tuple[float, float]] = {}
    filled: dict[int, int] = {}
    for name, column in sorted(rank.items(), key=lambda item: item[1]):
        places[name] = (column, filled.get(column, 0))
        filled[column] = filled.get(column, 0) + 1
    order = (0, 1, -1, 2, -2, 3, -3)
    for name, tensor in formula.tensors.items():
        readers = [rank[e.name] for e in formula.equations if name in e.reads]
        if tensor.role != "defined" and readers:
            column = min(readers) - 1
            places[name] = (column, order[filled.get(column, 0)])
            filled[column] = filled.get(column, 0) + 1
    return places


def _marker(name: str, colour: str) -> str:
    return (
        f"<defs><marker id='{name}' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' markerHeight='7' orient='auto'>"
        f"<path d='M0 0L8 4L0 8z' fill='{colour}'/></marker></defs>"
    )


def _arrow(start: tuple[float, float], end: tuple[float, float], aside: float, colour: str, marker: str) -> str:
    """From the edge of one node to that of the other, a little to the left of the line between their middles."""
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    gap = min(_WIDE / 2 / abs(dx) if dx else 1e9, _HIGH / 2 / abs(dy) if dy else 1e9) + 4
    x0, y0, x1, y1 = (x0 + gap * dx, y0 + gap * dy, x1 - gap * dx, y1 - gap * dy)
    ox, oy = -aside * dy, aside * dx
    dash = " stroke-dasharray='5 4'" if marker == "back" else ""
    return (
        f"<line x1='{x0 + ox:.1f}' y1='{y0 + oy:.1f}' x2='{x1 + ox:.1f}' y2='{y1 + oy:.1f}' stroke='{colour}' "
        f"stroke-width='1.6'{dash} marker-end='url(#{marker})'/>"
    )
