"""A cost that nothing defines, as ℓ whose derivative by W is written: any scalar function of what the net ends in."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sympy import Expr, S

from symbackprop.claims.latex.meaning.boundaries import read_at_once
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Script, walk
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.equations import Equation
from symbackprop.errors import ReadError, located
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


WITH_OR_WITHOUT = "the cost may have ? in it or not: without it this is {}, with it {}"
_COSTS = frozenset((*(x.rpartition(" ")[2] for x in COSTS), "R", "Omega", "KL"))  # penalties, too


def generic_cost(el: "Elaborator", name: str, node: Node, by: Collection[str] = ()) -> Symbol:
    """A scalar that depends in any way on what the forward pass ends in, or what leads to ``by`` where that does not.

    What is named between the claims is a step of the derivation and no output of the net, unless nothing before them
    leads to what is differentiated by: then it is another example, with a cost of its own.
    """
    scope = el.scope
    if name in scope.generic:
        return scope.symbols[(name, "", "")]
    if len(scope.generic) == 1 and "cost" in (name, *scope.generic):  # bars beside ∂L: of the one cost
        return next(s for s in scope.symbols.values() if s.name in scope.generic.values())
    of_net = [s for s in scope.symbols.values() if s.name in scope.equations and s.how != "root"]
    of_net = [s for s in of_net if s.name not in scope.generic.values()]
    read = {r for e in scope.equations.values() for r in e.reads}
    ends = [s for s in of_net if s.name not in read]
    if not ends:  # h of a cell, which nothing reads but the next step
        ends = [s for s in of_net if s.step is not None and s.name not in read_at_once(scope)]
    first = scope.first_claim
    before = [s for s in ends if first is None or scope.defined_at.get(s.name, -1) < first]
    late = [s for s in ends if s not in before and any(x in el.derivatives.reach(s.name) for x in by)]
    led = {x for s in before for x in el.derivatives.reach(s.name)}
    ends = _meant(el, late, by) if late and not led & set(by) else before or ends
    if not ends:
        raise located(
            ReadError(f"nothing defines {name!r}, and there is no forward pass that it could depend on"), node.at
        )
    other = [s for s in ends if s.key[0].rpartition(" ")[2] in _COSTS and not s.shape]
    if other and len(other) < len(ends) and not el.options.all_ends:
        ends, el.left_out = [s for s in ends if s not in other], other[0].name
    symbol = scope.add((name, "", ""), role="defined", how="upstream")
    shapes = tuple((s.name, *_axes_of(el, s)) for s in ends)
    steps = frozenset(s.name for s in ends if s.step is not None and s.name in read)  # no output of a step: a state
    el.every_step = bool(steps)
    last = steps if el.options.last_step else frozenset()
    same = ("generic", symbol.name, shapes, last)  # one equation for all claims: what is known of it can be shared
    equation = el.found_before.setdefault(same, _of_ends(symbol.name, shapes, last))
    scope.equations[symbol.name] = equation
    scope.generic[name] = symbol.name
    el.forward_changed()
    return symbol


def _axes_of(el: "Elaborator", end: Symbol) -> tuple[Any, ...]:
    """The sizes of the axes as its equation has them: known by now or not, they are the same size there and here."""
    own = tuple(i.size for i in el.scope.equations[end.name].indices)
    return own if len(own) == len(end.shape) else tuple(el.algebra.size(n) for n in end.shape)


def _meant(el: "Elaborator", late: list[Symbol], by: Collection[str]) -> list[Symbol]:
    """The ends of other examples that a claim means: none that come after it, and of several those that it names.

    A page shows X in one example after another. Where it may also mean all of them at once, that is tried too.
    """
    at, reach = el.at, el.derivatives.reach
    known = [s for s in late if at is None or el.scope.defined_at.get(s.name, -1) <= at] or late
    named = [s for s in known if (_taken(el) - set(by)) & reach(s.name)]
    if el.options.all_ends or not named or len(named) == len(known):
        return known
    el.left_out = next(s.name for s in known if s not in named)
    return named


def _taken(el: "Elaborator") -> set[str]:
    """The names of what a claim takes derivatives by, in what its letters stand for too."""
    roots = list(el.sides)
    letters = {n.name for root in roots for n in walk(root) if isinstance(n, Letter)}
    roots += [alias.node for key, alias in el.scope.aliases.items() if key[0] in letters]
    by = [x for root in roots for n in walk(root) if isinstance(n, Derivative) for x in n.by]
    found = [find(el, x, Local()) for x in by if isinstance(x, Letter | Script)]
    return {f.what.name for f in found if f is not None and isinstance(f.what, Symbol)}


def called_cost(el: "Elaborator", head: Node) -> Symbol | None:
    """L, where a chain calls it ``L = MSE(y, \\hat y) = ...`` and nothing else is made of that name."""
    name = head.name if isinstance(head, Letter) else ""
    if any(key.startswith((name + " ", "\\" + name + " ")) for key in el.scope.surrogates):
        return None
    return el.scope.symbols.get(el.scope.named_costs.get(name, ("", "", "")))


def _of_ends(name: str, shapes: tuple[tuple[Any, ...], ...], last: frozenset[str]) -> Equation:
    """The sum of what the forward pass ends in, times a gradient that is free; of ``last`` the last step alone."""
    total: Expr = S.Zero
    for end, *sizes in shapes:
        axes = tuple(fresh(Index("~", n)) for n in sizes)
        if end in last:
            total += totals(Entry(f"d{name}_d{end}_T", *axes[1:]) * Entry(end, sizes[0] - 1, *axes[1:]), *axes[1:])
        else:
            total += totals(Entry(f"d{name}_d{end}", *axes) * Entry(end, *axes), *axes)
    return Equation(name, (), total)
