"""Each function of the network by itself: definition, derivative, bounds with their proofs, and a plot of both."""

import math
from collections.abc import Iterable

from sympy import Expr, Integer

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.evaluation import evaluate
from symbackprop.functions import Bound, Scalar, apply
from symbackprop.indices import Index, size
from symbackprop.sheet.blocks import Block, Equations, Paragraph, Plot, Row, Section, Series, Statement
from symbackprop.sheet.context import Context
from symbackprop.sheet.notation_part import rational
from symbackprop.terms import Entry

_SPAN, _POINTS = 6.0, 121


def activation_sections(context: Context, rows: Iterable[Scalar]) -> list[Section]:
    """A section for each function that has something to prove."""
    return [activation_section(context, r) for r in rows if r.derivative_bound is not None and r.derivative_bound.proof]


def activation_section(context: Context, row: Scalar) -> Section:
    """Definition and derivative, the bound as a lemma with its proof, and the plot."""
    name = row.latex.format(x="x").replace(r"\left(", "(").replace(r"\right)", ")")
    prime = _primed(name)
    rows = [Row(name, "=", row.formula, number=context.next_number())] if row.formula else []
    rows.append(Row(prime, "=", row.derivative_latex, number=context.next_number()))
    blocks: list[Block] = [Equations(tuple(rows))]
    bound = row.derivative_bound
    if bound is not None:
        blocks.append(Statement("Bound", (Paragraph(_claim(prime, bound)),)))
        proof = tuple(Row("", "", latex, why) for latex, why in bound.proof)
        blocks.append(Statement("Proof", (Equations(proof),)))
    blocks.append(function_plot(row, name, prime))
    return Section(f"The derivative of ${name}$", tuple(blocks), level=2)


def _primed(name: str) -> str:
    r"""The derivative's symbol: a prime at the function's name.

    >>> _primed(r"\sigma(x)"), _primed(r"\tanh x")
    ("\\sigma'(x)", "\\tanh' x")
    """
    for mark in ("(x)", " x"):
        if name.endswith(mark):
            return name[: -len(mark)] + "'" + mark
    return f"({name})'"


def _exact(bound: int | Expr) -> Expr:
    """A bound of the table as SymPy's number: the table writes whole ones as Python's."""
    return Integer(bound) if isinstance(bound, int) else bound


def _claim(prime: str, bound: Bound) -> str:
    low, high = (rational(_exact(b)) for b in (bound.low, bound.high))
    left, right = (r"\le" if a else "<" for a in (bound.low_attained, bound.high_attained))
    if bound.low == bound.high:
        statement = f"${prime} = {high}$"
    else:
        statement = f"${low} {left} {prime} {right} {high}$ for every $x$ at which it is defined"
    both = bound.low_attained and bound.high_attained and bound.low != bound.high
    where = "the bounds are attained for" if both else "the upper bound is attained exactly at"
    return f"{statement}; {where} ${bound.at}$." if bound.at and bound.low != bound.high else f"{statement}."


def function_plot(row: Scalar, name: str, prime: str, low: float = -_SPAN, high: float = _SPAN) -> Plot:
    """The function and its derivative, with the derivative's bound as a dashed line."""
    xs = [low + (high - low) * k / (_POINTS - 1) for k in range(_POINTS)]
    inside = [x for x in xs if row.defined(x) and not row.has_kink_at(x)]
    values, slopes = _values(row, inside)
    series = [
        Series(f"${name}$", _with_gaps(xs, dict(zip(inside, values, strict=True)), bridge=row.name != "step")),
        Series(f"${prime}$", _with_gaps(xs, dict(zip(inside, slopes, strict=True)), bridge=False)),
    ]
    bound = row.derivative_bound
    if bound is not None and math.isfinite(float(bound.high)) and bound.high != 0:
        top = float(bound.high)
        series.append(Series(f"the bound ${rational(_exact(bound.high))}$", ((low, top), (high, top)), "dashed"))
    return Plot(f"${name}$ and its derivative.", tuple(series), "$x$")


def _values(row: Scalar, xs: list[float]) -> tuple[list[float], list[float]]:
    n = Index("n", size("N"))
    x, y = Entry("x", n), Entry("y", n)
    tensors = {t: Tensor(t, "defined", (n.size,)) for t in ("y", "g")} | {"x": Tensor("x", "input", (n.size,))}
    equations = (Equation("y", (n,), apply(row.name, x)), Equation("g", (n,), row.derivative(x, y)))
    found = evaluate(Formula(tensors, equations), {"x": xs})
    return [float(v) for v in found["y"]], [float(v) for v in found["g"]]


def _with_gaps(xs: list[float], known: dict[float, float], bridge: bool) -> tuple[tuple[float, float], ...]:
    """All points; what is not known is a gap, or left out where the line goes on through it."""
    return tuple((x, known.get(x, math.nan)) for x in xs if x in known or not bridge)
