"""Diagnosis: small repairs of a refuted claim, in the order in which people make the mistakes; each is proved first.

A repair is an edit of the tree of the right side (a sign, a factor, a transpose, another symbol), read and judged like
any claim; or of the whole side. Numbers sieve the candidates: most differ at the first point that is tried.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations

from sympy import Expr

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import Alias, Key, Local, Symbol
from symbackprop.claims.latex.meaning.sequences import shifted_step
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Root,
    Script,
    Special,
    Sum,
    Superscript,
    walk,
    with_replaced,
)
from symbackprop.claims.latex.verdicts.edits import (
    Edit,
    anywhere,
    bracketed,
    flipped,
    hadamards,
    mean_of_term,
    orders,
    signs,
    subscript_signs,
    swapped_indices,
    terms,
    times,
    transposes,
    turned,
    unapplied,
    without_factor,
)
from symbackprop.claims.latex.verdicts.paths import missing_paths, missing_slopes
from symbackprop.claims.latex.verdicts.slips import (
    identities,
    layers,
    powers,
    primes,
    shifted_subscripts,
    subscripts,
    under_sums,
)
from symbackprop.claims.latex.verdicts.written import number, written
from symbackprop.functions import row_of

_FACTORS = (Fraction(1, 2), Fraction(2), Fraction(1, 4), Fraction(4), Fraction(1, 3), Fraction(3))


def common_edits(right: Node, el: Elaborator) -> Iterator[Edit]:
    """Candidates for what was meant, with the name of the mistake: what people do most, cheapest first."""
    yield "sign", Sum(right.at, ((-1, right),))
    yield from anywhere(right, signs)
    for value in _FACTORS:
        yield "factor", times(right, Number(right.at, value))
    for name in sorted(el.sizes):
        yield "missing_mean", Quotient(right.at, right, Letter(right.at, name))
        yield from anywhere(right, lambda n, m=name: mean_of_term(n, m))
    yield from anywhere(right, transposes)
    yield "transpose", turned(right)
    if el.scope.layered:
        yield from anywhere(right, layers)
    for ones in (Special(right.at, "ones"), turned(Special(right.at, "ones"))):
        yield "missing_sum", Product(right.at, (*_factors(right), ("", ones)))
    yield from anywhere(right, lambda n: subscripts(n, el))
    yield from anywhere(right, lambda n: _other_steps(n, el))
    yield from anywhere(right, flipped)
    yield from anywhere(right, subscript_signs)
    yield from _activations(right, el)
    yield from _applied_twice(right, el)
    for name in sorted(el.sizes):
        yield "factor", Quotient(right.at, right, Root(right.at, Letter(right.at, name)))
    yield from anywhere(right, lambda n: primes(n, el))
    yield from anywhere(right, powers)
    yield from anywhere(right, identities)
    for symbol in el.scope.symbols.values():
        if not symbol.shape and symbol.name not in el.scope.generic.values():
            yield "factor", times(right, written(symbol, right.at))
            yield "factor", Quotient(right.at, right, written(symbol, right.at))
    entries = _entries_of(right, el)
    yield from anywhere(right, lambda n: under_sums(n, entries))


def _factors(node: Node) -> tuple[tuple[str, Node], ...]:
    plain = isinstance(node, Product) and all(op in ("", "cdot") for op, _ in node.factors)
    if plain and isinstance(node, Product):
        return node.factors
    return (("", node if isinstance(node, Letter | Script | Derivative) else bracketed(node)),)


def path_edits(left: Node, right: Node, el: Elaborator) -> Iterator[Edit]:
    """A path of the chain rule that was forgotten."""
    symbols = [(s, written(s)) for s in el.scope.symbols.values() if s.name in el.scope.equations]
    yield from missing_paths(left, right, el, symbols)
    yield from missing_slopes(left, right, el, symbols)


def _entries_of(right: Node, el: Elaborator) -> list[Node]:
    """Entries of all symbols, under the free letters of a formula and those that its sums bind."""
    below = (n.below for n in walk(right) if isinstance(n, Reduce) and n.below is not None)
    letters = sorted(
        {*el.free, *(x.name for b in below for x in walk(b) if isinstance(x, Letter) and x.name.islower())}
    )
    found: list[Node] = []
    for s in el.scope.symbols.values():
        if s.step is not None and len(s.shape) == 1:
            label = Superscript(label=Letter(0, s.step), bracket="(")
            is_label = s.key[0] in el.scope.labelled
            found.append(Script(0, Letter(0, s.key[0]), (), label) if is_label else written(s))
        elif s.shape and s.step is None and not s.key[1]:
            subscripts_of = permutations(letters, len(s.shape))
            found += (replace(_scripted(s), below=tuple(Letter(0, x) for x in xs)) for xs in subscripts_of)
    return found


def _scripted(symbol: Symbol) -> Script:
    node = written(symbol)
    return node if isinstance(node, Script) else Script(node.at, node, ())


def rare_edits(right: Node, el: Elaborator) -> Iterator[Edit]:
    """The rest: factors and terms too many or lost, other symbols, ⊙ for a product."""
    yield from anywhere(right, swapped_indices)
    yield from anywhere(right, lambda n: shifted_subscripts(n, el))
    yield from anywhere(right, without_factor)
    yield from anywhere(right, lambda n: _other_symbols(n, el))
    yield from anywhere(right, terms)
    yield from anywhere(right, hadamards)
    for name in sorted(el.sizes):
        yield "factor", times(right, Letter(right.at, name))
    yield from anywhere(right, orders)
    yield from anywhere(right, lambda n: _factor_of_term(n, el))
    for symbol in _known_symbols(el):
        for factor in _entries(symbol, el):
            yield "factor", times(right, factor)
    yield from _missing_terms(right, el)


def _known_symbols(el: Elaborator) -> list[Node]:
    return [written(s) for s in el.scope.symbols.values() if s.name not in el.scope.generic.values()]


def _missing_terms(right: Node, el: Elaborator) -> Iterator[Edit]:
    """A term that was lost: a symbol, or a number of the document times one, as of a penalty."""
    symbols = [w for s in _known_symbols(el) for w in _entries(s, el)]
    numbers = [written(s) for s in el.scope.symbols.values() if not s.shape and s.name not in el.scope.equations]
    for w in symbols:
        for term in (w, *(Product(right.at, (("", n), ("", w))) for n in numbers)):
            for sign in (1, -1):
                yield "missing_term", Sum(right.at, ((1, right), (sign, term)))


def _factor_of_term(node: Node, el: Elaborator) -> Iterator[Edit]:
    """A factor that was lost from one term: a number, or a symbol that the document has."""
    if not isinstance(node, Sum):
        return
    symbols = _known_symbols(el)
    for k, (sign, term) in enumerate(node.terms):
        for factor in (*(Number(term.at, v) for v in _FACTORS), *(w for s in symbols for w in _entries(s, el))):
            yield "factor", replace(node, terms=(*node.terms[:k], (sign, times(term, factor)), *node.terms[k + 1 :]))


def _entries(node: Node, el: Elaborator) -> Iterator[Node]:
    """A symbol as a whole, and with the index letters of the formula where it has axes."""
    yield node
    found = find(el, node, Local())
    rank = len(found.what.shape) if found is not None and isinstance(found.what, Symbol) else 0
    if rank and isinstance(node, Letter):
        for letters in permutations(sorted(el.free), rank):
            yield Script(node.at, node, tuple(Letter(node.at, x) for x in letters))


def _applied_twice(right: Node, el: Elaborator) -> Iterator[Edit]:
    """σ(a) where a is σ(z) already: a was meant, everywhere."""
    for n in walk(right):
        if isinstance(n, Apply) and not n.primes:
            yield "wrong_variable", with_replaced(right, n, n.argument)
        for (_, head), (op, after) in pairwise(n.factors) if isinstance(n, Product) else ():
            if op == "" and isinstance(after, Group) and function_name(el, head, Local()) is not None:
                yield "wrong_variable", unapplied(right, head, after)


def _other_steps(node: Node, el: Elaborator) -> Iterator[Edit]:
    """The step before or after, of a sequence."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.base.name not in el.scope.sequences:
        return
    slots = flattened(node.below)
    if slots:
        head, shift = shifted_step(slots[0])
        for amount in (shift - 1, shift + 1):
            step = (
                head if not amount else Sum(head.at, ((1, head), (1 if amount > 0 else -1, number(head, abs(amount)))))
            )
            yield "wrong_index", replace(node, below=(step, *slots[1:]))


