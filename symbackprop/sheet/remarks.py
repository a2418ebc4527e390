"""What a textbook says of a gradient beside its formula: a table of shapes that formulas have, and a sentence for each.

A remark is made where the formula has the shape, whatever layer it came from.
"""

from collections.abc import Callable, Mapping

from sympy import Add, Expr, Mul

from symbackprop.derivation import Adjoint
from symbackprop.equations import Equation
from symbackprop.indices import ArgMax, Index, Total
from symbackprop.sheet.context import Context
from symbackprop.terms import Delta, Entry

Shown = Mapping[str, str]
Shape = Callable[
    [Context, Adjoint], Shown | None
]  # the symbols that the sentence names; None where it has no such shape


def remarks(context: Context, adjoint: Adjoint) -> list[str]:
    """The sentences that fit the result."""
    found = []
    for shape, sentence in _TABLE:
        shown = shape(context, adjoint)
        if shown is not None:
            found.append(sentence.format_map(shown))
    return found


def _flipped(context: Context, adjoint: Adjoint) -> Shown | None:
    """The kernel W of Σ_r W_r g_{i-r}."""
    for body, bound in _summed(adjoint.equation.rhs):
        entries = [f for f in Mul.make_args(body) if isinstance(f, Entry)]
        arriving = [e for e in entries if e.name in context.style.adjoints]
        backwards = {r for e in arriving for s in e.slots if isinstance(s, Add) for r in bound if s.coeff(r) == -1}
        kernels = [e for e in entries if e not in arriving and backwards and backwards <= set(e.slots)]
        if len(kernels) == 1 and len(entries) == 2:
            return {"kernel": context.style.entry(kernels[0].name)}
    return None


def _selected(context: Context, adjoint: Adjoint) -> Shown | None:
    """What is handed on where an index is that of a largest entry."""
    for body, _ in _summed(adjoint.equation.rhs):
        factors = Mul.make_args(body)
        entries = [f for f in factors if isinstance(f, Entry)]
        if entries and any(isinstance(f, Delta) and f.has(ArgMax) for f in factors):
            return {"handed": context.style.entry(entries[0].name)}
    return None


def _reversed(context: Context, adjoint: Adjoint) -> Shown | None:
    """Whether the gradient of the next step has a part in it."""
    if adjoint.tensor.name not in {e.name for e in context.formula.equations if e.is_boundary}:
        return None
    arriving = [e for e in adjoint.equation.rhs.atoms(Entry) if e.name in context.style.adjoints]
    return {} if any(map(_is_next, arriving)) else None


def _of_softmax(context: Context, adjoint: Adjoint) -> Shown | None:
    """P and dP of P_j (dP_j - Σ_k P_k dP_k), where the sum is over the last axis."""
    factors = Mul.make_args(adjoint.equation.rhs)
    values = [f for f in factors if isinstance(f, Entry) and f.slots == adjoint.equation.slots]
    differences = [f for f in factors if isinstance(f, Add)]
    if len(factors) != 2 or len(values) != 1 or len(differences) != 1 or not adjoint.equation.slots:
        return None
    value, i = values[0], values[0].slots[-1]
    arrives = context.derivation.adjoints.get(value.name)
    if arrives is None or not isinstance(i, Index):
        return None
    arriving = Entry(arrives.equation.name, *value.slots)
    if differences[0] != arriving - Total(value * arriving, i):
        return None
    return {"S": context.style.entry(adjoint.tensor.name), "P": context.style.entry(value.name)}


def _shared_by_steps(context: Context, adjoint: Adjoint) -> Shown | None:
    """The number of steps, where the gradient by a weight of a recurrence is a sum over them."""
    boundaries = [e for e in context.formula.equations if e.is_boundary]
    steps = {context.formula.tensors[e.name].shape[k] for e in boundaries for k in _places(e)}
    if len(adjoint.equation.slots) < 2 or adjoint.tensor.role != "param" or steps & set(adjoint.tensor.shape):
        return None
    found = [i.size for _, bound in _summed(adjoint.equation.rhs) for i in bound if i.size in steps]
    return {"steps": context.latex(found[0])} if found else None


def _places(boundary: Equation) -> list[int]:
    """The axes along which a boundary has a number for an index."""
    return [k for k, s in enumerate(boundary.slots) if not s.atoms(Index)]


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
        "This is a full correlation with the flipped kernel: ${kernel}$ is read from its end, over all places, where "
        "the gradient that arrives counts as 0 beside its axis.",
    ),
    (
        _selected,
        "This is a selection: an entry that was the largest of a window receives that window's ${handed}$, all others "
        "receive nothing.",
    ),
    (
        _of_softmax,
        "This is the gradient of a softmax: in matrix form $\\mathrm{{d}}{S} = {P} \\odot (\\mathrm{{d}}{P} - "
        "\\operatorname{{rowsum}}(\\mathrm{{d}}{P} \\odot {P}))$, where $\\mathrm{{d}}$ marks the gradient by a "
        "tensor and $\\operatorname{{rowsum}}$ adds up along the last axis.",
    ),
    (
        _shared_by_steps,
        "The weight is the same in all ${steps}$ steps: its gradient is a sum over the steps, a term for what each of "
        "them contributes.",
    ),
    (
        _reversed,
        "The step after it has its part: this is a recurrence that runs from the last step to the first.",
    ),
)
