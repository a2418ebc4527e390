"""A tree to a value: matrix notation, index notation and derivative symbols all become index expressions.

Derivative symbols are replaced by the true derivative; with ``echo`` they stay names, for the reading that is shown.
Anything that is not understood raises ``ReadError`` or ``NotSupported``: nothing is guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from sympy import Expr, Integer, Pow, Rational, S, pi
from sympy import Symbol as SymbolicName

from symbackprop.claims.latex.derivatives import Derivatives
from symbackprop.claims.latex.functions_of import applied, derivative_of, known
from symbackprop.claims.latex.parser import located
from symbackprop.claims.latex.scope import Alias, Defined, Key, Local, Scope, Symbol
from symbackprop.claims.latex.tree import (
    Apply,
    Cases,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Relation,
    Root,
    Script,
    Special,
    Sum,
    Superscript,
    Words,
    walk,
)
from symbackprop.claims.latex.values import Algebra, Mismatch, Value, scalar
from symbackprop.errors import ReadError
from symbackprop.indices import Index, MaxOver, Total, fresh, size, totals
from symbackprop.matrix_terms import Determinant, Inverse
from symbackprop.terms import Delta, Entry, Less, LessEqual, Maximum, Minimum, NotEqual, Where


@dataclass(frozen=True)
class Options:
    """Ways in which one document writes: layout of Jacobians, of matrix gradients, partial or total derivatives."""

    numerator: bool = False
    matrices_transposed: bool = False
    partial: bool = False
    loose_hadamard: bool = False
    scale: Expr | None = None


@dataclass
class Found:
    """What a symbol with scripts turned out to be."""

    what: Symbol | Alias
    slots: tuple[Node, ...]
    above: Superscript | None
    layers: dict[str, Expr]


_CONVENTIONAL = {"sigma": "sigmoid", "ReLU": "relu", "relu": "relu", "softmax": "softmax", "sigmoid": "sigmoid"}
_COMPARISONS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "=": Delta,
    "!=": NotEqual,
    "<": Less,
    "<=": LessEqual,
    ">": lambda a, b: Less(b, a),
    ">=": lambda a, b: LessEqual(b, a),
}


def refusal(message: str, node: Node) -> ReadError:
    return located(ReadError(message), node.at)


class Elaborator:
    """Values of trees in one scope; ``free`` collects the index letters that stand free in a formula."""

    def __init__(self, scope: Scope, algebra: Algebra, options: Options = Options(), echo: bool = False) -> None:
        self.scope, self.algebra, self.options, self.echo = scope, algebra, options, echo
        self.free: dict[str, tuple[Index, int]] = {}
        self.derivatives = Derivatives(scope.equations)
        self.sizes: set[str] = set()
        self.cost: Symbol | None = None
        self.rowwise: bool | None = None
        self.used_jacobian = self.used_partial = self.used_matrix_gradient = self.used_chain = False
        self.used_hadamard = self.used_scale = self.scaled_left = False
        self._depth = 0
        self.lowest = 0  # layers l + k with k below this are free inputs
        self.pending: set[Key] = set()
        self.shaping: set[str] = set()

    def forward_changed(self) -> None:
        """Equations were added: what was known of the derivatives is void."""
        self.derivatives = Derivatives(self.scope.equations)

    def inputs(self) -> set[str]:
        """The names of the symbols that nothing defines."""
        return {s.name for s in self.scope.symbols.values() if s.name not in self.scope.equations}

    # -- symbols

    def key_parts(self, node: Node) -> tuple[str, tuple[Node, ...], Superscript | None] | None:
        if isinstance(node, Letter):
            return node.name, (), None
        if isinstance(node, Words):
            return node.text.replace(" ", "_"), (), None
        if isinstance(node, Script) and isinstance(node.base, Letter | Words) and not node.primes:
            name = node.base.name if isinstance(node.base, Letter) else node.base.text
            return name, node.below, node.above
        return None

    def find(self, node: Node, local: Local) -> Found | None:
        """The symbol or alias that a letter with scripts names, and the scripts that are left."""
        parts = self.key_parts(node)
        if parts is None:
            return None
        base, below, above = parts
        label, left = self._label(base, above, local)
        if base in self.scope.layered and label == "" and above is None:
            label = ""
        slots = flattened(below)
        keys: list[tuple[Key, tuple[Node, ...]]] = []
        if below:
            keys.append(((base, ",".join(text_of(s) for s in slots), label), ()))
            keys.append(((base, "".join(text_of(s) for s in slots), label), ()))
        keys.append(((base, "", label), slots))
        if left is not None and isinstance(left.power, Number) and left.power.value == 2:
            for (b, sub, _), rest in keys:  # σ² that was defined as such
                square = self.scope.symbols.get((b, sub, "^2"))
                if square is not None and label == "":
                    return Found(square, rest, replace(left, power=None), local.layers)
        for key, rest in keys:
            found = self._lookup(key, local)
            if found is not None:
                layers = local.layers
                if isinstance(found, Alias) and found.layer and above is not None:
                    layers = {found.layer: self.layer(self._label_node(above), local)}
                return Found(found, rest, left, layers)
        if base.islower() and slots and len(base) == 1:
            found = self._lookup((base.upper(), "", label), local)
            if isinstance(found, Symbol) and len(found.shape) == len(slots):
                return Found(found, slots, left, local.layers)
        return None

    def _lookup(self, key: Key, local: Local) -> Symbol | Alias | None:
        scope = self.scope
        if key in scope.stale:
            raise ReadError(f"{scope.stale[key]} was defined before what it rests on began a new example")
        if key in scope.symbols:
            return scope.symbols[key]
        if key in scope.aliases:
            return scope.aliases[key]
        base, below, label = key
        if label and not below:
            general = scope.aliases.get((base, "", "*"))
            if general is not None:
                return general
            if base in scope.families:
                return self.instance(base, label, local)
        return None

    def _label_node(self, above: Superscript) -> Node:
        node = above.label if above.label is not None else above.power
        assert node is not None
        return node

    def _label(self, base: str, above: Superscript | None, local: Local) -> tuple[str, Superscript | None]:
        """The label above a symbol as text, and what else stands there."""
        if above is None:
            return "", None
        if above.label is not None:
            return self._label_text(above.label, local), replace(above, label=None, bracket="")
        if above.power is not None and base in self.scope.layered:
            return self._label_text(above.power, local), replace(above, power=None)
        return "", above

    def _label_text(self, node: Node, local: Local) -> str:
        if any(isinstance(n, Letter) for n in walk(node)):
            try:
                return str(self.layer(node, local)).replace(" ", "")
            except ReadError:
                pass
        return text_of(node)

    def layer(self, node: Node, local: Local) -> Expr:
        """A label as a number of layers: l, l+1, L-1, 2."""
        if isinstance(node, Number):
            return Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Letter):
            return local.layers.get(node.name, SymbolicName(node.name, integer=True))
        if isinstance(node, Sum):
            total: Expr = S.Zero
            for sign, term in node.terms:
                total += sign * self.layer(term, local)
            return total
        raise refusal("a label that is neither a number nor l, l+1, ...", node)

    def instance(self, base: str, label: str, local: Local) -> Symbol | None:
        """The symbol of one layer: declared and defined by what is said for every layer."""
        from symbackprop.claims.latex.layers import instantiate

        return instantiate(self, base, label, local)

    # -- numbers

    def size(self, node: Node, local: Local) -> Expr:
        """A size: names, numbers and arithmetic of them."""
        if isinstance(node, Number) and node.value.denominator == 1:
            return Integer(int(node.value))
        if isinstance(node, Letter):
            self.sizes.add(node.name)
            return size(self._size_name(node.name))
        if isinstance(node, Script) and isinstance(node.base, Letter) and node.above is None and len(node.below) == 1:
            name = self._size_name(f"{node.base.name}_{self._label_text(node.below[0], local)}")
            self.sizes.add(name)
            return size(name)
        if isinstance(node, Sum):
            return sum((sign * self.size(t, local) for sign, t in node.terms), start=S.Zero)
        if isinstance(node, Product) and all(op in ("", "cdot") for op, _ in node.factors):
            product: Expr = S.One
            for _, f in node.factors:
                product *= self.size(f, local)
            return product
        if isinstance(node, Group) and node.kind == "(" and len(node.items) == 1:
            return self.size(node.items[0], local)
        if isinstance(node, Group) and node.kind in ("|", "{"):
            raise refusal("a size in bars", node)
        raise refusal("no size", node)

    def _size_name(self, name: str) -> str:
        return "".join(
            c if c.isascii() and (c.isalnum() or c == "_") else {"+": "p", "-": "m"}.get(c, "_") for c in name
        )

    def number(self, node: Node, local: Local) -> Expr:
        """A scalar expression."""
        v = self.value(node, local)
        if v.rank:
            raise located(Mismatch("a number is needed here"), node.at)
        return v.expr

    # -- values

    def value(self, node: Node, local: Local) -> Value:
        """The value of a tree."""
        self._depth += 1
        try:
            if self._depth > 120:
                raise refusal("nested too deep", node)
            return self._value(node, local)
        except Mismatch as e:
            if getattr(e, "at", None) is None:
                raise located(e, node.at) from None
            raise
        finally:
            self._depth -= 1

    def _value(self, node: Node, local: Local) -> Value:
        match node:
            case Number():
                return scalar(Rational(node.value.numerator, node.value.denominator))
            case Letter() | Words():
                return self._symbol(node, local)
            case Script():
                return self._script(node, local)
            case Sum():
                return self._sum(node, local)
            case Product():
                return self._product(node, local)
            case Quotient():
                above, below = self.value(node.above, local), self.value(node.below, local)
                if below.rank and above.rank:
                    raise refusal("a quotient of two vectors or matrices: write it elementwise with ⊘", node)
                if below.rank and not self._elementwise_quotient(node):
                    raise refusal("a number divided by a vector", node)
                return self.algebra.hadamard(above, below, divide=True)
            case Root():
                degree = Integer(2) if node.degree is None else self.number(node.degree, local)
                return self.value(node.inside, local).map(lambda e: Pow(e, 1 / degree))
            case Group():
                return self._group(node, local)
            case Apply():
                return self._apply(node, local)
            case Reduce():
                return self._reduce(node, local)
            case Derivative():
                return self.derivative(node, local)
            case Cases():
                return self._cases(node, local)
            case Special():
                return self._special(node)
            case Relation():
                return self._bracket(node, local)
        raise refusal(f"{type(node).__name__.lower()} is not read here", node)

    def _elementwise_quotient(self, node: Quotient) -> bool:
        return False

    def _special(self, node: Special) -> Value:
        if node.name == "ones":
            return self.algebra.ones()
        if node.name == "dots":
            raise refusal("dots: the pattern is not plain here", node)
        raise refusal(f"{node.name} is not read here", node)

    def _symbol(self, node: Node, local: Local) -> Value:
        name = node.name if isinstance(node, Letter) else getattr(node, "text", "")
        if name in local.parameters:
            return local.parameters[name]
        if name in local.indices:
            index, first = local.indices[name]
            return scalar(index + first)
        found = self.find(node, local)
        if found is not None:
            return self._of_found(found, node, local)
        if name in self.free:
            index, first = self.free[name]
            return scalar(index + first)
        gradient = self._bar(node, local)
        if gradient is not None:
            return gradient
        if name in self.sizes:
            return scalar(size(self._size_name(name)))
        if name == "I":
            return self.algebra.identity()
        if name == "pi":
            return scalar(pi)
        if name == "e":
            return scalar(applied("exp", S.One))
        raise refusal(f"unknown symbol {name!r}: nothing declares or defines it", node)

    def _bar(self, node: Node, local: Local) -> Value | None:
        """``\\bar x``: the derivative of the cost."""
        parts = self.key_parts(node)
        if parts is None or not parts[0].startswith("bar "):
            return None
        plain = Letter(node.at, parts[0][4:])
        inner: Node = plain if isinstance(node, Letter) else replace(node, base=plain)  # type: ignore[call-arg]
        if self.find(inner, local) is None:
            return None
        above = parts[2]
        transposed = above is not None and above.transposed
        if isinstance(inner, Script) and above is not None and transposed:
            inner = replace(inner, above=replace(above, transposed=False))
        v = self.derivative(Derivative(node.at, "d", None, (inner,)), local)
        return self.algebra.transposed(v) if transposed else v

    def _of_found(self, found: Found, node: Node, local: Local) -> Value:
        if isinstance(found.what, Alias):
            alias = found.what
            inner = Local(layers=found.layers)
            free = dict(self.free)
            v = self.value(alias.node, inner)
            if alias.slots:
                bound = [self.free[s][0] for s in alias.slots]
                v = Value(tuple(fresh(i) for i in bound), v.expr)
                v = replace(v, expr=v.expr.xreplace(dict(zip(bound, v.axes, strict=True))))
            self.free = free
            if found.slots:
                v = self._entry_of(v, found.slots, node, local)
        else:
            v = self._of_symbol(found.what, found.slots, node, local)
        return self._above(v, found.above, node, local)

    def _of_symbol(self, symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> Value:
        if symbol.role == "label" and not symbol.shape and not slots:
            return scalar(Entry(symbol.name) + 1)
        if len(slots) == 1 and len(symbol.shape) == 2:
            row = self._row_of(self._of_symbol(symbol, (), node, local), slots, local)
            if row is not None:
                return row
        if slots:
            expr = Entry(symbol.name, *self.slots(symbol, slots, node, local))
            return scalar(expr + 1 if symbol.role == "label" else expr)
        axes = tuple(fresh(Index("~", self.algebra.size(s))) for s in symbol.shape)
        if symbol.role == "label":
            raise refusal("a vector of labels as a whole", node)
        return Value(axes, Entry(symbol.name, *axes), symbol.row, symbol.loose)

    def _entry_of(self, v: Value, slots: tuple[Node, ...], node: Node, local: Local) -> Value:
        row = self._row_of(v, slots, local)
        if row is not None:
            return row
        if len(slots) != v.rank:
            raise refusal(f"{len(slots)} subscripts on something with {v.rank} axes", node)
        v = self.algebra.settled(v)
        rule = {a: self.slot(s, a.size, local) for a, s in zip(v.axes, slots, strict=True)}
        return scalar(v.expr.xreplace(rule))

    def _row_of(self, v: Value, slots: tuple[Node, ...], local: Local) -> Value | None:
        """``x_t`` of a matrix: its row t, where the range of t is known and is that of the rows alone."""
        if v.rank != 2 or len(slots) != 1 or not isinstance(slots[0], Letter):
            return None
        known = local.indices.get(slots[0].name) or self.free.get(slots[0].name)
        v = self.algebra.settled(v)
        if known is None or v.axes[0].size == v.axes[1].size or self.algebra.size(known[0].size) != v.axes[0].size:
            return None
        return Value((v.axes[1],), v.expr.xreplace({v.axes[0]: known[0] + known[1] - 1}), loose=True)

    def slots(self, symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> tuple[Expr, ...]:
        if len(slots) != len(symbol.shape):
            shown = f"{symbol.name} has {len(symbol.shape)} axes"
            raise refusal(f"{len(slots)} subscripts, but {shown}", node)
        return tuple(self.slot(s, n, local) for s, n in zip(slots, symbol.shape, strict=True))

    def slot(self, node: Node, length: Expr, local: Local) -> Expr:
        """A subscript as a 0-based slot of an axis."""
        if isinstance(node, Letter) and node.name not in local.indices and node.name not in local.parameters:
            label = self.scope.symbols.get((node.name, "", ""))
            if label is None or label.role != "label":
                if node.name not in self.free:
                    self.free[node.name] = (Index(self._index_name(node.name), self.algebra.size(length)), 1)
                index, first = self.free[node.name]
                if not self.algebra.same(index.size, length):
                    raise located(Mismatch(f"{node.name} runs to {index.size} and to {length}"), node.at)
                return index + (first - 1)
        if isinstance(node, Letter) and node.name in local.indices:
            index, first = local.indices[node.name]
            if first == 1 and not self.algebra.same(index.size, length):
                raise located(Mismatch(f"{node.name} runs to {index.size} and to {length}"), node.at)
        for n in walk(node) if not isinstance(node, Script) else ():
            if isinstance(n, Letter) and n.name not in local.indices and n.name not in self.free:
                if n.name not in self.sizes and not self._is_label(n.name):
                    raise refusal(f"the range of {n.name} is not known here", n)
        return self.number(node, local) - 1

    def _is_label(self, name: str) -> bool:
        found = self.scope.symbols.get((name, "", ""))
        return found is not None and found.role == "label"

    def _index_name(self, letter: str) -> str:
        return letter if letter.isascii() and letter.isidentifier() else "i"

    # -- scripts

    def _script(self, node: Script, local: Local) -> Value:
        if node.primes:
            raise refusal("a prime on something that is not applied", node)
        if isinstance(node.base, Letter | Words):
            name = node.base.name if isinstance(node.base, Letter) else node.base.text
            if name in local.parameters and not node.below:
                return self._above(local.parameters[name], node.above, node, local)
            found = self.find(node, local)
            if found is not None:
                return self._of_found(found, node, local)
            gradient = self._bar(node, local)
            if gradient is not None:
                return gradient
            if name == "e" and node.above is not None and node.above.power is not None and not node.below:
                return self.value(node.above.power, local).map(lambda e: applied("exp", e))
            if name == "delta" and len(flattened(node.below)) == 2 and node.above is None:
                return self._kronecker(flattened(node.below), local)
            if name in local.indices or name in self.free or name in self.sizes or name in ("I", "pi"):
                if not node.below:
                    return self._above(self._symbol(node.base, local), node.above, node, local)
            joined = f"{name}_{text_of(node.below[0])}" if len(node.below) == 1 else ""
            if joined and self._size_name(joined) in self.sizes and node.above is None:
                return scalar(size(self._size_name(joined)))
            if name == "I" and node.below:
                n = self.size(node.below[0], local)
                i, j = fresh(Index("~", n)), fresh(Index("~", n))
                return Value((i, j), Delta(i, j))
            raise refusal(f"unknown symbol {shown(node)!r}: nothing declares or defines it", node)
        if isinstance(node.base, Group) and node.base.kind == "norm":
            return self._norm(node, local)
        if isinstance(node.base, Special) and node.base.name == "ones":
            if node.below and isinstance(node.below[0], Relation):
                return self._bracket(node.below[0], local)
            v = self.algebra.ones()
            if node.below:
                n = self.size(node.below[0], local)
                v = Value((fresh(Index("~", n)),), S.One)
            return self._above(v, node.above, node, local)
        if node.below:
            v = self.value(node.base, local)
            return self._above(self._entry_of(v, flattened(node.below), node, local), node.above, node, local)
        return self._above(self.value(node.base, local), node.above, node, local)

    def _kronecker(self, slots: tuple[Node, ...], local: Local) -> Value:
        a, b = (self._number_of_index(s, local) for s in slots)
        return scalar(Delta(a, b))

    def _number_of_index(self, node: Node, local: Local) -> Expr:
        if isinstance(node, Letter) and node.name not in local.indices and node.name not in self.free:
            if self._is_label(node.name):
                return Entry(self.scope.symbols[(node.name, "", "")].name) + 1
            raise refusal(f"the range of {node.name} is not known here", node)
        return self.number(node, local)

    def _above(self, v: Value, above: Superscript | None, node: Node, local: Local) -> Value:
        if above is None:
            return v
        if above.label is not None:
            raise refusal("a label on something that has none elsewhere", node)
        if above.inverse:
            v = self._inverse(v, node)
        if above.transposed:
            v = self.algebra.transposed(v)
        if above.power is not None:
            if v.rank == 2 and self.algebra.size(v.axes[0].size) == self.algebra.size(v.axes[1].size):
                raise refusal("a power of a square matrix: elementwise or a product?", node)
            exponent = self.number(above.power, local)
            v = v.map(lambda e: Pow(e, exponent))
        return v

    def _inverse(self, v: Value, node: Node) -> Value:
        if v.rank < 2:
            return v.map(lambda e: Pow(e, -1))
        if v.rank != 2 or not self.algebra.same(v.axes[0].size, v.axes[1].size):
            raise located(Mismatch(f"the inverse of {self.algebra.shown(v)}"), node.at)
        v = self.algebra.settled(v)
        i, j = (fresh(a) for a in v.axes)
        return Value((i, j), Inverse(v.expr, v.axes[0], v.axes[1], i, j))

    def _norm(self, node: Script, local: Local) -> Value:
        assert isinstance(node.base, Group)
        v = self.value(node.base.items[0], local)
        kind = text_of(node.below[0]) if node.below else "2"
        if kind == "1":
            axes = tuple(fresh(i) for i in v.axes)
            body = applied("abs", v.expr.xreplace(dict(zip(v.axes, axes, strict=True))))
            return self._above(scalar(totals(body, *axes)), node.above, node, local)
        if kind not in ("2", "F") or (v.rank == 2 and kind == "2" and node.below):
            raise refusal(f"the norm {kind}", node)
        return self._above(scalar(Pow(self.algebra.squares(v), Rational(1, 2))), node.above, node, local)

    # -- sums and products

    def _sum(self, node: Sum, local: Local) -> Value:
        total: Value | None = None
        for sign, term in node.terms:
            v = self.value(term, local)
            if total is None:
                total = v if sign > 0 else v.map(lambda e: -e)
            else:
                total = self.algebra.add(total, v, sign)
        assert total is not None
        return total

    def _product(self, node: Product, local: Local) -> Value:
        factors = self.factors(node, local)
        if len(factors) == 1:
            return self._factor(factors[0][1], local)
        derivative_only = all(isinstance(f, Derivative) for _, f in factors)
        values = [(op, self._factor(f, local)) for op, f in factors]
        try:
            return self._multiplied(values, node)
        except Mismatch:
            if derivative_only:
                chained = self._chained([f for _, f in factors if isinstance(f, Derivative)], local)
                if chained is not None:
                    return chained
            raise

    def _multiplied(self, values: list[tuple[str, Value]], node: Node) -> Value:
        """Juxtaposition binds tighter than ⊙; where that does not conform, from left to right."""
        tight = any(op in ("odot", "*", "times", "otimes") for op, _ in values)
        juxtaposed = any(op in ("", "cdot") and a.rank and b.rank for (_, a), (op, b) in pairwise(values))
        if tight and juxtaposed:
            self.used_hadamard = True
            if self.options.loose_hadamard:
                return self._loose(values, node)
            try:
                return self._tight(values, node)
            except Mismatch:
                return self._loose(values, node)
        return self._tight(values, node)

    def _tight(self, values: list[tuple[str, Value]], node: Node) -> Value:
        groups: list[tuple[str, Value]] = []
        for op, v in values:
            if groups and op in ("", "cdot"):
                groups[-1] = (groups[-1][0], self.algebra.product(groups[-1][1], v))
            else:
                groups.append((op, v))
        result = groups[0][1]
        for op, v in groups[1:]:
            result = self._combine(op, result, v, node)
        return result

    def _loose(self, values: list[tuple[str, Value]], node: Node) -> Value:
        """⊙ first: A b ⊙ c as A (b ⊙ c)."""
        groups: list[tuple[str, Value]] = [values[0]]
        for op, v in values[1:]:
            if op in ("", "cdot"):
                groups.append((op, v))
            else:
                groups[-1] = (groups[-1][0], self._combine(op, groups[-1][1], v, node))
        result = groups[0][1]
        for _, v in groups[1:]:
            result = self.algebra.product(result, v)
        return result

    def _combine(self, op: str, a: Value, b: Value, node: Node) -> Value:
        if op in ("odot",):
            return self.algebra.hadamard(a, b)
        if op in ("*", "times"):
            if a.rank and b.rank:
                return self.algebra.hadamard(a, b)
            return self.algebra.product(a, b)
        if op == "otimes":
            return self.algebra.outer(a, b)
        if op == "oslash":
            return self.algebra.hadamard(a, b, divide=True)
        if op == "/":
            if b.rank:
                raise refusal("division by a vector: write ⊘", node)
            return self.algebra.hadamard(a, b, divide=True)
        return self.algebra.product(a, b)

    def _factor(self, node: Node, local: Local) -> Value:
        return self.value(node, local)

    def factors(self, node: Product, local: Local) -> list[tuple[str, Node]]:
        """The factors, with applications f(x), Iverson brackets and d-notation put together."""
        result: list[tuple[str, Node]] = []
        given = list(node.factors)
        k = 0
        while k < len(given):
            op, f = given[k]
            after = given[k + 1] if k + 1 < len(given) else None
            if after is not None and after[0] == "":
                joined = self._pair(f, after[1], local)
                if joined is not None:
                    result.append((op, joined))
                    k += 2
                    continue
            result.append((op, f))
            k += 1
        return result

    def _pair(self, f: Node, after: Node, local: Local) -> Node | None:
        if (
            isinstance(after, Group)
            and isinstance(f, Special)
            and f.name == "ones"
            and isinstance(after.items[0], Relation)
        ):
            return after.items[0]
        if isinstance(f, Letter) and f.name == "d" and isinstance(after, Letter | Script) and self._is_d(local):
            return self._differential(f, after, local)
        if isinstance(f, Letter) and f.name == "d" and isinstance(after, Letter | Script) and "d" in self.sizes:
            if self._differential(f, after, local) is not None:
                raise refusal("d is a size here: the size times this, or the derivative by it?", f)
        argument, above = after, None
        if isinstance(after, Script) and isinstance(after.base, Group) and not after.below and not after.primes:
            argument, above = after.base, after.above
        if not isinstance(argument, Group) or argument.kind not in ("(", "["):
            return None
        name = self.function_name(f, local)
        if name is None or len(argument.items) != 1:
            return None
        primes = f.primes if isinstance(f, Script) else 0
        power = f.above if isinstance(f, Script) else None
        applied_node = Apply(f.at, name, argument.items[0], power, (), primes)
        return applied_node if above is None else Script(after.at, applied_node, (), above)

    def _is_d(self, local: Local) -> bool:
        return ("d", "", "") not in self.scope.symbols and "d" not in self.sizes and "d" not in local.indices

    def _differential(self, d: Node, after: Node, local: Local) -> Node | None:
        """``dW^T``: the transpose of the derivative of the cost by W."""
        above = after.above if isinstance(after, Script) else None
        if isinstance(after, Script) and above is not None and above.transposed:
            plain = replace(after, above=replace(above, transposed=False))
            inner = self._differential(d, plain, local)
            return None if inner is None else Script(d.at, inner, (), Superscript(transposed=True))
        if isinstance(after, Script) and above is not None and above == Superscript():
            after = replace(after, above=None)
        return Derivative(d.at, "d", None, (after,)) if self.find(after, local) is not None else None

    def function_name(self, f: Node, local: Local) -> str | None:
        """The function that a letter before brackets is, or None where it is a factor."""
        base = f.base if isinstance(f, Script) else f
        if not isinstance(base, Letter | Words):
            return None
        name = base.name if isinstance(base, Letter) else base.text
        if isinstance(f, Script) and f.below:
            name = f"{name}_{''.join(text_of(s) for s in f.below)}"
        if name in self.scope.functions:
            return "defined:" + name
        if (
            self.find(f if not (isinstance(f, Script) and f.primes) else base, local) is not None
            or name in local.parameters
        ):
            return None
        plain = base.name if isinstance(base, Letter) else base.text
        if plain in _CONVENTIONAL and not (isinstance(f, Script) and f.below and plain != "sigma"):
            return _CONVENTIONAL[plain]
        if isinstance(f, Script) and f.primes:
            return "unknown:" + name
        if name in ("f", "g", "h", "phi", "varphi", "psi", "varsigma"):
            return "unknown:" + name
        return None

    # -- functions

    def _apply(self, node: Apply, local: Local) -> Value:
        name = node.name
        if node.below and name != "log":
            raise refusal(f"a subscript on {name}", node)
        argument = node.argument
        if isinstance(argument, Group) and argument.kind in ("(", "[", "{") and len(argument.items) == 1:
            argument = argument.items[0]
        if name in ("max", "min") and isinstance(argument, Group):
            items = [self.value(i, local) for i in argument.items]
            if len(items) != 2:
                raise refusal(f"{name} of {len(items)} things", node)
            return self._extremum(name, *items)
        v = self.value(argument, local)
        if name.startswith("defined:"):
            v = self._defined(self.scope.functions[name.partition(":")[2]], v, node)
        elif name.startswith("unknown:"):
            v = v.map(lambda e: applied(name, e) if not node.primes else derivative_of(name, e, node.primes))
        elif name in ("tr", "det", "diag", "softmax", "logsumexp", "vec", "sum", "mean"):
            if node.primes:
                raise refusal(f"a prime on {name}", node)
            v = self._matrix_function(name, v, node)
        elif not known(name):
            raise refusal(f"the function {name} is not known", node)
        elif node.primes:
            v = v.map(lambda e: derivative_of(name, e, node.primes))
        else:
            v = v.map(lambda e: applied(name, e))
        if node.below:
            base = self.number(node.below[0], local)
            v = v.map(lambda e: e / applied("log", base))
        return self._powered(v, node.power, node, local)

    def _powered(self, v: Value, above: Superscript | None, node: Node, local: Local) -> Value:
        if above is None or above == Superscript():
            return v
        if above.power is None or above.label is not None or above.transposed or above.inverse:
            raise refusal("this superscript on a function", node)
        exponent = self.number(above.power, local)
        return v.map(lambda e: Pow(e, exponent))

    def _extremum(self, name: str, a: Value, b: Value) -> Value:
        kind = Maximum if name == "max" else Minimum
        if a.rank and b.rank:
            a, b = self.algebra.aligned(a, b)
        one = a if a.rank else b
        return Value(one.axes, kind(a.expr, b.expr), one.row)

    def _defined(self, f: Defined, v: Value, node: Apply) -> Value:
        if f.body is None:
            return v.map(
                lambda e: (
                    applied("unknown:" + f.name, e)
                    if not node.primes
                    else derivative_of("unknown:" + f.name, e, node.primes)
                )
            )
        if not node.primes:
            return self.value(f.body, Local(parameters={f.parameter: v}))
        argument = Entry("~argument")
        body = self.value(f.body, Local(parameters={f.parameter: scalar(argument)})).expr
        for _ in range(node.primes):
            body = body.diff(argument)
        return v.map(lambda e: body.xreplace({argument: e}))

    def _matrix_function(self, name: str, v: Value, node: Node) -> Value:
        if name == "tr":
            return self.algebra.trace(v)
        if name == "diag":
            return self.algebra.diagonal(v)
        if name == "det":
            if v.rank != 2 or not self.algebra.same(v.axes[0].size, v.axes[1].size):
                raise located(Mismatch(f"the determinant of {self.algebra.shown(v)}"), node.at)
            v = self.algebra.settled(v)
            return scalar(Determinant(v.expr, *v.axes))
        if name in ("softmax", "logsumexp"):
            return self._softmax(name, v, node)
        if name in ("sum", "mean"):
            axes = tuple(fresh(i) for i in v.axes)
            total = totals(v.expr.xreplace(dict(zip(v.axes, axes, strict=True))), *axes)
            for i in axes if name == "mean" else ():
                total = total / i.size
            return scalar(total)
        raise refusal(f"{name} is not read yet", node)

    def _softmax(self, name: str, v: Value, node: Node) -> Value:
        if v.rank == 0:
            raise refusal(f"{name} of a number", node)
        if v.rank == 2 and self.rowwise is None:
            raise refusal("softmax of a matrix: along the rows or along the columns?", node)
        axis = v.axes[-1] if v.rank == 1 or self.rowwise else v.axes[0]
        v = self.algebra.settled(v)
        axis = next(a for a in v.axes if a.name == axis.name)
        k = fresh(axis)
        total = Total(applied("exp", v.expr.xreplace({axis: k})), k)
        if name == "logsumexp":
            return Value(tuple(a for a in v.axes if a != axis), applied("log", total))
        return v.map(lambda e: applied("exp", e) / total)

    # -- reductions

    def _reduce(self, node: Reduce, local: Local) -> Value:
        if node.kind not in ("sum", "max", "min"):
            raise refusal(f"\\{node.kind} is not read yet", node)
        if node.below is None:
            v = self.value(node.body, local)
            if node.kind != "sum":
                raise refusal(f"a {node.kind} without an index", node)
            axes = tuple(fresh(i) for i in v.axes)
            return scalar(totals(v.expr.xreplace(dict(zip(v.axes, axes, strict=True))), *axes))
        bound, condition = self._bound(node, local)
        inner = local
        for letter, index, first in bound:
            inner = inner.with_index(letter, index, first)
        v = self.value(node.body, inner)
        factor = self.number(condition, inner) if condition is not None else S.One
        for _, index, _ in reversed(bound):
            index = Index(index.name, self.algebra.size(index.size))
            v = self.algebra.settled(v)
            if node.kind == "sum":
                v = replace(v, expr=Total(v.expr * factor, index))
                factor = S.One
            elif factor is S.One and node.kind == "max":
                v = replace(v, expr=MaxOver(v.expr, index))
            else:
                raise refusal(f"this {node.kind} is not read yet", node)
        return v

    def _bound(self, node: Reduce, local: Local) -> tuple[list[tuple[str, Index, int]], Node | None]:
        below = node.below
        assert below is not None
        if isinstance(below, Relation) and len(below.items) == 2 and isinstance(below.items[0], Letter):
            letter = below.items[0]
            if below.signs == ("=",) and node.above is not None:
                first = self.number(below.items[1], local)
                if not isinstance(first, Integer):
                    raise refusal("a sum that does not begin with a number", below)
                last = self._upper(node.above, local)
                return [(letter.name, self._binding(letter.name, (last - first + 1)), int(first))], None
            if below.signs[0] in ("!=", "<", ">", "<=", ">="):
                size_of = self._range_of(letter, node.body, local)
                return [(letter.name, self._binding(letter.name, size_of), 1)], below
        letters = [n for n in (below.items if isinstance(below, Group) else flattened((below,)))]
        if node.above is not None or not all(isinstance(n, Letter) for n in letters):
            raise refusal("the bounds of this sum", below)
        found = []
        for n in letters:
            assert isinstance(n, Letter)
            found.append((n.name, self._binding(n.name, self._range_of(n, node.body, local)), 1))
        return found, None

    def _upper(self, node: Node, local: Local) -> Expr:
        if isinstance(node, Letter | Script) and self.find(node, local) is None:
            return self.size(node, local)
        return self.size(node, local)

    def _binding(self, letter: str, length: Expr) -> Index:
        return Index(f"~b_{self._index_name(letter)}", length)

    def _range_of(self, letter: Letter, body: Node, local: Local) -> Expr:
        """How far an index without bounds runs: as far as the axis that it first stands at."""
        for n in walk(body):
            if not isinstance(n, Script):
                continue
            found = self.find(n, local)
            if found is None or letter.name not in [s.name for s in found.slots if isinstance(s, Letter)]:
                continue
            position = next(k for k, s in enumerate(found.slots) if isinstance(s, Letter) and s.name == letter.name)
            if isinstance(found.what, Symbol):
                if position < len(found.what.shape):
                    return self.algebra.size(found.what.shape[position])
            else:
                v = self.value(found.what.node, Local(layers=found.layers))
                if position < v.rank:
                    return self.algebra.size(v.axes[position].size)
        if letter.name in self.free:
            return self.free[letter.name][0].size
        raise refusal(f"the range of {letter.name} is not known", letter)

    # -- brackets and cases

    def _group(self, node: Group, local: Local) -> Value:
        if len(node.items) != 1:
            if node.kind == "angle" and len(node.items) == 2:
                a, b = self.algebra.aligned(*(self.value(i, local) for i in node.items))
                axes = tuple(fresh(i) for i in a.axes)
                return scalar(totals((a.expr * b.expr).xreplace(dict(zip(a.axes, axes, strict=True))), *axes))
            raise refusal("several things in brackets", node)
        (item,) = node.items
        if node.kind == "norm":
            return self._norm(Script(node.at, node), local)
        if node.kind == "|":
            return self.value(item, local).map(lambda e: applied("abs", e))
        if node.kind in ("floor", "interval", "angle"):
            raise refusal("these brackets", node)
        return self.value(item, local)

    def _bracket(self, node: Relation, local: Local) -> Value:
        """Iverson's bracket, entry by entry."""
        if len(node.signs) != 1 or node.signs[0] not in _COMPARISONS:
            raise refusal("this condition", node)
        values = []
        for item in node.items:
            if isinstance(item, Letter) and self._is_label(item.name):
                values.append(scalar(Entry(self.scope.symbols[(item.name, "", "")].name) + 1))
            else:
                values.append(self.value(item, local))
        a, b = values
        if a.rank and b.rank:
            a, b = self.algebra.aligned(a, b)
        one = a if a.rank else b
        return Value(one.axes, _COMPARISONS[node.signs[0]](a.expr, b.expr), one.row)

    def _cases(self, node: Cases, local: Local) -> Value:
        if len(node.branches) != 2 or node.branches[0][1] is None:
            raise refusal("cases of other than two branches", node)
        (first, condition), (second, other) = node.branches
        assert condition is not None
        holds = self.value(condition, local)
        if other is not None:
            excluded = self.value(other, local)
            if holds.rank or excluded.rank or not _complementary(holds.expr, excluded.expr):
                raise refusal("cases whose conditions do not exclude one another", node)
        a, b = self.value(first, local), self.value(second, local)
        if holds.rank or a.rank or b.rank:
            raise refusal("cases of vectors: write them entry by entry", node)
        return scalar(Where(holds.expr, a.expr, b.expr))

    # -- derivatives

    def derivative(self, node: Derivative, local: Local) -> Value:
        """The true derivative that a derivative symbol stands for."""
        from symbackprop.claims.latex.derivative_symbols import derivative_value

        return derivative_value(self, node, local)

    def _chained(self, factors: list[Derivative], local: Local) -> Value | None:
        from symbackprop.claims.latex.derivative_symbols import chained

        return chained(self, factors, local)


