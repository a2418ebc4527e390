"""The second moment of a formula that is linear in random weights, step by step.

The weights are independent of one another and of all else, with mean 0 and one variance: E W_p W_q = v δ_pq. That is
all that Xavier's and He's conditions rest on; the deltas are contracted by the engine that derives gradients, so a
dense layer, a convolution and the adjoint of either need no rule of their own.
"""

from collections.abc import Mapping

from sympy import Add, Expr, Mul, Pow, S

from symbackprop.contraction import contract
from symbackprop.derivation import Step
from symbackprop.equations import Equation, Tensor
from symbackprop.errors import NotSupported
from symbackprop.factoring import pull_out
from symbackprop.indices import Index, Total, fresh
from symbackprop.ranges import is_within
from symbackprop.terms import Delta, Entry

Sums = tuple[Index, ...]


def second_moment(
    equation: Equation, tensors: Mapping[str, Tensor], weights: str, variance: Expr, moments: Mapping[str, Expr]
) -> tuple[Step, ...]:
    """The steps from E t², t what the equation defines, to a formula in ``variance`` and ``moments``.

    ``moments`` gives E u² of every other tensor u that the equation reads, ``tensors`` says how long their axes are.

    The laws: ``square`` opens the square, ``independent`` takes the mean over the weights, ``contract_delta`` as in
    every derivation, ``moments`` takes the other means. Raises ``NotSupported`` where the value is not linear in the
    weights, where other tensors do not end up as squares, and where zeros beside an axis are read.

    >>> from symbackprop.notation import formula
    >>> f = formula("input x[D]\\nparam W[M, D]\\nz[k] = sum(i, W[k,i]*x[i])")
    >>> second_moment(f.equations[0], f.tensors, "W", Entry("v"), {"x": Entry("q")})[-1].after
    D*q*v
    """
    terms = [_opened(t, ()) for t in Add.make_args(equation.rhs)]
    pairs = [_product(a, b) for a in terms for b in terms]
    square = Add(*(_summed(body, sums) for body, sums in pairs))
    mean = Add(*(_summed(_mean(body, weights, variance), sums) for body, sums in pairs))
    contracted = pull_out(contract(mean, {}))
    known = _known(contracted, moments, tensors)
    return (
        Step("square", Pow(Entry(equation.name, *equation.slots), 2), square),
        Step("independent", square, mean),
        Step("contract_delta", mean, contracted),
        Step("moments", contracted, pull_out(known)),
    )


def _opened(term: Expr, sums: Sums) -> tuple[Expr, Sums]:
    """A product without its sums: its factors, and the indices that it is summed over."""
    body: Expr = S.One
    for factor in Mul.make_args(term):
        if isinstance(factor, Total):
            inner, i = factor.open()
            factor, sums = _opened(inner, (*sums, i))
        body = body * factor
    return body, sums


def _product(a: tuple[Expr, Sums], b: tuple[Expr, Sums]) -> tuple[Expr, Sums]:
    """Two sums multiplied: the second over indices of its own."""
    renamed = {i: fresh(i) for i in b[1]}
    return a[0] * b[0].xreplace(renamed), (*a[1], *renamed.values())


def _summed(body: Expr, sums: Sums) -> Expr:
    for i in reversed(sums):
        body = Total(body, i)
    return body


def _mean(body: Expr, weights: str, variance: Expr) -> Expr:
    """E over the weights of one product."""
    rest: Expr = S.One
    found: list[Entry] = []
    for factor in Mul.make_args(body):
        base, power = factor.as_base_exp()
        if isinstance(base, Entry) and base.name == weights and power in (1, 2):
            found += [base] * int(power)
        elif any(e.name == weights for e in factor.atoms(Entry)):
            raise NotSupported(f"{factor} is not linear in {weights}")
        else:
            rest = rest * factor
    if len(found) > 2:
        raise NotSupported(f"{body} is not linear in {weights}, or a square of what is")
    if len(found) == 1:
        return S.Zero
    if found:
        rest = rest * variance * Mul(*(Delta(p, q) for p, q in zip(found[0].slots, found[1].slots, strict=True)))
    return rest


def _known(expr: Expr, moments: Mapping[str, Expr], tensors: Mapping[str, Tensor]) -> Expr:
    """E of a sum of squares, each replaced by its mean."""
    if isinstance(expr, Total):
        body, i = expr.open()
        return Total(_known(body, moments, tensors), i)
    if isinstance(expr, Pow) and expr.exp == 2 and isinstance(expr.base, Entry) and expr.base.name in moments:
        entry = expr.base
        if not all(is_within(s, n, {}) for s, n in zip(entry.slots, tensors[entry.name].lengths, strict=True)):
            raise NotSupported(f"{entry} is zero where it lies beside its axis")
        return moments[entry.name]
    if isinstance(expr, Add | Mul):
        return expr.func(*(_known(a, moments, tensors) for a in expr.args))
    if any(e.name in moments for e in expr.atoms(Entry)):
        raise NotSupported(f"the mean of {expr} is not known")
    return expr
