"""Expressions in sizes as Python text, with a mark for every name.

Text is made once for the base of an equation and filled in for each renamed copy, so every name stands in it as a mark:
``«t:W»`` a tensor, ``«x:h»`` its buffer with boundary steps, ``«s:N»`` a size, ``«v:3»`` a local made at set-up,
``«n:4 h_now»`` a view made in a step, ``«l:t»`` the variable of a loop. Identifiers are checked before they are filled
in, and none contains such a quote.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sympy import Add, Expr, Float, Integer, Mul, Pow, Rational, S, Symbol

from symbackprop.errors import NotSupported
from symbackprop.functions import row_of
from symbackprop.indices import Index
from symbackprop.terms import Bracket, Delta, Entry, FloorDiv, Less, LessEqual, Maximum, Minimum, NotEqual, Where

MARK = re.compile("«(.):([^»]*)»")
RELATIONS = {Delta: "==", NotEqual: "!=", Less: "<", LessEqual: "<="}


def code(expr: Any, loop: Mapping[Index, str] | None = None) -> str:
    """An expression in sizes, numbers and the steps of recurrences as Python text.

    >>> from symbackprop.indices import size
    >>> code(1 / (2 * size("N")))
    '1/(2*«s:N»)'
    """
    return _Text(loop or {}).text(expr)


class _Text:
    def __init__(self, loop: Mapping[Index, str]) -> None:
        self.loop = loop

    def text(self, e: Any) -> str:
        if isinstance(e, Index):
            return self.loop[e]
        if isinstance(e, Symbol):
            return f"«s:{e.name}»"
        if e is S.Infinity or e is S.NegativeInfinity:
            return "np.inf" if e is S.Infinity else "-np.inf"
        if isinstance(e, Integer):
            return str(e)
        if isinstance(e, Rational):
            return f"{e.p}/{e.q}"
        if e is S.Pi:
            return "np.pi"
        if isinstance(e, Float) or e is S.Exp1:
            return repr(float(e))
        return self.compound(e)

    def compound(self, e: Expr) -> str:
        if isinstance(e, Add):
            return " + ".join(map(self.text, e.args)).replace("+ -", "- ")
        if isinstance(e, Mul):
            above, below = e.as_numer_denom()
            if below != 1:
                return f"{self.factor(above)}/{self.factor(below)}"
            return "*".join(map(self.factor, e.args)).replace("-1*", "-")
        if isinstance(e, Pow):
            if e.exp == S.Half:
                return f"np.sqrt({self.text(e.base)})"
            if e.exp.could_extract_minus_sign():
                return f"1/{self.factor(1 / e)}"
            return f"{self.factor(e.base)}**{self.factor(e.exp)}"
        if isinstance(e, FloorDiv):
            return f"{self.factor(e.args[0])}//{self.factor(e.args[1])}"
        return self.call(e)

    def call(self, e: Expr) -> str:
        if isinstance(e, Bracket):
            return f"float({self.text(e.args[0])} {RELATIONS[type(e)]} {self.text(e.args[1])})"
        if isinstance(e, Maximum | Minimum):
            return f"{'max' if isinstance(e, Maximum) else 'min'}({self.text(e.args[0])}, {self.text(e.args[1])})"
        if isinstance(e, Where):
            condition, a, b = map(self.text, e.args)
            return f"(({a}) if {condition} else ({b}))"
        row = row_of(e)
        if row is None:
            raise NotSupported(f"{e} as a number in generated code")
        return row.numpy.format(x=self.text(e.args[0]))

    def factor(self, e: Any) -> str:
        text = self.text(e)
        compound = isinstance(e, Add | Mul | FloorDiv) or (isinstance(e, Rational) and not e.is_Integer)
        return f"({text})" if compound or (e.is_number and e.is_negative) or "/" in text else text


def is_scalar(e: Any, loop: Mapping[Index, str]) -> bool:
    """Whether an expression has no entries and no indices but the steps of recurrences."""
    return not e.atoms(Entry) and not any(i not in loop for i in e.atoms(Index))


def fill(text: str, look_up: Callable[[str, str], str]) -> str:
    """The text with every mark replaced."""
    return MARK.sub(lambda m: look_up(m[1], m[2]), text)
