"""What derivations share: numbers in LaTeX, values at a point, factors of a chain, and checks that must pass."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, SupportsFloat

import numpy as np

import symbackprop as sb
from symbackprop.checking import CheckReport
from symbackprop.evaluation import evaluate
from symbackprop.sheet.blocks import Block, Equations, Row, Section
from symbackprop.sheet.build import build
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.terms import Entry, Partial

Arrays = Mapping[str, Any]


def checked(derivation: sb.Derivation, **options: Any) -> CheckReport:
    """The report of ``derivation.check``. Raises ``AssertionError`` with its table where a gradient is wrong."""
    report = derivation.check(**options)
    if not report.passed:
        raise AssertionError(f"a gradient is wrong\n{report}")
    return report


def worked_sheet(
    derivation: sb.Derivation,
    title: str,
    first: Sequence[Section] = (),
    extra: Sequence[Section] = (),
    **options: Any,
) -> Sheet:
    """The derivation's sheet, checked, with ``first`` before the theorem and ``extra`` before the check."""
    sheet = build(derivation, check=checked(derivation), title=title, extra=extra, **options)
    return replace(sheet, sections=(*first, *sheet.sections))


def values(derivation: sb.Derivation, arrays: Arrays) -> dict[str, np.ndarray]:
    """Every tensor at a point, those given, the forward ones and the adjoints, by the loop evaluator."""
    found = {**arrays, **evaluate(derivation.program, arrays)}
    return {name: np.asarray(value, dtype=float) for name, value in found.items()}


def number(value: SupportsFloat, digits: int = 4) -> str:
    """A number to so many decimals, without zeros at its end.

    >>> number(0.25), number(-0.0), number(2 / 3), number(8.0)
    ('0.25', '0', '0.6667', '8')
    """
    text = f"{float(value):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def matrix(value: Any, digits: int = 4) -> str:
    r"""A number, a column or a matrix of numbers in LaTeX.

    >>> matrix([1, 0.5])
    '\\begin{pmatrix} 1 \\\\ 0.5 \\end{pmatrix}'
    """
    array = np.asarray(value, dtype=float)
    if array.ndim == 0:
        return number(float(array), digits)
    rows = array[:, None] if array.ndim == 1 else array
    body = r" \\ ".join(" & ".join(number(v, digits) for v in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def with_numbers(context: Context, names: Sequence[str], at: Arrays, note: str = "") -> Equations:
    """For each defined tensor its equation, in matrix form where there is one, and its value at the point."""
    defining = context.derivation.program.defining
    rows: list[Row] = []
    for name in names:
        equation = defining[name]
        row = context.matrix_row(equation) or context.row(equation)
        rows.append(Row(row.left, "=", row.right, note or f"equation {context.references[name]}"))
        rows.append(Row("", "=", matrix(at[name])))
    return Equations(tuple(rows))


def given_numbers(context: Context, names: Sequence[str], at: Arrays, digits: int = 4) -> Equations:
    """The values of tensors that are given, in one line."""
    parts = [f"{context.style.entry(n)} = {matrix(at[n], digits)}" for n in names]
    return Equations((Row("", "", r", \quad ".join(parts)),))


def section(title: str, *blocks: Block, level: int = 1) -> Section:
    """A section of these blocks."""
    return Section(title, blocks, level)


def factor(context: Context, of: str, wrt: str) -> tuple[str, str]:
    """The derivative of one tensor by the next on a way, ``(left, right)`` in LaTeX.

    Of two tensors that belong to one another entry by entry, it is that of corresponding entries.
    """
    d = context.derivation
    assert isinstance(d, sb.Derivation)
    equation = d.jacobian(of, wrt).equation
    row = d.formula.defining[of].slots
    columns = equation.slots[len(row) :]
    together = dict(zip(columns, row, strict=True)) if len(columns) == len(row) else {}
    left = Partial(Entry(of, *row), Entry(wrt, *(c.xreplace(together) for c in columns)))
    right = equation.rhs.xreplace(together)
    latex = context.latex(right)
    return context.latex(left), rf"\left({latex}\right)" if right.is_Add else latex


def chain(context: Context, way: Sequence[str], over: str = "") -> Equations:
    """The derivative along a way, first as a product of factors, then with each factor worked out.

    ``over``: the sum in front, where the cost sums over samples.
    """
    factors = [factor(context, a, b) for a, b in pairwise(way)]
    left = context.latex(Partial(Entry(way[0]), Entry(way[-1])))
    worked = r" \; ".join(rf"\underbrace{{{right}}}_{{{name}}}" for name, right in factors)
    note = f"{COUNTS[len(factors)]} factors"
    return Equations((
        Row(left, "=", over + r" \, ".join(name for name, _ in factors), note),
        Row("", "=", over + worked),
    ))  # fmt: skip


COUNTS = ("no", "one", "two", "three", "four", "five", "six")


def text_number(value: SupportsFloat, digits: int = 4) -> str:
    """A number in a cell of a table."""
    return f"${number(value, digits)}$"
