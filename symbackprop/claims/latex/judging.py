"""One claim judged: both sides to index notation, every allowed reading tried, the engine asked.

A claim is proved if one reading that the notation allows makes it right (layout of Jacobians, partial or total where a
symbol has both); it is refuted only if all of them are.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from sympy import Expr, Integer, Pow, Symbol

from symbackprop.claims.latex.derivatives import Derivatives, simplified
from symbackprop.claims.latex.elaborate import Elaborator, Options, flattened
from symbackprop.claims.latex.layers import offset, parsed_label
from symbackprop.claims.latex.layout import text_of_sides
from symbackprop.claims.latex.reading import Document, Pending
from symbackprop.claims.latex.repair import chains, common_edits, left_edits, rare_edits
from symbackprop.claims.latex.scope import Local, Scope
from symbackprop.claims.latex.scope import Symbol as Known
from symbackprop.claims.latex.tree import Apply, Derivative, Group, Letter, Node, Product, Reduce, Script, walk
from symbackprop.claims.latex.values import Algebra, Mismatch, Value, is_unknown
from symbackprop.claims.latex.writing import latex_of
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import NotSupported, ReadError, SymbackpropError
from symbackprop.functions import Elementwise
from symbackprop.indices import Index, MaxOver, Total
from symbackprop.proof.context import Context
from symbackprop.proof.equal import prove
from symbackprop.proof.facts import Assumption
from symbackprop.proof.judge import Verdict, judge
from symbackprop.proof.refute import Question, search
from symbackprop.substitution import substitute
from symbackprop.terms import Entry, Where

SECONDS = 5.0
REPAIR_SECONDS = 2.5
_MOST_REPAIRS = 800
_EXPANDABLE = 600  # operations: what is longer is not multiplied out


@dataclass
class Sides:
    """Both sides over the same indices, in one reading of the notation."""

    left: Expr
    right: Expr
    indices: tuple[Index, ...]
    elaborator: Elaborator
    options: Options


@dataclass
class Judgement:
    """What was found of one claim."""

    verdict: str
    reading: str | None = None
    found: Verdict | None = None
    diagnosis: str | None = None
    repair: str | None = None
    reason: str | None = None
    error: Exception | None = None
    notes: tuple[str, ...] = ()
    sides: Sides | None = None
    scaled_left: bool = False


def judged(document: Document, claim: Pending, deadline: float) -> Judgement:
    """The verdict on one claim; whatever cannot be read or decided is unread, with the reason."""
    if claim.error is not None:
        return Judgement("unread", reason=_message(claim.error), error=claim.error)
    if claim.sign not in ("=", ":="):
        return Judgement("unread", reason="only equations are judged here, not bounds")
    try:
        return _with_doubts(document, claim, _judged(document, claim, deadline))
    except RecursionError:
        return Judgement("unread", reason="nested too deep")
    except (ReadError, NotSupported) as e:
        return Judgement("unread", reason=_message(e), error=e)
    except SymbackpropError as e:
        return Judgement("unread", reason=_message(e), error=e)
    except Exception as e:  # a fault of ours must not take the other claims of a document with it
        return Judgement("unread", reason=f"a fault of symbackprop: {type(e).__name__}: {e}"[:300])


def _with_doubts(document: Document, claim: Pending, j: Judgement) -> Judgement:
    """No refutation where something of the forward pass was not read, or where ⊙ was meant by writing nothing."""
    if j.verdict != "refuted":
        return j
    if any(d["verdict"] == "unread" and d["at"] < claim.at for d in document.definitions):
        reason = "a definition before it could not be read: nothing is refuted on the rest"
        return Judgement("unread", j.reading, reason=reason)
    if j.diagnosis == "product_as_hadamard" and any(isinstance(n, Script) and n.primes for n in walk(claim.left)):
        reason = "a product of vectors without a sign: with ⊙ it is right"
        return Judgement("unread", j.reading, reason=reason)
    return j


def _message(e: Exception) -> str:
    return str(getattr(e, "message", "") or e)


def _judged(document: Document, claim: Pending, deadline: float) -> Judgement:
    if _about_inputs_alone(claim):
        return Judgement("unread", reason="a relation among inputs alone: neither a definition nor a claim about them")
    best: Judgement | None = None
    reading = _reading(document, claim)
    mismatch: Mismatch | None = None
    tried: set[Options] = set()
    queue = [Options(numerator=document.numerator, matrices_transposed=document.numerator, scale=document.scale)]
    while queue:
        options = queue.pop(0)
        if options in tried:
            continue
        tried.add(options)
        try:
            sides, el = elaborated(document, claim, options)
        except Mismatch as e:
            mismatch = mismatch or e
            if not options.numerator:
                queue.append(replace(options, numerator=True))
            continue
        queue += list(_alternatives(options, el))
        found = _ask(document, sides, deadline)
        j = Judgement(found.verdict, reading, found, notes=(*found.notes, *_notes(options, el)), sides=sides)
        j.scaled_left = el.scaled_left
        if el.used_hadamard and not options.loose_hadamard:
            ambiguous = _two_readings(document, claim, options, found, deadline)
            if ambiguous is not None:
                return Judgement("unread", reading, reason=ambiguous)
        if found.verdict == "unread":
            j.reason = "; ".join(found.notes) or "could not be decided"
        if best is None or _rank(j) < _rank(best):
            best = j
        if best.verdict == "proved":
            break
    if best is None:
        assert mismatch is not None
        return _mismatched(document, claim, mismatch, reading, deadline)
    if best.verdict == "refuted":
        if _free_alone(best):
            best.diagnosis = "missing_sum"
        else:
            _diagnosed(document, claim, best, deadline)
            _side_conditions(document, best, deadline)
    return best


def _about_inputs_alone(claim: Pending) -> bool:
    """Whether a relation speaks of inputs that nothing defines: to refute it would be to contradict a premise."""
    el = Elaborator(claim.scope.copy(), Algebra())
    declared = True  # a false law of declared inputs is a claim; a symbol that a definition alone brought in is none
    for n in (*walk(claim.left), *walk(claim.right)):
        if isinstance(n, Derivative | Apply):
            return False
        if isinstance(n, Letter | Script):
            parts = el.key_parts(n)
            if isinstance(n, Script) and (n.primes or parts is None):
                return False
            base = parts[0] if parts else ""
            if base in el.scope.families or base.startswith("bar ") or base in ("d", "sigma", "delta"):
                return False
            found = el.find(n, Local())
            if found is not None and getattr(found.what, "name", None) not in el.inputs():
                return False
            declared = declared and (found is None or getattr(found.what, "how", "") == "declared")
    return not declared


def _rank(j: Judgement) -> int:
    return ("proved", "agrees", "unread", "refuted").index(j.verdict)


def _alternatives(options: Options, el: Elaborator) -> Iterator[Options]:
    if el.used_jacobian and not options.numerator:
        yield replace(options, numerator=True)
    if el.used_partial and not options.partial:
        yield replace(options, partial=True)


def _notes(options: Options, el: Elaborator) -> tuple[str, ...]:
    notes = []
    if el.used_jacobian:
        notes.append("Jacobians in numerator layout" if options.numerator else "Jacobians in denominator layout")
    if el.used_partial:
        notes.append(f"∂ is read as the {'partial' if options.partial else 'total'} derivative")
    if el.used_scale:
        notes.append(f"derivatives by activations carry the factor {options.scale}")
    if el.used_chain:
        notes.append("read as the chain rule, up to order and transposition")
    return tuple(notes)


def _free_alone(j: Judgement) -> bool:
    s = j.sides
    return s is not None and bool(_letters(s.right) - _letters(s.left))


def _letters(expr: Expr) -> set[str]:
    return {i.name for i in expr.free_symbols if isinstance(i, Index) and i.name[0] not in "~#"}


def _mismatched(document: Document, claim: Pending, error: Mismatch, reading: str | None, deadline: float) -> Judgement:
    """Shapes that cannot agree: refuted, if they are declared, or if turning a factor round is proved to mend them."""
    j = Judgement("refuted", reading, notes=(_message(error),))
    _diagnosed(document, claim, j, deadline)
    guessed = sorted(_guessed(document, claim))
    if guessed and j.diagnosis not in ("transpose", "order"):
        reason = f"shapes do not fit ({_message(error)}), but nobody declares those of {', '.join(guessed)}"
        return Judgement("unread", reading, reason=reason)
    j.diagnosis = j.diagnosis or "shape"
    return j


def _guessed(document: Document, claim: Pending) -> set[str]:
    """Names on which the claim rests and whose number of axes is only a guess."""
    scope = claim.scope
    el = Elaborator(scope.copy(), Algebra())
    todo: list[str] = []
    for n in (*walk(claim.left), *walk(claim.right)):
        found = el.find(n, Local()) if isinstance(n, Letter | Script) else None
        if found is not None and isinstance(found.what, Known):
            todo.append(found.what.name)
        if isinstance(n, Derivative):
            todo += list(scope.equations)  # the forward pass is what is differentiated
    reached: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += scope.equations[name].reads if name in scope.equations else ()
    return {s.name for s in scope.symbols.values() if s.guessed and s.name in reached}


def _two_readings(document: Document, claim: Pending, options: Options, found: Verdict, deadline: float) -> str | None:
    """Why a claim with ⊙ beside a product is ambiguous: both readings conform, and one is right and the other wrong."""
    try:
        sides, _ = elaborated(document, claim, replace(options, loose_hadamard=True))
    except (Mismatch, ReadError):
        return None
    other = _ask(document, sides, deadline)
    if {found.verdict, other.verdict} != {"proved", "refuted"}:
        return None
    return (
        f"⊙ beside a product can be read in two ways: (A b) ⊙ c is {found.verdict}, A (b ⊙ c) is {other.verdict}; "
        "set brackets"
    )


# -- what was meant


def _diagnosed(document: Document, claim: Pending, j: Judgement, deadline: float) -> None:
    """Find the small repair that makes a refuted claim right, and keep it with the name of the mistake."""
    until = min(deadline, time.monotonic() + REPAIR_SECONDS)
    options = j.sides.options if j.sides is not None else Options()
    el = _elaborator(document, claim, options, False)
    if j.sides is not None:
        el.free = dict(j.sides.elaborator.free)
    candidates = chain(
        ((d, claim.left, right) for d, right in common_edits(claim.right, el)),
        ((d, left, claim.right) for d, left in left_edits(claim.left, el)),
        ((d, claim.left, right) for d, right in rare_edits(claim.right, el)),
        ((d, claim.left, right) for d, right in chains(claim.left, claim.right, el)),
    )
    for count, (diagnosis, left, right) in enumerate(candidates):
        if count >= _MOST_REPAIRS or time.monotonic() > until:
            return
        if _repairs(document, replace(claim, left=left), options, right, until):
            j.diagnosis = diagnosis
            j.repair = latex_of(right) if left is claim.left else f"{latex_of(left)} = {latex_of(right)}"
            return


def _side_conditions(document: Document, j: Judgement, deadline: float) -> None:
    """Note under which assumption a refuted claim would hold; nothing is assumed silently."""
    sides = j.sides
    if sides is None:
        return
    context = context_of(document, sides)
    used = {e.name for x in (sides.left, sides.right) for e in x.atoms(Entry)}
    for t in context.formula.declared:
        if t.name not in used or not t.shape:
            continue
        kinds = [Assumption("sum", t.name, Integer(1))] if len(t.shape) == 1 else []
        if len(t.shape) == 2 and t.shape[0] == t.shape[1]:
            kinds = [Assumption("symmetric", t.name)]
        for assumption in kinds:
            wider = replace(context, assumptions=(*context.assumptions, assumption))
            try:
                if time.monotonic() < deadline and prove(sides.right, sides.left, wider, sides.indices, 0.5):
                    holds = "is symmetric" if assumption.kind == "symmetric" else "has entries that sum to 1"
                    j.notes += (f"holds if {t.name} {holds}",)
            except SymbackpropError:
                continue


def _repairs(document: Document, claim: Pending, options: Options, right: Node, until: float) -> bool:
    try:
        sides, _ = elaborated(document, claim, options, right)
        context = context_of(document, sides)
        question = Question(sides.right, sides.left, context, sides.indices)
        point, agreeing = search(question, 1, until)
        if point is not None or not agreeing:
            return False
        return _ask(document, sides, until + 0.5).verdict == "proved"
    except (SymbackpropError, RecursionError):
        return False


# -- both sides


def elaborated(
    document: Document, claim: Pending, options: Options, right: Node | None = None, echo: bool = False
) -> tuple[Sides, Elaborator]:
    """Both sides of a claim over common indices. Raises ``Mismatch`` where their shapes differ."""
    el = _elaborator(document, claim, options, echo)
    local = Local()
    right = claim.right if right is None else right
    _scalars_by_use(el, claim)
    for letter, length in claim.ranges.items():
        if letter not in el.sizes and el.scope.symbols.get((letter, "", "")) is None:
            el.free[letter] = (Index(el._index_name(letter), length), 1)
    _free_ranges(el, claim, right, local)
    a = el.value(claim.left, local)
    el.scaled_left = el.used_scale
    b = el.value(right, local)
    a, b = _together(el, a, b)
    a, b = el.algebra.settled(a), el.algebra.settled(b)
    left, other = (el.algebra.settled_expr(x.expr) for x in (a, b))
    letters = [i for i, _ in el.free.values()]
    settled = [Index(i.name, el.algebra.size(i.size)) for i in letters]
    here = {i for x in (left, other) for i in x.atoms(Index)}
    indices = tuple(i for i in settled if i in here) + a.axes
    if any(is_unknown(s) for i in indices for s in i.size.free_symbols):
        raise ReadError("a size is not known here")
    return Sides(left, other, indices, el, options), el


def _together(el: Elaborator, a: Value, b: Value) -> tuple[Value, Value]:
    if a.rank == 1 and b.rank == 1:
        a = replace(a, loose=True)  # an equation of vectors: rows and columns are not told apart
    if a.rank == b.rank:
        return el.algebra.aligned(a, b)
    zero = next((x for x in (a, b) if not x.rank and x.expr == 0), None)
    if zero is not None:
        one = b if zero is a else a
        wide = replace(one, expr=zero.expr)
        return (wide, one) if zero is a else (one, wide)
    raise Mismatch(f"the sides have shapes {el.algebra.shown(a)} and {el.algebra.shown(b)}")


def _elaborator(document: Document, claim: Pending, options: Options, echo: bool) -> Elaborator:
    scope = claim.scope.copy()
    el = Elaborator(scope, document.algebra, options, echo)
    el.sizes = document.sizes
    el.rowwise = document.rowwise
    el.cost = claim.cost
    _generic_layers(el, claim)
    return el


def _generic_layers(el: Elaborator, claim: Pending) -> None:
    """For a symbolic layer: the layers that the claim mentions are unrolled, the cost is any function of the last."""
    if not el.scope.families:
        return
    labels = _layer_labels(el, claim)
    generic = [x for x in labels if x.free_symbols == {Symbol("l", integer=True)}]
    if not generic:
        return
    top = max(offset(x) for x in generic)
    letter = Symbol("l", integer=True)
    ends = []
    for base, family in el.scope.families.items():
        if family.node is not None:
            label = str(letter + top).replace(" ", "")
            symbol = el.instance(base, label, Local()) if (base, "", label) not in el.scope.symbols else None
            ends.append(symbol or el.scope.symbols[(base, "", label)])
    read = {r for e in el.scope.equations.values() for r in e.reads}
    outputs = [s for s in ends if s is not None and s.name not in read and s.name in el.scope.equations]
    if el.cost is None or not outputs or el.cost.name not in el.scope.equations:
        return
    from symbackprop.indices import fresh, totals

    total: Expr = Symbol("~")
    total = 0 * total
    for s in outputs:
        axes = tuple(fresh(Index("~", el.algebra.size(n))) for n in s.shape)
        total += totals(Entry(f"d{el.cost.name}_d{s.name}", *axes) * Entry(s.name, *axes), *axes)
    el.scope.equations[el.cost.name] = Equation(el.cost.name, (), total)
    el.scope.generic[el.cost.key[0]] = el.cost.name
    el.forward_changed()


def _layer_labels(el: Elaborator, claim: Pending) -> list[Expr]:
    found = []
    for side in (claim.left, claim.right):
        for n in walk(side):
            if isinstance(n, Script) and n.above is not None and isinstance(n.base, Letter):
                label, _ = el._label(n.base.name, n.above, Local())
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
                candidates = tuple(b for (_, a), (op, b) in pairs if op == "" and el.function_name(a, Local()))
            elif isinstance(n, Derivative) and len(n.by) == 1 and n.of is not None:
                if el.function_name(n.of, Local()) is not None:
                    candidates = n.by
                elif isinstance(n.of, Product | Apply):
                    candidates = n.by
            for c in candidates:
                if isinstance(c, Group) and len(c.items) == 1:
                    c = c.items[0]
                if isinstance(c, Letter) and el.find(c, Local()) is None and c.name not in el.sizes:
                    if not c.name.startswith("bar "):
                        el.scope.add((c.name, "", ""), how="by use")


def _free_ranges(el: Elaborator, claim: Pending, right: Node, local: Local) -> None:
    """Index letters of the whole claim, with the size of the first axis where they stand bare."""
    for side in (claim.left, right):
        for n in walk(side):
            if not isinstance(n, Script) or not n.below:
                continue
            found = el.find(n, local)
            if found is None:
                continue
            shape = getattr(found.what, "shape", None)
            if shape is None or len(shape) != len(found.slots):
                continue
            for slot, length in zip(found.slots, shape, strict=True):
                if isinstance(slot, Letter) and slot.name not in el.free and not el._is_label(slot.name):
                    if not _bound_somewhere(slot.name, claim.left, right) or _stands_free(slot.name, claim.left):
                        el.free[slot.name] = (Index(el._index_name(slot.name), el.algebra.size(length)), 1)


def _bound_somewhere(letter: str, *sides: Node) -> bool:
    return any(
        isinstance(n, Reduce)
        and n.below is not None
        and letter in {x.name for x in walk(n.below) if isinstance(x, Letter)}
        for side in sides
        for n in walk(side)
    )


def _stands_free(letter: str, node: Node) -> bool:
    """Whether an index letter stands somewhere outside of sums over it."""
    stack = [node]
    while stack:
        n = stack.pop()
        if isinstance(n, Reduce) and n.below is not None:
            if letter in {x.name for x in walk(n.below) if isinstance(x, Letter)}:
                continue
        if isinstance(n, Script) and letter in {s.name for s in flattened(n.below) if isinstance(s, Letter)}:
            return True
        from symbackprop.claims.latex.tree import children

        stack += children(n)
    return False


def _reading(document: Document, claim: Pending) -> str | None:
    try:
        sides, _ = elaborated(document, claim, Options(), echo=True)
    except (SymbackpropError, RecursionError):
        return None
    return text_of_sides(sides.left, sides.right, claim.sign)


# -- the question


def _ask(document: Document, sides: Sides, deadline: float) -> Verdict:
    seconds = min(SECONDS, deadline - time.monotonic())
    if seconds <= 0.05:
        return Verdict("unread", notes=("no time was left for this document",))
    context = context_of(document, sides)
    linear = frozenset(e.name for e in context.formula.equations if _is_polynomial(e.rhs)) & frozenset(context.unfolded)
    attempts = [(sides.right, sides.left, replace(context, keep=linear))] if linear else []
    expanded = sides.right.expand(), sides.left.expand()
    if expanded != (sides.right, sides.left):
        attempts += [(*expanded, replace(context, keep=linear))]
    # Deep nets are proved with z = Wx + b left as names; a proof that holds for any z holds for this one.
    for right, left, with_names in attempts:
        if prove(right, left, with_names, sides.indices, 0.2 * seconds) is not None:
            return Verdict("proved")
    left_over = max(0.2, min(0.6 * seconds, deadline - time.monotonic()))
    found = judge(sides.right, sides.left, context, sides.indices, left_over)
    if found.verdict == "agrees" and _proved_expanded(sides, context, linear, 0.2 * seconds):
        return Verdict("proved")
    return found


def _proved_expanded(sides: Sides, context: Context, linear: frozenset[str], seconds: float) -> bool:
    """A last attempt: definitions put in and everything multiplied out before the normal form is asked."""
    names = [n for n in context.unfolded if n not in linear]
    try:
        right, left = (substitute(simplified(x), context.formula, names) for x in (sides.right, sides.left))
    except NotSupported:
        return False
    if left.count_ops() + right.count_ops() > _EXPANDABLE:
        return False
    return any(
        prove(right.expand(), left.expand(), c, sides.indices, 0.5 * seconds) is not None
        for c in (replace(context, keep=linear), context)
    )


def _is_polynomial(expr: Expr) -> bool:
    """Whether an equation is made of sums and products alone, and sums over an index at that."""
    return bool(expr.atoms(Total)) and not expr.atoms(Pow, Elementwise, Where, MaxOver)


def context_of(document: Document, sides: Sides) -> Context:
    """The forward pass that a question needs, with what is assumed of its inputs."""
    scope, algebra = sides.elaborator.scope, document.algebra
    equations = {n: _settled(e, algebra) for n, e in scope.equations.items()}
    needed = _needed(equations, (sides.left, sides.right))
    tensors: dict[str, Tensor] = {}
    equations = {n: e for n, e in equations.items() if n in needed}
    for s in scope.symbols.values():
        shape = tuple(algebra.size(n) for n in s.shape)
        if s.name in equations:
            tensors[s.name] = Tensor(s.name, "defined", shape)
        elif s.name in needed:
            role = "label" if s.role == "label" else "input"
            tensors[s.name] = Tensor(s.name, role, shape, s.classes)
    assumptions = tuple(a for a in document.assumptions if a.tensor in tensors and a.tensor not in equations)
    return Context(Formula(tensors | _upstreams(equations, sides, tensors), _ordered(equations)), assumptions)


def _upstreams(equations: dict[str, Equation], sides: Sides, known: dict[str, Tensor]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for x in (*(e.rhs for e in equations.values()), sides.left, sides.right):
        for e in x.atoms(Entry):
            if e.name not in known and all(isinstance(s, Index) for s in e.slots):
                found[e.name] = Tensor(e.name, "input", tuple(s.size for s in e.slots))
    return found


def _settled(e: Equation, algebra: object) -> Equation:
    slots = tuple(Index(i.name, algebra.size(i.size)) for i in e.indices)  # type: ignore[attr-defined]
    return Equation(e.name, slots, algebra.settled_expr(e.rhs))  # type: ignore[attr-defined]


def _needed(equations: dict[str, Equation], sides: tuple[Expr, ...]) -> set[str]:
    found: set[str] = set()
    todo = [e.name for x in sides for e in x.atoms(Entry)]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            if name in equations:
                todo += equations[name].reads
    return found


def _ordered(equations: dict[str, Equation]) -> tuple[Equation, ...]:
    return tuple(equations.values())


__all__ = ["Derivatives", "Judgement", "Scope", "judged"]
