"""Which function of one variable is meant: a formula in one letter, a function of the table, or an activation layer."""

import re
import time
from typing import Any

from sympy import Expr, Symbol

from symbackprop.errors import ReadError
from symbackprop.functions import FUNCTIONS, apply
from symbackprop.notation import formula
from symbackprop.proof.atoms import Undecided, Workspace
from symbackprop.proof.facts import facts
from symbackprop.proof.reading import Reader
from symbackprop.terms import Entry
from symbackprop.to_sympy import to_sympy

T = Symbol("t", real=True)
_KNOWN = {"pi", "where", "maximum", "minimum", "inf"}


def one_variable(function: Any) -> tuple[str, Expr]:
    """The function as text, and as an expression in ``T``. Raises ``ReadError`` for what is no such function."""
    text = _text_of(function)
    if text in FUNCTIONS:
        return f"{text}(x)", apply(text, T)
    names = sorted({n for n in re.findall(r"[A-Za-z_]\w*", text) if n not in _KNOWN and n not in FUNCTIONS})
    if len(names) != 1:
        raise ReadError(f"{text!r} is to be a formula in one letter; it has {', '.join(names) or 'none'}")
    (equation,) = formula(f"input {names[0]}\nf_ = {text}").equations
    return text, equation.rhs.xreplace({Entry(names[0]): T})


def _text_of(function: Any) -> str:
    if isinstance(function, str):
        return function.strip()
    text = getattr(function, "function", None)
    if not isinstance(text, str) or not text:
        raise ReadError(f"{function!r} is no function of one variable: a formula, a function's name or an activation")
    return text


def is_zero(expr: Expr) -> bool:
    """Whether a constant of the table's functions is certain to be zero."""
    if not expr or (not expr.free_symbols and to_sympy(expr, {}) == 0):
        return True
    try:
        w = Workspace(facts((), {}, {}), time.process_time() + 1)
        return not Reader(w, {}).read(expr)
    except Undecided:
        return False
