"""``np.add.at``: addition into places that may repeat."""

from typing import Any

from symbackprop.claims.numpy.arrays import IndexArray, lifted
from symbackprop.claims.numpy.axes import axis_index, broadcast, indices, moved
from symbackprop.claims.numpy.indexing import key_parts, places, row
from symbackprop.claims.numpy.trace import NotLifted
from symbackprop.indices import fresh, totals
from symbackprop.terms import Delta


@row("add.at")
def add_at(a: IndexArray, key: Any, value: Any) -> None:
    """``np.add.at``: every position counts, repeats too."""
    parts = key_parts(key, a.ndim)
    fancy = {k: places(p, a.sizes[k]) for k, p in enumerate(parts) if not isinstance(p, slice)}
    if any(isinstance(p, slice) and p != slice(None) for p in parts) or sorted(fancy) != list(range(len(fancy))):
        raise NotLifted("np.add.at with slices before or beside the positions")
    chosen = broadcast(*(f.sizes for f in fancy.values()))
    new = lifted(value)
    whole = (*chosen, *a.sizes[len(fancy) :])
    broadcast(whole, new.sizes)
    runs = {
        axis_index(chosen, k): fresh(axis_index(chosen, k)) for k in range(len(chosen)) if indices(chosen[k : k + 1])
    }
    rule = {axis_index(whole, k): runs[axis_index(chosen, k)] for k in range(len(chosen)) if indices(chosen[k : k + 1])}
    rule |= {
        axis_index(whole, k): axis_index(a.sizes, k - len(chosen) + len(fancy)) for k in range(len(chosen), len(whole))
    }
    term = new.expr.xreplace({k: v for k, v in rule.items() if k != v})
    for k, f in fancy.items():
        at = moved(f.expr, f.sizes, chosen, [len(chosen) - f.ndim + m for m in range(f.ndim)])
        term *= Delta(axis_index(a.sizes, k), at.xreplace(runs))
    a += IndexArray(totals(term, *runs.values()), a.sizes, a.weight + new.weight + 3)
