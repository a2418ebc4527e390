"""What a textbook says of a gradient beside its formula: a table of shapes that formulas have, and a sentence for each.

A remark is made where the formula has the shape, whatever layer it came from.
"""

from collections.abc import Callable

from sympy import Add, Expr, Mul

from symbackprop.derivation import Adjoint
from symbackprop.indices import ArgMax, Index, Total
from symbackprop.sheet.context import Context
from symbackprop.terms import Delta, Entry

Shape = Callable[[Adjoint], Entry | None]


def remarks(context: Context, adjoint: Adjoint) -> list[str]:
    """The sentences that fit the result."""
    found = []
    for shape, sentence in _TABLE:
        entry = shape(adjoint)
        if entry is not None:
            found.append(sentence.format(symbol=context.style.entry(entry.name)))
    return found


def _flipped(adjoint: Adjoint) -> Entry | None:
    """The kernel W of Σ_r W_r g_{i-r}."""
    for body, bound in _summed(adjoint.equation.rhs):
        entries = [f for f in Mul.make_args(body) if isinstance(f, Entry)]
        backwards = {r for e in entries for s in e.slots if isinstance(s, Add) for r in bound if s.coeff(r) == -1}
        kernels = [e for e in entries if backwards and backwards <= set(e.slots)]
        if len(kernels) == 1 and len(entries) == 2:
            return kernels[0]
    return None


def _selected(adjoint: Adjoint) -> Entry | None:
    """What is handed on where an index is that of a largest entry."""
    for body, _ in _summed(adjoint.equation.rhs):
        factors = Mul.make_args(body)
        entries = [f for f in factors if isinstance(f, Entry)]
        if entries and any(isinstance(f, Delta) and f.has(ArgMax) for f in factors):
            return entries[0]
    return None


def _reversed(adjoint: Adjoint) -> Entry | None:
    """What comes from the next step, where the derivation adds a boundary beyond the last one."""
    later = [e for e in adjoint.equation.rhs.atoms(Entry) if e.name.startswith("d") and _is_next(e)]
    return later[0] if later and not adjoint.boundaries else None


def _is_next(entry: Entry) -> bool:
    return any(isinstance(s, Add) and len(s.args) == 2 and 1 in s.args and s.atoms(Index) for s in entry.slots)


def _summed(expr: Expr) -> list[tuple[Expr, list[Index]]]:
    """The bodies of the outermost sums in each term, with their indices."""
    found = []
    for term in Add.make_args(expr):
        for factor in Mul.make_args(term):
            indices: list[Index] = []
            while isinstance(factor, Total):
                factor, i = factor.open()
                indices.append(i)
            if indices:
                found.append((factor, indices))
    return found


_TABLE: tuple[tuple[Shape, str], ...] = (
    (
        _flipped,
        "This is a full correlation with the flipped kernel: ${symbol}$ is read from its end, over all places, where "
        "the gradient that arrives counts as 0 beside its axis.",
    ),
    (
        _selected,
        "This is a selection: an entry that was the largest of a window receives that window's ${symbol}$, all others "
        "receive nothing.",
    ),
    (
        _reversed,
        "The step after it has its part: this is a recurrence that runs from the last step to the first.",
    ),
)
