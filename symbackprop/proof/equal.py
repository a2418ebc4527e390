"""Proof of equality: the difference of two expressions has the normal form zero.

Before anything is called proved, the difference is also evaluated in ball arithmetic at random admissible points:
an unsound rewrite must not prove, and assumptions that nothing satisfies prove nothing.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sympy import Expr

from symbackprop.equations import Equation
from symbackprop.indices import Index, is_literal
from symbackprop.proof.atoms import OutOfTime, Undecided, Workspace
from symbackprop.proof.clearing import vanishes
from symbackprop.proof.context import Context
from symbackprop.proof.powers import minus
from symbackprop.proof.reading import Reader
from symbackprop.proof.refute import Question, search
from symbackprop.terms import Entry

_WITNESSES = 2


@dataclass(frozen=True)
class Proof:
    """That two expressions are equal; ``witnesses`` is how many admissible points were looked at."""

    witnesses: int


def prove(
    a: Expr, b: Expr, context: Context, indices: Sequence[Index] | None = None, seconds: float = 5.0
) -> Proof | None:
    """A proof that the two are equal for all sizes and values that the context admits, or None.

    >>> from symbackprop.functions import apply
    >>> from symbackprop.terms import Entry
    >>> z = Entry("z")
    >>> prove(apply("tanh", z), 2*apply("sigmoid", 2*z) - 1, Context()) is not None
    True
    """
    try:
        if not same_normal_form(a, b, context, time.process_time() + seconds):
            return None
    except OutOfTime:
        return None
    question = Question(a, b, context, free_indices(a, b) if indices is None else tuple(indices))
    point, agreeing = search(question, _WITNESSES, time.process_time() + seconds)
    return Proof(len(agreeing)) if point is None and agreeing else None


def same_normal_form(a: Expr, b: Expr, context: Context, deadline: float | None = None) -> bool:
    """Whether the difference has the normal form zero; the bare algebra, without witnesses."""
    formula = context.closed((a, b))
    w = Workspace(context.facts(formula), deadline)
    for unfold in unfoldings(context, a, b):
        for windows in (True, False):
            reader = Reader(w, unfold, formula.boundaries, windows=windows)
            try:
                if vanishes(w, minus(reader.read(a), reader.read(b))):
                    return True
            except OutOfTime:
                raise
            except (Undecided, RecursionError):
                pass
            if not reader.moved:  # what a definition puts in later may have stood as it was
                break
    return _same_entrywise(w, a, b, context, formula.boundaries)


def _same_entrywise(
    w: Workspace, a: Expr, b: Expr, context: Context, bounded: Mapping[str, tuple[Equation, ...]]
) -> bool:
    """The same algebra entry by entry, along the axes whose sizes are numbers."""
    indices = [i for i in free_indices(a, b) if is_literal(i.size)]
    *_, unfold = unfoldings(context, a, b)
    sizes = {i.size for x in (a, b, *(e.rhs for e in unfold.values())) for i in x.atoms(Index)}
    if not any(map(is_literal, sizes)):
        return False
    reader = Reader(w, unfold, bounded, entrywise=True)
    try:
        gap = minus(reader.read(a), reader.read(b))
        return all(vanishes(w, p) for p in reader.entries_of(gap, indices))
    except OutOfTime:
        raise
    except (Undecided, RecursionError):
        return False


def unfoldings(context: Context, *expressions: Expr) -> Iterator[dict[str, Equation]]:
    """Which definitions to put in for names: none, then those farthest from the inputs, down to all of them.

    What two sides have in common stays a name where that suffices; each choice is sound, the first are quick.
    """
    definitions, ranks, base = context.unfolded, context.ranks, context.aliasing
    needed = context.needed({e.name for x in expressions for e in x.atoms(Entry)}) & definitions.keys()
    yield base
    for name, equation in context.steps.items():
        yield {**base, name: equation}
    for lowest in sorted({ranks[n] for n in needed}, reverse=True):
        yield {**base, **{n: definitions[n] for n in needed if ranks[n] >= lowest}}
    if context.steps:
        yield {**base, **{n: definitions[n] for n in needed}, **context.steps}


def free_indices(*expressions: Expr) -> tuple[Index, ...]:
    """The indices that occur free, by name."""
    found = {i for x in expressions for i in x.free_symbols if isinstance(i, Index)}
    found |= {i for x in expressions for i in x.atoms(Index) if not i.level}
    return tuple(sorted(found, key=lambda i: i.name))
