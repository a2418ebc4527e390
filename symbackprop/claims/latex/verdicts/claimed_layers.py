"""The layers that a claim speaks of: unrolled as far as it mentions them.

At a symbolic layer l the cost is any function of what the highest of them puts out, also where the document gives it as
a formula of a^L: L is any number of layers above. That holds of a cost which reads one layer, and no weights beside it;
of another, as one with a penalty, such a derivative is unread. Below L the layers L-1, L-2, ... are defined as far down
as the claim goes.
"""

from collections.abc import Iterator, Sequence

from sympy import Expr, S

from symbackprop.claims.latex.documents.document import Pending
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import label_of
from symbackprop.claims.latex.meaning.layers import below_defined, instantiate, offset, parsed_label
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.syntax.tree import Derivative, Group, Letter, Node, Product, Script, walk
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.equations import Equation
from symbackprop.errors import ReadError
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Entry


def enter_layers(el: Elaborator, claim: Pending) -> None:
    """Enter the layers of a claim. Raises ``ReadError`` for a cost that is no function of one layer alone."""
    if not el.scope.families:
        return
    labels = _layer_labels(el, claim)
    letters = {s for x in labels for s in x.free_symbols}
    for last in sorted((s for s in letters if str(s).isupper()), key=str):
        deepest = min(offset(x) for x in labels if x.free_symbols == {last})
        for k in range(-1, deepest - 1, -1):
            below_defined(el, last + k)
    generic = [x for x in labels if x.free_symbols and all(str(s).islower() for s in x.free_symbols)]
    letters = {s for x in generic for s in x.free_symbols}
    if len(letters) == 1:
        _enter_generic(el, claim, generic, letters.pop())


def _enter_generic(el: Elaborator, claim: Pending, labels: Sequence[Expr], letter: Expr) -> None:
    """For a symbolic layer: the layers that the claim mentions are unrolled, the cost is any function of the last."""
    top = max(map(offset, labels))
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
    named, applied = _numerators(el, claim)
    for name in sorted(named):
        known = el.scope.symbols.get((name, "", ""))
        if (name, "", "") in el.scope.stale or (known is None and (el.cost is not None or name in applied)):
            el.scope.stale.pop((name, "", ""), None)  # of an example that is over: here it is another
            any_function(el, el.scope.add((name, "", ""), role="defined", how="upstream"), outputs)
        elif known is not None and known != el.cost and _is_of_other_layers(el, known, letter):
            _refuse_own(el, claim, known)
            any_function(el, known, outputs)
    if el.cost is not None and el.cost.name in el.scope.equations:
        _refuse_own(el, claim, el.cost)
        any_function(el, el.cost, outputs)


def _is_of_other_layers(el: Elaborator, cost: Symbol, letter: Expr) -> bool:
    """Whether a number reads nothing of a layer l: it is of the last one, L, or stood there before the layers."""
    reached = el.derivatives.reach(cost.name)
    layered = [s.key[2] for s in el.scope.symbols.values() if s.key[0] in el.scope.families and s.name in reached]
    labels = [parsed_label(x) for x in layered]
    own = all(x is not None and letter not in x.free_symbols for x in labels)
    return not cost.shape and cost.name in el.scope.equations and own


def _refuse_own(el: Elaborator, claim: Pending, cost: Symbol) -> None:
    """Raises ``ReadError`` where a cost reads several layers, or itself what the claim differentiates by."""
    symbols = {s.name: s for s in el.scope.symbols.values()}
    found, todo = set[str](), [cost.name]
    while todo:  # as far as the outputs of layers, which are any function's arguments
        name = todo.pop()
        if name not in found:
            found.add(name)
            if name == cost.name or symbols[name].key[0] not in el.scope.families:
                equation = el.scope.equations.get(name)
                todo += [r for r in equation.reads if r in symbols] if equation is not None else []
    own = [symbols[n].key for n in found if symbols[n].key[0] in el.scope.layered]
    outputs = {key[2] for key in own if key[0] in el.scope.families}
    weights = {key[0] for key in own} - el.scope.families.keys()
    by = {n.base.name for n in _by(el, claim) if isinstance(n.base, Letter)} & weights
    if by:
        raise ReadError(f"{cost.key[0]} reads {min(by)} itself: a derivative by that of any layer is not read")
    if len(outputs) > 1:
        raise ReadError(f"{cost.key[0]} reads several layers itself: its derivative at any layer is not read")


def any_function(el: Elaborator, cost: Symbol, outputs: Sequence[Symbol]) -> None:
    """Make a cost any function of outputs."""
    total: Expr = S.Zero
    for s in outputs:
        axes = tuple(fresh(Index("~", el.algebra.size(n))) for n in s.shape)
        total += totals(Entry(f"d{cost.name}_d{s.name}", *axes) * Entry(s.name, *axes), *axes)
    el.scope.equations[cost.name] = Equation(cost.name, (), total)
    el.scope.generic[cost.key[0]] = cost.name
    el.forward_changed()


def _numerators(el: Elaborator, claim: Pending) -> tuple[set[str], set[str]]:
    """The letters of which a claim, or what it has a name for, is the derivative by something of a layer.

    Apart from them those of costs that stand with their arguments, as in ∂ℓ(ŷ, y).
    """
    found, applied = set[str](), set[str]()
    roots = [claim.left, claim.right]
    for root in list(roots):
        for n in walk(root):
            if isinstance(n, Script) and isinstance(n.base, Letter):
                alias = el.scope.aliases.get((n.base.name, "", "*"))
                roots += [alias.node] if alias is not None else []
    for n in (n for root in roots for n in walk(root) if isinstance(n, Derivative) and n.by):
        of, by = _applied(n.of), n.by[0]
        if isinstance(of, Letter) and isinstance(by, Script) and isinstance(by.base, Letter):
            if by.above is not None and (by.above.label or by.base.name in el.scope.layered):
                found.add(of.name)
                if of is not n.of and of.name in COSTS:
                    applied.add(of.name)
    return found, applied


def _applied(of: Node | None) -> Node | None:
    """J of J(W, b)."""
    if isinstance(of, Product) and len(of.factors) == 2 and isinstance(of.factors[1][1], Group):
        return of.factors[0][1]
    return of


def _by(el: Elaborator, claim: Pending) -> Iterator[Script]:
    """What a claim differentiates by, as ∂/∂z^{l-1} or dz^{l-1}, or has a name for the derivative by."""
    for n in (n for root in (claim.left, claim.right) for n in walk(root)):
        by = n.by if isinstance(n, Derivative) else ()
        if isinstance(n, Product):
            pairs = zip(n.factors, n.factors[1:], strict=False)
            by = tuple(b for (_, a), (_, b) in pairs if isinstance(a, Letter) and a.name == "d")
        if isinstance(n, Script) and isinstance(n.base, Letter) and (n.base.name, "", "*") in el.scope.aliases:
            by = (n,)
        yield from (x for x in by if isinstance(x, Script))


def _differentiated_layers(el: Elaborator, claim: Pending) -> Iterator[Expr]:
    """The layers of what a claim differentiates by."""
    for x in _by(el, claim):
        if isinstance(x.base, Letter):
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