def _other_symbols(node: Node, el: Elaborator) -> Iterator[Edit]:
    """Another symbol of the same number of axes in the place of one."""
    if not isinstance(node, Letter | Script) or (isinstance(node, Script) and node.primes):
        return
    found = find(el, node, Local())
    if found is None:
        return
    what = found.what
    key = what.key if isinstance(what, Symbol) else _alias_key(el, what)
    rank = len(what.shape) if isinstance(what, Symbol) else None
    above = node.above if isinstance(node, Script) else None
    transposed = above is not None and above.transposed
    for other in list(el.scope.symbols.values()):
        if other is what or other.name in el.scope.generic.values() or (rank is not None and len(other.shape) != rank):
            continue
        new = written(other, node.at)
        if found.slots:
            new = Script(node.at, new if other.step is None else Letter(node.at, other.key[0]), found.slots)
        if above is not None and found.above is not None and found.above.power is not None:
            new = Script(node.at, new, (), Superscript(power=found.above.power))
        if transposed:
            new = Script(node.at, new, (), Superscript(transposed=True))
        yield _kind_of_swap(key, other.key), new


def _alias_key(el: Elaborator, alias: Alias) -> Key:
    return next((k for k, a in el.scope.aliases.items() if a is alias), ("", "", ""))


def _kind_of_swap(mine: Key, other: Key) -> str:
    if mine[0].split(" ")[-1] == other[0].split(" ")[-1] and mine[0] != other[0]:
        return "stale_variable"
    if mine[0] == other[0] and mine[1:] != other[1:]:
        return "wrong_layer"
    return "wrong_variable"


