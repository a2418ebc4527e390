"""Other networks made from one: inline activations taken apart, batch norm put before activations, ReLU made leaky.

All of it rewrites equations, so that it is the same for a ``Sequential`` and for a formula that a person wrote; nothing
has to be said of gradients, which are derived anew.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from sympy import Expr

from symbackprop.equations import Equation, Formula, Renaming, Tensor
from symbackprop.functions import Elementwise, row_of
from symbackprop.indices import Index
from symbackprop.network import Network
from symbackprop.notation import formula as read
from symbackprop.terms import Entry, Where

LEAK = "1/100"  # of LeakyReLU, as PyTorch's
_LETTERS = "nhlqrsuv"


def taken_apart(network: Network) -> Network:
    """The same network, ``h = f(W x + b)`` written as ``h_in = W x + b`` and ``h = f(h_in)``."""
    formula = network.formula
    tensors, equations = dict(formula.tensors), []
    for e in formula.equations:
        if not _is_inline(formula, e):
            equations.append(e)
            continue
        name = _free(f"{e.name}_in", tensors)
        tensors[name] = Tensor(name, "defined", e.shape)
        equations.append(Equation(name, e.slots, e.rhs.args[0]))
        equations.append(Equation(e.name, e.slots, e.rhs.func(Entry(name, *e.slots))))
    return replace(network, formula=replace(formula, tensors=tensors, equations=tuple(equations), source=""))


def _is_inline(formula: Formula, e: Equation) -> bool:
    is_function = isinstance(e.rhs, Elementwise) and not isinstance(e.rhs.args[0], Entry)
    is_recurrent = e.is_boundary or e.name in e.reads or any(formula.boundaries.get(n) for n in e.reads)
    return bool(is_function and e.slots and not is_recurrent)


def _free(name: str, taken: Iterable[str]) -> str:
    known = set(taken)
    return name if name not in known else next(f"{name}{k}" for k in range(2, 10_000) if f"{name}{k}" not in known)


def with_leaky_relu(network: Network, activations: Iterable[str]) -> Network | None:
    """relu(z) as where(z > 0, z, z/100) in the named tensors' equations; None where there is none."""
    wanted, changed = set(activations), False
    equations = []
    for e in network.formula.equations:
        rhs = _leaky(e.rhs) if e.name in wanted else e.rhs
        changed |= rhs != e.rhs
        equations.append(e if rhs == e.rhs else Equation(e.name, e.slots, rhs))
    return _other(network, replace(network.formula, equations=tuple(equations))) if changed else None


def _leaky(expr: Expr) -> Expr:
    found = [a for a in expr.atoms(Elementwise) if (row := row_of(a)) is not None and row.name == "relu"]
    return expr.xreplace({a: _LEAKY.xreplace({Entry("x"): a.args[0]}) for a in found})


_LEAKY = read(f"input x\ny = where(x > 0, x, x*{LEAK})").equations[0].rhs
assert isinstance(_LEAKY, Where)


def with_batch_norm(network: Network, before: dict[str, tuple[str, list[int]]]) -> Network | None:
    """Batch norm between each activation and what it reads; None where it fits nowhere.

    ``before`` maps the activation's tensor to (the tensor that it reads, the axis of the units).
    """
    formula, keys, starts = network.formula, dict(network.parameters), dict(network.starts)
    tensors, equations = dict(formula.tensors), []
    for e in formula.equations:
        source, axes = before.get(e.name, ("", []))
        if len(axes) != 1 or not all(isinstance(s, Index) for s in e.slots):
            equations.append(e)
            continue
        base = _norm(len(e.slots), axes[0])
        names = {n: _free(f"{n}_{e.name}", tensors) for n in base.tensors if n != "z"} | {"z": source}
        sizes = dict(zip(base.tensors["z"].lengths, formula.tensors[source].lengths, strict=True))
        renaming = Renaming(names, sizes, base)
        for n, t in base.tensors.items():
            if n != "z":
                tensors[names[n]] = Tensor(names[n], t.role, renaming.shape(t.shape))
        equations += [b.renamed(renaming) for b in base.equations]
        equations.append(Equation(e.name, e.slots, e.rhs.xreplace(_reads(e, source, names["y"]))))
        keys |= {names["g"]: names["g"], names["b"]: names["b"]}
        starts |= {names["g"]: ("ones", None), names["b"]: ("zeros", None)}
    if len(keys) == len(network.parameters):
        return None
    changed = replace(formula, tensors=tensors, equations=tuple(equations))
    return _other(replace(network, parameters=keys, starts=starts), changed)


@lru_cache(maxsize=16)
def _norm(rank: int, axis: int) -> Formula:
    """Batch norm of an input with so many axes over all but one of them; once, so that copies are derived once."""
    letters = list(_LETTERS[:rank])
    letters[axis] = "c"
    z, rest = f"z[{', '.join(letters)}]", ", ".join(i for k, i in enumerate(letters) if k != axis)
    sizes = ", ".join(i.upper() for i in letters)
    return read(
        f"input z[{sizes}]\nparam g[C], b[C]\nm[c] = mean({rest}, {z})\nv[c] = mean({rest}, ({z} - m[c])**2)\n"
        f"y[{', '.join(letters)}] = g[c]*({z} - m[c])/sqrt(v[c] + 0.00001) + b[c]"
    )


def _reads(e: Equation, old: str, new: str) -> dict[Expr, Expr]:
    return {a: Entry(new, *a.slots) for a in e.rhs.atoms(Entry) if a.name == old}


def _other(network: Network, formula: Formula) -> Network:
    return replace(network, formula=replace(formula, source=""), evaluation=None)
