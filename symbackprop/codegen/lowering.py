"""From an equation's right side to the graph of values that compute it: what is computed, not yet where it is kept.

* A sum over a product becomes one ``contract`` of its factors, nested sums taken together; ``contraction`` plans it.
* A sum over terms is distributed only where a term is a product that no single factor spans: then a matrix product
  computes it without the product ever being written out.
* Binders are opened with an index of the same size that the left side has, where the body is free of it: so numerator
  and denominator of a softmax are computed from one and the same exponential.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, S

from symbackprop.codegen.cases import cases
from symbackprop.codegen.layout import Layout
from symbackprop.codegen.loops import Ahead
from symbackprop.codegen.nodes import Graph, Node, union
from symbackprop.codegen.sizes import code, is_scalar
from symbackprop.codegen.slots import Read, affine, classify
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported
from symbackprop.functions import row_of
from symbackprop.indices import ArgMax, Binder, Index, MaxOver, Total
from symbackprop.terms import (
    Bracket,
    Delta,
    Entry,
    Flat,
    FloorDiv,
    Less,
    LessEqual,
    Maximum,
    Minimum,
    NotEqual,
    Where,
    is_affine,
)

_BRACKETS = {Delta: "np.equal", NotEqual: "np.not_equal", Less: "np.less", LessEqual: "np.less_equal"}


class Lowering:
    """Lowers the right sides of the equations that are computed together; ``loop`` names the steps of a recurrence."""

    def __init__(
        self,
        layouts: Mapping[str, Layout],
        indices: tuple[Index, ...],
        loop: Mapping[Index, str],
        maxima: tuple[Equation, ...] = (),
        stepped: frozenset[str] = frozenset(),
    ) -> None:
        """``maxima``: equations of maxima that are known by then; ``stepped``: what the recurrence computes."""
        self.layouts, self.loop, self.maxima, self.graph = layouts, loop, maxima, Graph()
        self.ahead = Ahead(loop, stepped)
        self._whole = Lowering(layouts, indices, {}, maxima) if loop else self
        self._names = [i for i in indices if i not in loop]

    def root(self, e: Expr) -> Node:
        """The node of a whole right side; where its terms are for one value of an index each, they stay apart."""
        if self.ahead.is_known(e):
            return self.lower(e)
        found = cases(e, tuple(i for i in self._names if i in e.free_symbols))
        if found is None or is_scalar(e, self.loop):
            return self.lower(e)
        q, values = found
        nodes = tuple(self.lower(v) for v in values.values())
        if all(n.constant for n in nodes):
            return self.lower(e)
        return self.graph.node("cases", nodes, (*union(nodes), q), (q, tuple(values)), False)

    def lower(self, e: Expr) -> Node:
        """The node of an expression. Raises ``NotSupported`` that names a term it does not know."""
        if is_scalar(e, self.loop) and not e.atoms(Binder, Flat):
            return self.graph.scalar(code(e, self.loop), not e.atoms(Index))
        if isinstance(e, Entry):
            return self._entry(e)
        if isinstance(e, Index):
            return self.graph.node("index", (), (e,), e, True)
        if self.ahead.is_known(e):
            root = self._whole.root(e)
            return self.graph.node("known", (), tuple(i for i in root.axes if i not in self.loop), (root, e), False)
        if isinstance(e, Add):
            terms = self.ahead.together(e.args, Add)
            return self._sum_of_terms(terms, self.lower)
        if isinstance(e, Mul):
            return self._product(e)
        if isinstance(e, Pow):
            return self._power(e)
        if isinstance(e, Total):
            return self._total(e)
        return self._other(e)

    def _other(self, e: Expr) -> Node:
        if isinstance(e, MaxOver | ArgMax):
            return self._extreme(e)
        if isinstance(e, Delta) and any(_is_match(a, b) for a, b in (e.args, e.args[::-1])):
            return self._match(e)
        if isinstance(e, Bracket):
            return self.graph.map(_BRACKETS[type(e)], *map(self.lower, e.args))
        if isinstance(e, Where):
            args = tuple(map(self.lower, e.args))
            return self.graph.node("where", args, union(args), None, all(a.constant for a in args))
        if isinstance(e, Maximum | Minimum):
            return self.graph.map("np.maximum" if isinstance(e, Maximum) else "np.minimum", *map(self.lower, e.args))
        if isinstance(e, FloorDiv):
            return self.graph.map("np.floor_divide", *map(self.lower, e.args))
        if isinstance(e, Flat):
            return self.lower(_row_major(e))
        row = row_of(e)
        if row is None:
            raise NotSupported(f"{type(e).__name__} in generated code: {e}")
        x = self.lower(e.args[0])
        return x if row.numpy == "{x}" else self.graph.map(row.numpy, x)

    def _match(self, e: Delta) -> Node:
        """Whether a place is that of a maximum; with the maximum itself, which tells it as well."""
        where, largest = e.args[::-1] if isinstance(e.args[0], ArgMax) else e.args
        nodes = self.lower(where), self.lower(largest), self.lower(self._maximum(largest))
        return self.graph.node("match", nodes, union(nodes[:2]), affine(where), False)

    def _maximum(self, largest: ArgMax) -> Expr:
        """The maximum itself: the entry of a tensor that holds it, where there is one."""
        free = [s for s in largest.free_symbols if isinstance(s, Index)]
        for e in self.maxima:
            gone, come = [i for i in e.indices if i not in free], [i for i in free if i not in e.indices]
            if len(gone) == len(come) < 2 and [i.size for i in gone] == [i.size for i in come]:
                renaming = dict(zip(gone, come, strict=True))
                if e.rhs.body.xreplace(renaming) == largest.body and e.rhs.index.size == largest.index.size:
                    return e.left.xreplace(renaming)
        return MaxOver(largest.body, largest.index)

    def _entry(self, e: Entry) -> Node:
        read = classify(e, self.layouts[e.name])
        gathered = tuple(self.lower(s) for s in read.gathers)
        axes = [i for i in read.axes if i not in self.loop]
        for g in gathered:
            axes += [i for i in g.axes if i not in axes]
        steps = [i for i in read.axes if i in self.loop]
        data: tuple[Read, tuple[tuple[Index, str], ...]] = (read, tuple((i, self.loop[i]) for i in steps))
        return self.graph.node("read", gathered, tuple(axes), data, False)

    def _sum_of_terms(self, terms: tuple[Expr, ...], lower: Callable[[Expr], Node]) -> Node:
        """The terms without their signs, and the signs: subtracting saves the multiplication by -1."""
        signs = tuple(-1 if t.as_coeff_Mul()[0].is_negative else 1 for t in terms)
        nodes = tuple(lower(s * t) for s, t in zip(signs, terms, strict=True))
        return self.graph.node("add", nodes, union(nodes), signs, all(n.constant for n in nodes))

    def _product(self, e: Expr) -> Node:
        numbers = [f for f in e.args if is_scalar(f, self.loop)]
        others = self.ahead.together(tuple(f for f in e.args if not is_scalar(f, self.loop)), Mul)
        below = [f for f in others if isinstance(f, Pow) and _is_negative(f.exp)]
        above = [self.lower(f) for f in others if f not in below]
        denominators = [self.lower(1 / f) for f in below]
        return self._quotient(Mul(*numbers), above, denominators)

    def _quotient(self, number: Any, above: list[Node], below: list[Node]) -> Node:
        args = (*above, *below)
        scalar = self.graph.scalar(code(number, self.loop), not number.atoms(Index)) if number != 1 else None
        if not below and len(above) == 1 and scalar is None:
            return above[0]
        constant = all(a.constant for a in args) and (scalar is None or scalar.constant)
        nodes = (*args, *([scalar] if scalar else []))
        return self.graph.node("product", nodes, union(args), (len(above), scalar is not None), constant)

    def _power(self, e: Expr) -> Node:
        if _is_negative(e.exp):
            return self._quotient(S.One, [], [self.lower(1 / e)])
        base = self.lower(e.base)
        if e.exp == 2:
            return self.graph.map("np.square", base)
        if e.exp == S.Half:
            return self.graph.map("np.sqrt", base)
        return self.graph.map("np.power", base, self.lower(e.exp))

    def _open(self, e: Binder, taken: tuple[Index, ...] = ()) -> tuple[Expr, Index]:
        used = e.body.atoms(Index) | set(taken)
        for name in self._names:
            if name.size == e.index.size and name not in used:
                return e.open(name)
        self._names.append(Index(f"%{len(self._names)}", e.index.size))
        return e.open(self._names[-1])

    def _total(self, e: Expr) -> Node:
        bound: tuple[Index, ...] = ()
        while isinstance(e, Total):
            e, i = self._open(e, bound)
            bound = (*bound, i)
        return self._contract(e, bound)

    def _contract(self, body: Expr, bound: tuple[Index, ...]) -> Node:
        if isinstance(body, Add) and any(_spans_none(t, bound) for t in body.args):
            return self._sum_of_terms(body.args, lambda t: self._contract(t, bound))
        factors: list[Node] = []
        outside: list[Any] = []
        below: list[Node] = []
        for f in Mul.make_args(body):
            if is_scalar(f, self.loop):
                outside.append(f)
            elif isinstance(f, Pow) and _is_negative(f.exp) and not f.atoms(Index) & set(bound):
                below.append(self.lower(1 / f))
            elif isinstance(f, Pow) and f.exp == 2:
                factors += [self.lower(f.base)] * 2
            else:
                factors.append(self.lower(f))
        found = {i for n in factors for i in n.axes}
        number = Mul(*outside, *(i.size for i in bound if i not in found))
        inside = [n for n in factors if set(n.axes) & set(bound)]
        above = [n for n in factors if not set(n.axes) & set(bound)]
        if inside:
            axes = tuple(i for i in union(tuple(inside)) if i not in bound)
            constant = all(n.constant for n in inside)
            above.insert(0, self.graph.node("contract", tuple(inside), axes, frozenset(bound) & found, constant))
        return self._quotient(number, above, below)

    def _extreme(self, e: Any) -> Node:
        body, i = self._open(e)
        node = self.lower(body)
        if i not in node.axes:
            return node if isinstance(e, MaxOver) else self.graph.scalar("0")
        op = "max" if isinstance(e, MaxOver) else "argmax"
        return self.graph.node(op, (node,), tuple(a for a in node.axes if a != i), i, node.constant)


def _is_match(where: Expr, largest: Expr) -> bool:
    return isinstance(largest, ArgMax) and is_affine(where) and not where.atoms(Entry, ArgMax, Bracket, FloorDiv)


def _is_negative(exponent: Any) -> bool:
    return bool(exponent.could_extract_minus_sign())


def _spans_none(term: Expr, bound: tuple[Index, ...]) -> bool:
    """Whether a term is a product of which no factor has all of the indices: a case for a matrix product."""
    factors = [f.atoms(Index) for f in Mul.make_args(term)]
    everything = set().union(*factors)
    return len(factors) > 1 and bool(everything & set(bound)) and everything not in factors


def _row_major(e: Flat) -> Expr:
    position: Expr = Integer(0)
    for part in e.args:
        if not isinstance(part, Index) and part is not e.args[0]:
            raise NotSupported(f"the grouped slot {e} as a number: the size of {part} is not known")
        position = position * (part.size if isinstance(part, Index) else 1) + part
    return position