def _activations(right: Node, el: Elaborator) -> Iterator[Edit]:
    """σ'(z) for every activation of the forward pass that could have been forgotten."""
    for symbol in list(el.scope.symbols.values()):
        equation = el.scope.equations.get(symbol.name)
        row = row_of(equation.rhs) if equation is not None else None
        if equation is None or row is None:
            continue
        for slope in _slopes(symbol, row.name, equation.rhs, right.at, el):
            plain = () if symbol.shape else ("",)
            for op in (*plain, "odot"):
                yield from (("missing_activation_derivative", new) for new in _sloped(right, op, slope))


def _sloped(right: Node, op: str, slope: Node) -> Iterator[Node]:
    """The derivative beside the whole of a number, or beside a factor of a product of arrays."""
    if op == "":
        yield Product(right.at, (*_factors(right), (op, slope)))
        return
    factors = right.factors if isinstance(right, Product) else ()
    for k, (before, f) in enumerate(factors):
        product = bracketed(Product(f.at, (("", f), (op, slope))))
        yield Product(right.at, (*factors[:k], (before, product), *factors[k + 1 :]))
    yield Product(right.at, (("", bracketed(right)), (op, slope)))


def _slopes(symbol: Symbol, name: str, value: Expr, at: int, el: Elaborator) -> Iterator[Node]:
    """σ'(z) where z has a name, and what is left of it where the output h stands already, 1 - h; 1 - h² for tanh."""
    source = getattr(value.args[0], "name", None)
    argument = next((s for s in el.scope.symbols.values() if s.name == source), None)
    if argument is not None:
        known = name in ("exp", "log", "tanh", "sigmoid", "sin", "cos", "relu", "softplus", "erf")
        yield Apply(at, name if known else f"unknown:{name}", written(argument, at), None, (), 1)
    if name in ("sigmoid", "tanh") and symbol.step is None:
        output = written(symbol, at)
        if name == "tanh":
            output = Script(at, output, (), Superscript(power=number(output, 2)))
        yield Group(at, "(", (Sum(at, ((1, number(output, 1)), (-1, output))),))


def left_edits(left: Node, el: Elaborator) -> Iterator[Edit]:
    """Another variable of differentiation: the right side may belong to another left side."""
    if isinstance(left, Derivative) and len(left.by) == 1:
        for name, by in _other_symbols(left.by[0], el):
            yield name, replace(left, by=(by,))
