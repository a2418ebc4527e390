"""Activations that are formulas, as GELU: their derivative, certified bounds of both, and a plot.

The functions of the table have proofs of their own (``activations``). Of any other function of one entry the bounds
come from interval arithmetic (``extremes``); where they are not certain the sheet gives none.
"""

import math
from collections.abc import Iterator
from functools import cache

from sympy import Expr

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import NotSupported
from symbackprop.evaluation import evaluate
from symbackprop.extremes.bounds import Bounds, End, Extent, bounds_of
from symbackprop.extremes.reading import T
from symbackprop.functions import row_of
from symbackprop.indices import Binder, Index, size
from symbackprop.sheet.blocks import Block, Equations, Paragraph, Plot, Row, Section, Series, Statement
from symbackprop.sheet.context import Context
from symbackprop.sheet.notation_part import rational, walk
from symbackprop.terms import Bracket, Entry, Maximum, Minimum, Where

_SPAN, _POINTS, _SECONDS = 6.0, 241, 3.0
_DIGITS = 8
_X = Entry("x")
_MOST = 4  # different ones
_XS = [-_SPAN + 2 * _SPAN * k / (_POINTS - 1) + 1e-9 for k in range(_POINTS)]  # beside kinks, which are fractions


def certified_sections(context: Context) -> list[Section]:
    """A section for each function of one entry that is no function of the table."""
    found: dict[Expr, Equation] = {}
    for e in context.formula.equations:
        f = of_one_entry(e)
        if f is not None and _is_everywhere(f):
            found.setdefault(f, e)
    several = len(found) > 1
    some = list(found.items())[:_MOST]
    return [_section(context, e, f, f"f_{{{k}}}" if several else "f") for k, (f, e) in enumerate(some, start=1)]


def of_one_entry(equation: Equation) -> Expr | None:
    """The right side as a function of ``x``, where it is one of the entry at the same place and of nothing else.

    >>> from symbackprop.notation import formula
    >>> [of_one_entry(e) for e in formula("input x[N]\\nh[n] = x[n]*sigmoid(x[n])\\ny[n] = tanh(h[n])").equations]
    [sigmoid(x)*x, None]
    """
    rhs = equation.rhs
    entries = rhs.atoms(Entry)
    if len(entries) != 1 or equation.is_boundary or rhs.has(Binder) or rhs.is_polynomial(*entries):
        return None
    (entry,) = entries
    row = row_of(rhs)
    if entry.slots != equation.slots or (row is not None and rhs.args == (entry,)):
        return None
    f = rhs.xreplace({entry: _X})
    return None if f.atoms(Index) or f.free_symbols - _X.free_symbols else f


def _is_everywhere(f: Expr) -> bool:
    """Whether it is defined on the whole line that is plotted: a root of a variance is no activation."""
    try:
        return all(map(math.isfinite, _values(f, _XS)))
    except (ValueError, ZeroDivisionError, OverflowError):
        return False


def _section(context: Context, equation: Equation, f: Expr, name: str) -> Section:
    slope = f.diff(_X)
    rows = (
        Row(f"{name}(x)", "=", context.latex(f), number=context.next_number()),
        Row(f"{name}'(x)", "=", context.latex(slope), "away from kinks" * _has_kinks(f), context.next_number()),
    )
    blocks: list[Block] = [Equations(rows)]
    try:
        bounds = _bounds(f)
        blocks.append(Statement("Bounds", tuple(Paragraph(t) for t in _claims(name, bounds))))
    except NotSupported:
        bounds = None
    blocks.append(_plot(f, slope, name, bounds))
    title = f"The function ${name}$ of {context.tensor(equation.name)}, equation ({context.number(equation)})"
    return Section(title, tuple(blocks), level=2)


@cache
def _bounds(f: Expr) -> Bounds:
    return bounds_of("f", f.xreplace({_X: T}), _SECONDS)


def _has_kinks(f: Expr) -> bool:
    return f.has(Where, Maximum, Minimum, Bracket) or any(
        row is not None and not row.analytic for row in map(row_of, walk(f))
    )


def _claims(name: str, bounds: Bounds) -> Iterator[str]:
    for shown, extent in ((f"{name}(x)", bounds.range), (f"{name}'(x)", bounds.derivative)):
        yield _claim(shown, extent)
    yield (
        "Certified by interval arithmetic: every zero of the slope is isolated, so that the function is monotone "
        "between them, and its values there and its limits are enclosed. Digits shown are cut."
    )


def _claim(shown: str, extent: Extent) -> str:
    low, high = extent.low, extent.high
    left = "" if low.value is None else f"{_number(low)} {_relation(low)} "
    right = "" if high.value is None else f" {_relation(high)} {_number(high)}"
    if not left and not right:
        return f"${shown}$ takes every real value."
    places = [f"{word} {_place(end)}" for word, end in (("least", low), ("largest", high)) if end.value is not None]
    return f"${left}{shown}{right}$; " + ", ".join(places) + "."


def _relation(end: End) -> str:
    return r"\le" if end.attained else "<"


def _number(end: End) -> str:
    if end.exact is not None and end.exact.is_Rational:
        return rational(end.exact)
    whole, _, digits = end.value.str(_DIGITS + 4, radius=False).partition(".")
    return f"{whole}.{digits[:_DIGITS]}\\ldots"


def _place(end: End) -> str:
    if end.at == "everywhere":
        return "everywhere"
    place = end.at.split(" = ")[-1].replace("->", r"\to").replace("inf", r"\infty").replace("...", r"\ldots")
    place = place if place.startswith("x") else f"x = {place}"
    if end.attained:
        return f"at ${place}$" if "=" in place else f"for ${place}$"
    return f"approached as ${place}$"


def _plot(f: Expr, slope: Expr, name: str, bounds: Bounds | None) -> Plot:
    series = [
        Series(f"${label}(x)$", tuple(zip(_XS, _values(g, _XS), strict=True)))
        for label, g in ((name, f), (f"{name}'", slope))
    ]
    if bounds is not None and bounds.derivative.high.value is not None:
        top = float(bounds.derivative.high)
        series.append(Series(f"the bound of ${name}'$", ((-_SPAN, top), (_SPAN, top)), "dashed"))
    return Plot(f"${name}(x)$ and its derivative.", tuple(series), "$x$")


def _values(f: Expr, xs: list[float]) -> list[float]:
    n = Index("n", size("N"))
    tensors = {"x": Tensor("x", "input", (n.size,)), "y": Tensor("y", "defined", (n.size,))}
    equation = Equation("y", (n,), f.xreplace({_X: Entry("x", n)}))
    found = evaluate(Formula(tensors, (equation,)), {"x": xs})["y"]
    return [float(v) for v in found]
