"""Breaks a formula into lines of a given width, where a hand would: before a relation, before + and - outside of
parentheses, before a factor (with a times sign), and last inside of parentheses.

A ``\\left`` and its ``\\right`` must stand in one line; where a break falls between them they become ``\\Bigl`` and
``\\Bigr``.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from symbackprop.sheet.width import segments, width

_SIGNS = ("+", "-")
_RELATIONS = ("=", "<", ">", r"\le", r"\ge", r"\iff", r"\implies", r"\leftarrow", r"\to", r"\approx")
_OPENING = ("(", "[", r"\{", r"\lVert", r"\lvert", r"\lfloor", r"\left")
_CLOSING = (")", "]", r"\}", r"\rVert", r"\rvert", r"\rfloor", r"\right")
_FACTORS = (r"\frac", r"\sum", r"\left", "(", "[", r"\sigma", r"\exp", r"\log")
_SUMS = (r"\sum", r"\max", r"\min", r"\lim")
_WORDS = (r"\log", r"\exp", r"\tanh", r"\sin", r"\cos", r"\sigma")


@dataclass(frozen=True)
class _Point:
    at: int  # the line breaks before this piece
    rank: int  # 0 best: grows with the depth of parentheses
    times: bool = False


def break_formula(latex: str, limit: float, indent: float = 2.0) -> list[str]:
    r"""The formula in lines no wider than ``limit`` em where it has places to break; the first is not indented.

    >>> break_formula("a + b + c", 100)
    ['a + b + c']
    >>> break_formula("aaaa + bbbb + cccc", 8)
    ['aaaa + bbbb', '+ cccc']
    """
    if width(latex) <= limit:
        return [latex]
    items = segments(latex)
    points = _points([i.strip() for i in items])
    starts, times = [0], [""]
    while _is_wider(items[starts[-1] :], limit - (indent if len(starts) > 1 else 0)):
        point = _best(items, points, starts[-1], limit - (indent if len(starts) > 1 else 0))
        if point is None:
            break
        starts.append(point.at)
        times.append(r"\times " if point.times else "")
    items = _unfenced(items, starts[1:])
    ends = [*starts[1:], len(items)]
    return [
        t + "".join(items[a:b]).strip().removesuffix(r"\,").rstrip()
        for t, a, b in zip(times, starts, ends, strict=True)
    ]


_LINE = 400  # items: more than a line ever holds


def _points(items: list[str]) -> list[_Point]:
    """All places where a line may end, with how bad each is."""
    found, depth, after_fence = [], 0, False
    for k, t in enumerate(items):
        fenced, after_fence = after_fence, t in (r"\left", r"\right")
        if fenced:
            continue  # the delimiter itself: its \left or \right has been counted
        if t in _CLOSING:
            depth -= 1
        if k and t in _RELATIONS:
            found.append(_Point(k, 3 * depth))
        elif k and t in _SIGNS and _is_binary(items[k - 1]):
            found.append(_Point(k, 2 * depth + 1))
        elif k and t in _FACTORS and _ends_factor(items[:k]):
            found.append(_Point(k, 2 * depth + 2, times=True))
        if t in _OPENING:
            depth += 1
    return found


def _is_binary(previous: str) -> bool:
    return previous not in (*_OPENING, *_RELATIONS, *_SIGNS, ",", r"\quad", r"\\")


def _ends_factor(before: list[str]) -> bool:
    """Whether a factor has ended: neither the limits of a sum nor the name of a function."""
    last = before[-1]
    if last.startswith("{"):
        owner = before[-3] if len(before) > 2 and before[-2] in ("_", "^") else before[-2] if len(before) > 1 else ""
        return owner not in (*_SUMS, *_WORDS, r"\mathrm", r"\operatorname")
    return last in (")", "]", r"\,")


def _best(items: list[str], points: list[_Point], start: int, room: float) -> _Point | None:
    """The last place of the best rank that leaves a line neither too wide nor too short."""
    near = takewhile(lambda p: width("".join(items[start : p.at])) <= 2 * room, _after(points, start))
    fitting = [p for p in near if width("".join(items[start : p.at])) <= room]
    full = [p for p in fitting if width("".join(items[start : p.at])) >= 0.25 * room] or fitting
    if full:
        return min(full, key=lambda p: (p.rank, -p.at))
    return next(_after(points, start), None)


def _after(points: list[_Point], start: int) -> Iterator[_Point]:
    """The places behind an item, in order."""
    return iter(points[bisect_right(points, start, key=lambda p: p.at) :])


def _is_wider(items: list[str], room: float) -> bool:
    """Whether items need more room; a line's worth of them is looked at before all."""
    return any(width("".join(items[:count])) > room for count in (_LINE, len(items)) if count <= len(items))


def _unfenced(items: list[str], broken: list[int]) -> list[str]:
    """``\\left`` and ``\\right`` around a break become fences of a fixed size."""
    items, open_at = list(items), []
    for k, t in enumerate(items):
        if t.strip() == r"\left":
            open_at.append(k)
        elif t.strip() == r"\right":
            first = open_at.pop()
            if any(first < b <= k for b in broken):
                items[first], items[k] = r"\Bigl", r"\Bigr"
    return items
