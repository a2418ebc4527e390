"""Both sides of a claim over common indices, in one reading of the notation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sympy import Expr, S

from symbackprop.claims.latex.documents.assumptions import assumed_in_words
from symbackprop.claims.latex.documents.conditions import indicator
from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.inference import name_open_sizes
from symbackprop.claims.latex.meaning.boundaries import restricted
from symbackprop.claims.latex.meaning.by_entries import binds, stands_free
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import index_name, is_label, label_of
from symbackprop.claims.latex.meaning.layers import instantiate, offset, parsed_label
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.scope import Symbol as Known
from symbackprop.claims.latex.meaning.slots import first_of, is_last
from symbackprop.claims.latex.meaning.unknown_costs import refuse_values
from symbackprop.claims.latex.meaning.values import Mismatch, Value, has_open_size
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Product,
    Script,
    same,
    walk,
)
from symbackprop.equations import Equation
from symbackprop.errors import ReadError
from symbackprop.indices import Index, fresh, totals
from symbackprop.proof.bounds import RELATIONS
from symbackprop.proof.facts import Assumption
from symbackprop.terms import Entry


@dataclass
class Sides:
    """Both sides over the same indices, in one reading of the notation."""

    left: Expr
    right: Expr
    indices: tuple[Index, ...]
    elaborator: Elaborator
    options: Options
    notes: tuple[str, ...] = ()
    sign: str = "="
    assumed: tuple[Assumption, ...] = ()  # because the words beside the claim say so


def elaborated(
    document: Document, claim: Pending, options: Options, right: Node | None = None, echo: bool = False
) -> tuple[Sides, Elaborator]:
    """Both sides of a claim over common indices. Raises ``Mismatch`` where their shapes differ."""
    el = elaborator_for(document, claim, options, echo)
    local = Local()
    right = claim.right if right is None else right
    _scalars_by_use(el, claim)
    for letter, length in claim.ranges.items():
        if letter not in el.sizes and letter not in el.scope.steps and el.scope.symbols.get((letter, "", "")) is None:
            el.free[letter] = (Index(index_name(letter), length), 1)
    notes = restricted(el, (claim.left, right))
    _free_ranges(el, claim, right, local)
    a = el.value(claim.left, local)
    el.scaled_left = el.used_scale
    by_units = options.by_units and el.used_jacobian and a.rank == 2
    b = el.value(right, local)
    b = _as_diagonal(el, b) if by_units and b.rank < 2 else b
    a, b = _together(el, a, b, claim.sign)
    refuse_values(el, a.expr, b.expr)
    name_open_sizes(el.scope, el.algebra)
    used = {n.name for x in (claim.left, right) for n in walk(x) if isinstance(n, Letter)}
    holds = S.One if echo else indicator(el, claim.conditions, used)
    if holds is not S.One:
        a, b = (x.map(lambda e: e * holds) for x in (a, b))
        notes += ("where its condition holds",)
    a, b = el.algebra.settled(a), el.algebra.settled(b)
    left, other = (el.algebra.settled_expr(x.expr) for x in (a, b))
    letters = [i for i, _ in el.free.values()]
    settled = [Index(i.name, el.algebra.size(i.size)) for i in letters]
    here = {i for x in (left, other) for i in x.atoms(Index)}
    indices = tuple(i for i in settled if i in here) + a.axes
    if has_open_size((left, other, *indices)):
        raise ReadError("a size is not known here")
    words = assumed_in_words(document, el, claim.at)
    notes += tuple(f"{a.tensor} is {a.kind.replace('_', ' ')}, as the words say" for a in words)
    return Sides(left, other, indices, el, options, notes, claim.sign, words), el


def _as_diagonal(el: Elaborator, v: Value) -> Value:
    return el.algebra.diagonal(v) if v.rank else el.algebra.hadamard(el.algebra.identity(), v)


def _together(el: Elaborator, a: Value, b: Value, sign: str) -> tuple[Value, Value]:
    if a.rank == 1 and b.rank == 1:
        a = replace(a, loose=True)  # an equation of vectors: rows and columns are not told apart
    if a.rank == b.rank:
        return el.algebra.aligned(a, b)
    zero = next((x for x in (a, b) if not x.rank and (x.expr == 0 or sign in RELATIONS)), None)
    if zero is not None:
        one = b if zero is a else a
        wide = replace(one, expr=zero.expr)
        return (wide, one) if zero is a else (one, wide)
    raise Mismatch(f"the sides have shapes {el.algebra.shown(a)} and {el.algebra.shown(b)}")


def elaborator_for(document: Document, claim: Pending, options: Options, echo: bool) -> Elaborator:
    scope = claim.scope.copy()
    el = Elaborator(scope, document.algebra, options, echo)
    el.sizes = document.sizes
    el.rowwise = document.rowwise
    el.cost = claim.cost
    el.claiming = True
    _generic_layers(el, claim)
    el.share(document.derivatives)
    return el


def _generic_layers(el: Elaborator, claim: Pending) -> None:
    """For a symbolic layer: the layers that the claim mentions are unrolled, the cost is any function of the last."""
    if not el.scope.families:
        return
    labels = _layer_labels(el, claim)
    generic = [x for x in labels if x.free_symbols and all(str(s).islower() for s in x.free_symbols)]
    letters = {s for x in generic for s in x.free_symbols}
    if len(letters) != 1:
        return
    top, letter = max(offset(x) for x in generic), letters.pop()
    el.lowest = min((offset(x) for x in _differentiated_layers(el, claim) if x.free_symbols), default=0)
    el.lowest = min(el.lowest, 0)
    ends = []
    for base, family in el.scope.families.items():
        if family.node is not None:
            label = str(letter + top).replace(" ", "")
            symbol = instantiate(el, base, label, Local()) if (base, "", label) not in el.scope.symbols else None
            ends.append(symbol or el.scope.symbols[(base, "", label)])
    read = {r for e in el.scope.equations.values() for r in e.reads}
    outputs = [s for s in ends if s is not None and s.name not in read and s.name in el.scope.equations]
    if not outputs:
        return
    for name in sorted(_numerators(el, claim)):
        known = el.scope.symbols.get((name, "", ""))
        if (name, "", "") in el.scope.stale or (el.cost is not None and known is None):
            el.scope.stale.pop((name, "", ""), None)  # of an example that is over: here it is another
            any_function(el, el.scope.add((name, "", ""), role="defined", how="upstream"), outputs)
        elif known is not None and known != el.cost and _is_of_no_layer(el, known):
            any_function(el, known, outputs)
    if el.cost is not None and el.cost.name in el.scope.equations:
        any_function(el, el.cost, outputs)


def _is_of_no_layer(el: Elaborator, cost: Known) -> bool:
    """Whether a number was defined before there were layers: beside ∂z^{(l)} it is another cost."""
    layered = {s.name for s in el.scope.symbols.values() if s.key[0] in el.scope.families}
    return not cost.shape and cost.name in el.scope.equations and not layered & el.derivatives.reach(cost.name)


def any_function(el: Elaborator, cost: Known, outputs: Sequence[Known]) -> None:
    """Make a cost any function of outputs."""
    total: Expr = S.Zero
    for s in outputs:
        axes = tuple(fresh(Index("~", el.algebra.size(n))) for n in s.shape)
        total += totals(Entry(f"d{cost.name}_d{s.name}", *axes) * Entry(s.name, *axes), *axes)
    el.scope.equations[cost.name] = Equation(cost.name, (), total)
    el.scope.generic[cost.key[0]] = cost.name
    el.forward_changed()


def _numerators(el: Elaborator, claim: Pending) -> set[str]:
    """The letters of which a claim, or what it has a name for, is the derivative by something of a layer."""
    found: set[str] = set()
    roots = [claim.left, claim.right]
    for root in list(roots):
        for n in walk(root):
            if isinstance(n, Script) and isinstance(n.base, Letter):
                alias = el.scope.aliases.get((n.base.name, "", "*"))
                roots += [alias.node] if alias is not None else []
    for root in roots:
        for n in walk(root):
            if isinstance(n, Derivative) and isinstance(n.of, Letter) and n.by:
                by = n.by[0]
                if isinstance(by, Script) and isinstance(by.base, Letter) and by.above is not None and by.above.label:
                    found.add(n.of.name)
    return found


def _differentiated_layers(el: Elaborator, claim: Pending) -> Iterator[Expr]:
    """The layers of what a claim differentiates by, as ∂/∂z^{l-1} or dz^{l-1}, or has a name for the derivative by."""
    for root in (claim.left, claim.right):
        for n in walk(root):
            by = n.by if isinstance(n, Derivative) else ()
            if isinstance(n, Product):
                pairs = zip(n.factors, n.factors[1:], strict=False)
                by = tuple(b for (_, a), (_, b) in pairs if isinstance(a, Letter) and a.name == "d")
            if isinstance(n, Script) and isinstance(n.base, Letter) and (n.base.name, "", "*") in el.scope.aliases:
                by = (n,)
            for x in by:
                if isinstance(x, Script) and isinstance(x.base, Letter):
                    parsed = parsed_label(label_of(el, x.base.name, x.above, Local())[0] or "?")
                    if parsed is not None:
                        yield parsed


def _layer_labels(el: Elaborator, claim: Pending) -> list[Expr]:
    found = []
    for side in (claim.left, claim.right):
        for n in walk(side):
            if isinstance(n, Script) and n.above is not None and isinstance(n.base, Letter):
                label, _ = label_of(el, n.base.name, n.above, Local())
                parsed = parsed_label(label) if label else None
                if parsed is not None:
                    found.append(parsed)
    return found


def _scalars_by_use(el: Elaborator, claim: Pending) -> None:
    """A symbol that is only the argument of a function or a variable of differentiation is a free number."""
    for side in (claim.left, claim.right):
        for n in walk(side):
            candidates: tuple[Node, ...] = ()
            if isinstance(n, Apply):
                candidates = (n.argument,)
            elif isinstance(n, Product):
                pairs = zip(n.factors, n.factors[1:], strict=False)
                candidates = tuple(b for (_, a), (op, b) in pairs if op == "" and function_name(el, a, Local()))
            elif isinstance(n, Derivative) and len(n.by) == 1 and n.of is not None:
                if function_name(el, n.of, Local()) is not None:
                    candidates = n.by
                elif any(same(x, n.by[0]) for x in walk(n.of)):
                    candidates = n.by
            for c in candidates:
                if isinstance(c, Group) and len(c.items) == 1:
                    c = c.items[0]
                if isinstance(c, Letter) and find(el, c, Local()) is None and c.name not in el.sizes:
                    if not c.name.startswith("bar "):
                        el.scope.add((c.name, "", ""), how="by use")


def _free_ranges(el: Elaborator, claim: Pending, right: Node, local: Local) -> None:
    """Index letters of the whole claim, with the size of the first axis where they stand bare."""
    for side in (claim.left, right):
        for n in walk(side):
            if not isinstance(n, Script) or not n.below:
                continue
            found = find(el, n, local)
            if found is None:
                continue
            shape = getattr(found.what, "shape", None)
            if shape is None or len(shape) != len(found.slots):
                continue
            for slot, length in zip(found.slots, shape, strict=True):
                if is_last(el, slot, length, local):
                    continue
                if isinstance(slot, Letter) and slot.name not in el.free and not is_label(el, slot.name):
                    if not _bound_somewhere(slot.name, claim.left, right) or stands_free(slot.name, claim.left):
                        axis = Index(index_name(slot.name), el.algebra.size(length))
                        el.free[slot.name] = (axis, first_of(el, slot.name))


def _bound_somewhere(letter: str, *sides: Node) -> bool:
    return any(binds(letter, n) for side in sides for n in walk(side))
