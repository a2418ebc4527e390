"""Terms back to text, the inverse of the parser; ``declare`` writes whole formulas with it.

Bound indices get the names that the author gave that range; terms and factors stand as ``ordering`` says. Brackets are
set by the same precedences by which the parser reads.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sympy import Add, E, Expr, Integer, Mul, Pow, Rational, Symbol, oo, pi

from symbackprop.equations import Equation
from symbackprop.errors import NotSupported
from symbackprop.functions import row_of
from symbackprop.indices import ArgMax, Binder, Index, MaxOver, Total
from symbackprop.naming import choose, open_named
from symbackprop.notation.names import RESERVED
from symbackprop.ordering import ordered_factors, ordered_terms
from symbackprop.terms import Bracket, Entry, Flat, FloorDiv, Maximum, Minimum, Partial, Where

IndexNames = Mapping[Expr, tuple[str, ...]]

_COMPARE, _SUM, _PRODUCT, _NEGATIVE, _POWER, _ATOM = range(1, 7)
_REDUCERS = {Total: "sum", MaxOver: "max", ArgMax: "argmax"}
_CHOOSERS = {Maximum: "maximum", Minimum: "minimum", Where: "where"}
_FLIPPED = {"==": "==", "<": ">", "<=": ">="}
_CONSTANTS = {pi: "pi", oo: "inf", E: "exp(1)"}


def writable(name: str) -> bool:
    """Whether a person could have written the name of an index."""
    return name.isascii() and name.isidentifier() and name[0] != "_"


class Printer:
    """Prints with the names of one formula; ``used`` collects the index names that were written, and their ranges.

    ``tensors`` are the known tensors (None: unknown, then ``d`` before a name always means an adjoint). ``owner`` gives
    names that are declared indices, which stand for that one range.
    """

    def __init__(
        self, names: IndexNames, tensors: Collection[str] | None, owner: Mapping[str, Expr] | None = None
    ) -> None:
        self.names, self.tensors, self.owner = names, tensors, owner or {}
        self.used: dict[str, Expr] = {}
        self.taken: set[str] = {*RESERVED, *(tensors or ())}
        self.left: tuple[Index, ...] = ()

    def equation(self, equation: Equation) -> str:
        rule = self._begin((*equation.slots, equation.rhs), equation.indices)
        left = self.expr(Entry(equation.name, *(s.xreplace(rule) for s in equation.slots)))
        return f"{left} = {self.expr(equation.rhs.xreplace(rule), _SUM)}"

    def expression(self, expr: Expr) -> str:
        return self.expr(expr.xreplace(self._begin((expr,), ())))

    def _begin(self, parts: tuple[Expr, ...], left: tuple[Index, ...]) -> dict:
        """Take the names that stand free; free indices that nobody could write get another name."""
        symbols = {a for p in parts for a in p.atoms(Symbol)} | {a for p in parts for a in p.free_symbols}
        free = [*left, *sorted((a for a in symbols if isinstance(a, Index) and not a.level and a not in left), key=str)]
        self.taken = {*RESERVED, *(self.tensors or ())}
        self.taken |= {a.name for a in symbols if isinstance(a, Symbol) and not isinstance(a, Index)}
        self.taken |= {str(s) for p in parts for i in p.atoms(Index) for s in i.size.free_symbols}
        rule = {}
        for i in free:
            if not writable(i.name) or i.name in self.taken or self.owner.get(i.name, i.size) != i.size:
                others = {j.name for j in free if j != i}
                rule[i] = Index(choose(i.size, self.names, self._avoid(i.size) | others), i.size)
            self._use(rule.get(i, i))
        self.left = tuple(rule.get(i, i) for i in left)
        return rule

    def _avoid(self, size: Expr) -> set[str]:
        return self.taken | {name for name, owned in self.owner.items() if owned != size}

    def _use(self, index: Index) -> None:
        self.taken.add(index.name)
        self.used[index.name] = index.size

    # -- expressions

    def expr(self, e: Any, level: int = _COMPARE) -> str:
        """The text of an expression, in brackets where it binds less than ``level``."""
        shown, own = self._shown(e)
        return f"({shown})" if own < level else shown

    def _shown(self, e: Any) -> tuple[str, int]:
        if e == -oo:
            return "-inf", _SUM
        if e in _CONSTANTS:
            return _CONSTANTS[e], _ATOM
        if isinstance(e, Add) or e.as_coeff_Mul()[0].is_negative:
            return self._sum(e), _SUM
        if isinstance(e, Entry):
            return self._entry(e), _ATOM
        if isinstance(e, Symbol | Integer):
            return str(e), _ATOM
        if isinstance(e, Bracket):
            return self._comparison(e), _COMPARE
        if isinstance(e, Binder):
            return self._reduce(e), _ATOM
        if isinstance(e, FloorDiv):
            return f"{self.expr(e.args[0], _NEGATIVE)}//{self.expr(e.args[1], _NEGATIVE)}", _PRODUCT
        return self._compound(e)

    def _compound(self, e: Any) -> tuple[str, int]:
        if isinstance(e, Pow) and not (isinstance(e.exp, Rational) and e.exp.is_negative):
            return self._power(e)
        if isinstance(e, Mul | Pow | Rational):
            return self._product(e), _PRODUCT
        if isinstance(e, Flat):
            return self._row_major(e)
        if isinstance(e, Partial):
            return f"d({self.expr(e.args[0])})/d({self.expr(e.args[1])})", _PRODUCT
        name = _CHOOSERS.get(type(e)) or ((row := row_of(e)) and row.name)
        if not name:
            raise NotSupported(f"the notation has no {type(e).__name__}: {e}")
        return f"{name}({', '.join(self.expr(a) for a in e.args)})", _ATOM

    def _comparison(self, e: Bracket) -> str:
        """What varies stands first, ``z[n] > 0`` and ``k == 0``, where that reads back as the same."""
        a, b = e.args
        symbol = e.symbol
        if symbol in _FLIPPED and not a.atoms(Index, Entry) and b.atoms(Index, Entry):
            a, b, symbol = b, a, _FLIPPED[symbol]
        return f"{self.expr(a, _SUM)} {symbol} {self.expr(b, _SUM)}"

    def _sum(self, e: Expr) -> str:
        shown = ""
        for sign, term in ordered_terms(e, self.left):
            # A leading minus takes the first factor: -a//b is (-a)//b.
            text = self.expr(term, _NEGATIVE if sign < 0 and isinstance(term, FloorDiv) else _PRODUCT)
            shown += (" - " if sign < 0 else " + ") + text if shown else ("-" if sign < 0 else "") + text
        return shown

    def _product(self, e: Expr) -> str:
        coefficient, above, below = ordered_factors(e, self.left, self._is_adjoint)
        over = [self.expr(f, _NEGATIVE) for f in above]
        under = [self.expr(f, _NEGATIVE) for f in below]
        if coefficient.p != 1 or not over:
            over.insert(0, str(coefficient.p))
        if coefficient.q != 1 and len(below) == 1 and isinstance(below[0], Add):
            under = [f"{coefficient.q}/{under[0]}"]  # 2*(N + 1) would be read as 2*N + 2
        elif coefficient.q != 1:
            under.insert(0, str(coefficient.q))
        divisor = under[0] if len(under) == 1 else f"({'*'.join(under)})"
        return "*".join(over) + (f"/{divisor}" if under else "")

    def _power(self, e: Pow) -> tuple[str, int]:
        if e.exp == Rational(1, 2):
            return f"sqrt({self.expr(e.base)})", _ATOM
        return f"{self.expr(e.base, _ATOM)}**{self.expr(e.exp, _POWER)}", _POWER

    def _row_major(self, e: Flat) -> tuple[str, int]:
        """A group outside of a slot is the number that it stands for."""
        number = e.args[0]
        for part in e.args[1:]:
            if not isinstance(part, Index):
                raise NotSupported(f"the notation has no group of {part} outside of a slot")
            number = number * part.size + part
        return self._shown(number)

    def _entry(self, e: Entry) -> str:
        slots = [self._slot(s) for s in e.slots]
        return f"{e.name}[{_listed(slots)}]" if slots else e.name

    def _slot(self, slot: Expr) -> str:
        if isinstance(slot, Flat):
            return f"({_listed([self.expr(p, _SUM) for p in slot.args])})"
        return self.expr(slot, _SUM)

    def _reduce(self, e: Binder) -> str:
        """Nested sums are written as one; the indices are in scope in the body alone."""
        kind, taken, left = type(e), set(self.taken), self.left
        chosen: list[Index] = []
        body: Any = e
        while type(body) is kind and (not chosen or kind is not ArgMax):
            size = body.index.size
            body, index = open_named(body, self.names, self._avoid(size))
            self._use(index)
            chosen.append(index)
        self.left = (*left, *chosen)
        shown = f"{_REDUCERS[kind]}({', '.join([*(i.name for i in chosen), self.expr(body)])})"
        self.taken, self.left = taken, left
        return shown

    def _is_adjoint(self, name: str) -> bool:
        return name[0] == "d" and len(name) > 1 and (self.tensors is None or name[1:] in self.tensors)


def _listed(slots: list[str]) -> str:
    return (", " if any(" " in s for s in slots) else ",").join(slots)
