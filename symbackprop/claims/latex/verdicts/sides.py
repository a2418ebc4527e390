"""Both sides of a claim over common indices, in one reading of the notation."""

from dataclasses import dataclass, replace

from sympy import Expr, S

from symbackprop.claims.latex.documents.assumptions import assumed_in_words
from symbackprop.claims.latex.documents.conditions import indicator
from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.inference import name_open_sizes
from symbackprop.claims.latex.meaning.boundaries import restricted
from symbackprop.claims.latex.meaning.by_entries import binds, stands_free
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import index_name, is_label
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import Local
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
from symbackprop.claims.latex.verdicts.claimed_layers import enter_layers
from symbackprop.errors import ReadError
from symbackprop.indices import Index
from symbackprop.proof.bounds import RELATIONS
from symbackprop.proof.facts import Assumption


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
    holds: Expr = S.One  # 1 where the conditions beside the claim hold, else 0


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
            el.free[letter] = (Index(index_name(letter), length), first_of(el, letter))
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
    return Sides(left, other, indices, el, options, notes, claim.sign, words, el.algebra.settled_expr(holds)), el


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
    el.cost, el.at, el.sides = claim.cost, claim.at, (claim.left, claim.right)
    el.claiming = True
    enter_layers(el, claim)
    el.share(document.derivatives)
    return el


def _scalars_by_use(el: Elaborator, claim: Pending) -> None:
    """A symbol that is only the argument of a function or a variable of differentiation is a free number."""
    for side in (claim.left, claim.right):
        below = {id(b) for n in walk(side) if isinstance(n, Script) for b in n.below}
        for n in walk(side):
            candidates: tuple[Node, ...] = ()
            if isinstance(n, Apply):
                candidates = (n.argument,)
            elif isinstance(n, Product) and id(n) not in below:  # hq of \delta_{hq} applies nothing
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
