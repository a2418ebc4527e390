"""What derivatives are taken by, as it is written: ``a(x)``, ``x^\\top``, ``\\log \\sigma``.

A derivative by log σ is σ times that by σ: networks put out log σ, or log σ², and formulas are written in σ.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, Rational, S

from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.pairs import paired
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Script,
    Superscript,
    same,
)

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def unapplied(el: "Elaborator", by: Node, local: Local) -> Node:
    """``a(x)`` as a, where a is a symbol that was defined so."""
    if not isinstance(by, Product) or len(by.factors) != 2 or by.factors[1][0] != "":
        return by
    (_, head), (_, arguments) = by.factors
    joined = paired(el, head, arguments, local) if isinstance(arguments, Group) else None
    return head if joined is head else by


def with_plain_variables(node: Derivative) -> tuple[Derivative, bool]:
    """A derivative by ``x^\\top`` as that by x, and whether it was one: a row, or a Jacobian in numerator layout.

    The Hessian of ``\\partial x \\, \\partial x^\\top`` is symmetric, so that it is that of x twice.
    """
    plain = tuple(map(_untransposed, node.by))
    if node.kind == "nabla" or all(a is b for a, b in zip(plain, node.by, strict=True)):
        return node, False
    if node.order == 1 or (node.order == 2 and len(plain) == 2 and same(*plain)):
        return replace(node, by=plain), node.order == 1
    return node, False


def _untransposed(by: Node) -> Node:
    if not isinstance(by, Script) or by.above is None or not by.above.transposed:
        return by
    above = replace(by.above, transposed=False)
    bare = above == Superscript() and not by.below and not by.primes
    return by.base if bare else replace(by, above=None if above == Superscript() else above)


def of_logarithm(el: "Elaborator", by: Node, local: Local) -> tuple[Node, Expr] | None:
    """x, and by how much log x changes: what the derivative by x times x is multiplied with; None for all else.

    That is 1 for ``\\log x``, and 1/2 for ``\\log x^2`` unless x² is a symbol.
    """
    node = _unwrapped(by)
    if not isinstance(node, Apply) or node.name != "log" or node.below or node.primes or node.power is not None:
        return None
    x = _unwrapped(node.argument)
    if not isinstance(x, Letter | Script):
        return None
    found = find(el, x, local)
    if isinstance(x, Script) and x.above is not None and found is not None and found.above != Superscript():
        power, plain = x.above.power, replace(x, above=replace(x.above, power=None))
        if not isinstance(power, Number) or power.value != 2 or not isinstance(found.what, Symbol):
            return None
        bare = plain.above == Superscript() and not plain.below and not plain.primes
        return plain.base if bare else plain, Rational(1, 2)
    return x, S.One


def _unwrapped(node: Node) -> Node:
    while isinstance(node, Group) and node.kind == "(" and len(node.items) == 1:
        node = node.items[0]
    return node
