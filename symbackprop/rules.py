"""Table of laws: what a derivation may do to an expression, each with its name, its statement and an example.

A step of a derivation names one of these laws. ``rewrite`` does it; the laws without one are statements that the
derivation itself carries out (the chain rule introduces a partial derivative, differentiation takes it).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr

from symbackprop.contraction import contract
from symbackprop.deviations import without_deviations
from symbackprop.equations import Equation
from symbackprop.factoring import collect, merge_where, pull_out
from symbackprop.folding import recall


@dataclass(frozen=True)
class Context:
    """What a law may look at: K of each label tensor, the equations whose names may be recalled, and those of means."""

    classes: Mapping[str, Expr] = field(default_factory=dict)
    named: Sequence[Equation] = ()
    means: Sequence[Equation] = ()


@dataclass(frozen=True)
class Law:
    """``title`` is for people, ``latex`` states the law, ``rewrite`` applies it."""

    name: str
    title: str
    latex: str
    rewrite: Callable[[Expr, Context], Expr] | None = None


_TABLE = [
    Law(
        "chain_rule",
        "vector chain rule",
        r"\frac{\partial C}{\partial v_p} = \sum_{q} \frac{\partial C}{\partial u_q} \frac{\partial u_q}{\partial v_p}",
    ),
    Law(
        "total_derivative",
        "total derivative: sum over all consumers",
        r"\frac{\partial C}{\partial v_p} = "
        r"\sum_{u} \sum_{q} \frac{\partial C}{\partial u_q} \frac{\partial u_q}{\partial v_p}",
    ),
    Law(
        "differentiate",
        "differentiate",
        r"\frac{\partial x_{q}}{\partial x_{p}} = \delta_{qp}, \quad (uv)' = u'v + uv', \quad f(u)' = f'(u)\,u'",
    ),
    Law(
        "contract_delta",
        "contract the Kronecker deltas",
        r"\sum_{i} \delta_{ik} f_i = f_k",
        lambda e, c: contract(e, c.classes),
    ),
    Law("merge_where", "merge equal cases", r"[c]\,a + [c]\,b = [c]\,(a + b)", lambda e, c: merge_where(e)),
    Law(
        "recall",
        "recall named values",
        r"a_j = f(z_j) \implies f(z_j) \text{ is written } a_j",
        lambda e, c: recall(e, c.named),
    ),
    Law(
        "deviations",
        "deviations from the mean sum to zero",
        r"m = \frac{1}{N} \sum_{i} x_i \implies \sum_{i} (x_i - m) = 0",
        lambda e, c: without_deviations(e, c.means),
    ),
    Law("pull_out", "constants in front of the sum", r"\sum_{i} c\, f_i = c \sum_{i} f_i", lambda e, c: pull_out(e)),
    Law("collect", "common factor", r"ab + ac = a(b + c)", lambda e, c: collect(e)),
]

LAWS: dict[str, Law] = {law.name: law for law in _TABLE}

REWRITES: tuple[Law, ...] = tuple(law for law in _TABLE if law.rewrite is not None)