def _complementary(a: Expr, b: Expr) -> bool:
    if (isinstance(a, Delta) and isinstance(b, NotEqual)) or (isinstance(a, NotEqual) and isinstance(b, Delta)):
        return set(a.args) == set(b.args)
    if isinstance(a, Less | LessEqual) and isinstance(b, Less | LessEqual):
        return a.args == b.args[::-1]  # at the seam the two may both hold or both fail: a kink
    return False


def flattened(below: tuple[Node, ...]) -> tuple[Node, ...]:
    """Subscripts one by one: ``ij`` and ``i,j`` alike; ``i+1`` is one."""
    result: list[Node] = []
    for node in below:
        if isinstance(node, Product) and all(op == "" for op, _ in node.factors):
            result += [f for _, f in node.factors]
        elif isinstance(node, Group) and node.kind == "list":
            result += node.items
        else:
            result.append(node)
    return tuple(result)


def text_of(node: Node) -> str:
    """A subscript or a label as text that compares."""
    match node:
        case Letter():
            return node.name
        case Words():
            return node.text
        case Number():
            return str(node.value)
        case Product():
            return "".join(text_of(f) for _, f in node.factors)
        case Sum():
            return "".join(("-" if s < 0 else "+" if k else "") + text_of(t) for k, (s, t) in enumerate(node.terms))
        case Group():
            return ",".join(text_of(i) for i in node.items)
        case Script():
            return text_of(node.base) + "".join(text_of(b) for b in node.below)
    return "?"


def shown(node: Node) -> str:
    """A symbol with its scripts, for messages."""
    if isinstance(node, Script):
        below = "_" + ",".join(text_of(b) for b in node.below) if node.below else ""
        above = ""
        if node.above is not None and (node.above.label or node.above.power) is not None:
            above = "^" + text_of(node.above.label or node.above.power)  # type: ignore[arg-type]
        return text_of(node.base) + below + above
    return text_of(node)
