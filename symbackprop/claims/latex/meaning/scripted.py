"""Symbols and brackets with scripts: entries, powers, norms, Kronecker's delta."""

from typing import TYPE_CHECKING

from sympy import S

from symbackprop.claims.latex.meaning.brackets import condition_value
from symbackprop.claims.latex.meaning.by_entries import whole_of_entries
from symbackprop.claims.latex.meaning.functions_of import applied
from symbackprop.claims.latex.meaning.labels import size_name, size_of
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.norms import norm
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import Alias, Found, Local, Symbol
from symbackprop.claims.latex.meaning.slots import entry_of, number_of_index
from symbackprop.claims.latex.meaning.superscripts import raised
from symbackprop.claims.latex.meaning.symbols import gradient_bar, of_found, symbol_value
from symbackprop.claims.latex.meaning.values import Value, scalar
from symbackprop.claims.latex.syntax.scripts import flattened, names_extremum, refusal, shown, text_of
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Reduce,
    Relation,
    Script,
    Special,
    Words,
    walk,
)
from symbackprop.indices import Index, fresh, size
from symbackprop.terms import Delta, Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def script_value(el: "Elaborator", node: Script, local: Local) -> Value:
    if node.primes and isinstance(node.base, Group) and not node.below and node.above is None:
        return _primed(el, node, node.base, local)
    if node.primes:
        raise refusal("a prime on something that is not applied", node)
    if isinstance(node.base, Letter | Words):
        name = node.base.name if isinstance(node.base, Letter) else node.base.text
        if name in local.parameters and not node.below:
            return raised(el, local.parameters[name], node.above, node, local)
        found = find(el, node, local)
        if found is not None and name == "delta" and _is_no_entry(el, found, node.base, local):
            return _kronecker(el, flattened(node.below), local)
        if found is not None:
            return of_found(el, found, node, local)
        gradient = gradient_bar(el, node, local)
        if gradient is not None:
            return gradient
        if name == "e" and node.above is not None and node.above.power is not None and not node.below:
            return el.value(node.above.power, local).map(lambda e: applied("exp", e))
        if name == "delta" and len(flattened(node.below)) == 2 and node.above is None:
            return _kronecker(el, flattened(node.below), local)
        if name in local.indices or name in el.free or name in el.sizes or name in ("I", "pi"):
            if not node.below:
                return raised(el, symbol_value(el, node.base, local), node.above, node, local)
        joined = f"{name}_{text_of(node.below[0])}" if len(node.below) == 1 else ""
        if joined and size_name(joined) in el.sizes and node.above is None:
            return scalar(size(size_name(joined)))
        if name == "I" and node.below:
            n = size_of(el, node.below[0], local)
            i, j = fresh(Index("~", n)), fresh(Index("~", n))
            return Value((i, j), Delta(i, j))
        if (extremum := _extremum(el, node, local)) is not None:
            return extremum
        raise refusal(f"unknown symbol {shown(node)!r}: nothing declares or defines it", node)
    if isinstance(node.base, Group) and node.base.kind == "norm":
        return norm(el, node, local)
    if isinstance(node.base, Special) and node.base.name == "ones":
        if node.below and isinstance(node.below[0], Relation):
            return condition_value(el, node.below[0], local)
        v = el.algebra.ones()
        if node.below:
            n = size_of(el, node.below[0], local)
            v = Value((fresh(Index("~", n)),), S.One)
        return raised(el, v, node.above, node, local)
    if node.below:
        whole = whole_of_entries(el, node, local)
        if whole is not None:
            return raised(el, whole, node.above, node, local)
        v = el.value(node.base, local)
        return raised(el, entry_of(el, v, flattened(node.below), node, local), node.above, node, local)
    return raised(el, el.value(node.base, local), node.above, node, local)


def _primed(el: "Elaborator", node: Script, inside: Group, local: Local) -> Value:
    """``\\left(\\frac{1}{1 + e^{-x}}\\right)'``: the derivative by the one variable in the brackets."""
    letters = {n.name: n for n in walk(inside) if isinstance(n, Letter) and n.name not in ("e", "pi")}
    variables = {name: n for name, n in letters.items() if function_name(el, n, local) is None}
    if len(variables) != 1:
        raise refusal("a prime on brackets: the derivative by what?", node)
    ((name, letter),) = variables.items()
    argument = Entry("~argument")
    at = el.value(letter, local)
    bound = Local(local.indices, local.layers, {**local.parameters, name: scalar(argument)})
    body = el.value(inside, bound)
    if body.rank:
        raise refusal("a prime on brackets that are no number", node)
    expr = body.expr
    for _ in range(node.primes):
        expr = expr.diff(argument)
    return at.map(lambda e: expr.xreplace({argument: e}))


def _extremum(el: "Elaborator", node: Script, local: Local) -> Value | None:
    """``z_{max}`` of a vector z, where nothing else has that name: its largest entry."""
    if not names_extremum(node.below) or node.above is not None:
        return None
    found = find(el, node.base, local)
    if found is None or not isinstance(found.what, Symbol) or len(found.what.shape) != 1 or found.what.step:
        return None
    i = Letter(node.at, "i")
    return el.value(Reduce(node.at, text_of(node.below[0]), i, None, Script(node.at, node.base, (i,))), local)


def _is_no_entry(el: "Elaborator", found: Found, base: Node, local: Local) -> bool:
    """Whether ``\\delta_{ij}`` has one subscript too many for the vector of derivatives that δ names."""
    what = found.what
    if not isinstance(what, Alias) or len(found.slots) != 2 or found.above is not None or len(what.slots) != 1:
        return False
    return what.slots[0] not in el.scope.steps and el.value(base, local).rank == 1


def _kronecker(el: "Elaborator", slots: tuple[Node, ...], local: Local) -> Value:
    a, b = (number_of_index(el, s, local) for s in slots)
    return scalar(Delta(a, b))
