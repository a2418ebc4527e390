"""What derivations share: numbers in LaTeX, values at a point, factors of a chain, and checks that must pass."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

import symbackprop as sb
from symbackprop.check import CheckReport
from symbackprop.evaluate import evaluate
from symbackprop.sheet.blocks import Block, Equations, Row, Section
from symbackprop.sheet.build import build
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

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


def number(value: float, digits: int = 4) -> str:
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
