"""Laws that keep numbers in range: equal expressions which do not overflow where the textbook's do.

The equations of a sheet stay as they are taught; code generation applies these laws, and the sheet lists them. They
look through one name: ``p[n,k] = exp(z[n,k])/sum(k, exp(z[n,k]))`` and ``log(p[n,t[n]])`` meet in one law although
the formula has them in two equations. Numerator and denominator are shifted by the same maximum, which code computes
once.
"""

from collections.abc import Callable, Mapping

from sympy import Add, Expr, Mul, Pow, S

from symbackprop.equations import Equation
from symbackprop.functions import FUNCTIONS
from symbackprop.indices import Binder, Index, MaxOver, Total
from symbackprop.rules import Context, Law
from symbackprop.terms import Entry, is_affine

exp, log, sigmoid, softplus = (FUNCTIONS[name].cls for name in ("exp", "log", "sigmoid", "softplus"))
_Defined = Mapping[str, Equation]


def log_sum_exp(e: Expr) -> Expr:
    """log Σ exp f = m + log Σ exp(f - m), where m = max f.

    >>> from symbackprop.indices import size
    >>> k = Index("k", size("K"))
    >>> log_sum_exp(log(Total(exp(Entry("z", k)), k)))
    log(Total(exp(z[#2] - MaxOver(z[#1], #1)), #2)) + MaxOver(z[#1], #1)
    """
    if not isinstance(e, log):
        return e
    m = _maximum(e.args[0])
    shifted = _shifted(e.args[0], m) if m is not None else None
    return e if shifted is None or m is None else log(shifted) + m


def softmax(e: Expr) -> Expr:
    """exp f / Σ exp f = exp(f - m) / Σ exp(f - m), where m = max f.

    >>> from symbackprop.indices import size
    >>> i, k = Index("i", size("K")), Index("k", size("K"))
    >>> softmax(exp(Entry("z", i)) / Total(exp(Entry("z", k)), k))
    exp(z[i] - MaxOver(z[#1], #1))/Total(exp(z[#2] - MaxOver(z[#1], #1)), #2)
    """
    if not isinstance(e, Mul):
        return e
    for divisor in e.args:
        if isinstance(divisor, Pow) and divisor.exp.is_negative:
            m = _maximum(divisor.base)
            below = _shifted(divisor.base, m) if m is not None else None
            above = _shifted(e / divisor, m, -divisor.exp) if m is not None else None
            if below is not None and above is not None:
                return above * below**divisor.exp
    return e


def log_of_quotient(e: Expr) -> Expr:
    """log(exp f / Σ exp f) = f - log Σ exp f.

    >>> from symbackprop.indices import size
    >>> i, k = Index("i", size("K")), Index("k", size("K"))
    >>> log_of_quotient(log(exp(Entry("z", i)) / Total(exp(Entry("z", k)), k)))
    -log(Total(exp(z[#1]), #1)) + z[i]
    """
    if not (isinstance(e, log) and isinstance(e.args[0], Mul)):
        return e
    terms = []
    for f in e.args[0].args:
        if isinstance(f, exp):
            terms.append(f.args[0])
        elif isinstance(f, Pow) and f.exp.is_number and _maximum(f.base) is not None:
            terms.append(f.exp * log(f.base))
        else:
            return e
    return Add(*terms)


def log_sigmoid(e: Expr) -> Expr:
    """log σ(x) = -softplus(-x); log(1 - σ(x)) = -softplus(x).

    >>> z = Entry("z")
    >>> log_sigmoid(log(sigmoid(z))), log_sigmoid(log(1 - sigmoid(z)))
    (-softplus(-z), -softplus(z))
    """
    if isinstance(e, log):
        x = e.args[0]
        if isinstance(x, sigmoid):
            return -softplus(-x.args[0])
        if isinstance(1 - x, sigmoid):
            return -softplus((1 - x).args[0])
    return e


def softplus_of_exp(e: Expr) -> Expr:
    """log(1 + exp x) = softplus(x), which is computed as logaddexp(x, 0).

    >>> softplus_of_exp(log(1 + exp(Entry("z"))))
    softplus(z)
    """
    x = e.args[0] - 1 if isinstance(e, log) else None
    return softplus(x.args[0]) if isinstance(x, exp) else e


def sigmoid_of_exp(e: Expr) -> Expr:
    """1/(1 + exp(-x)) = σ(x); exp(x)/(1 + exp(x)) = σ(x).

    >>> z = Entry("z")
    >>> sigmoid_of_exp(1 / (1 + exp(-z))), sigmoid_of_exp(exp(z) / (1 + exp(z)))
    (sigmoid(z), sigmoid(z))
    """
    factors = Mul.make_args(e)
    for divisor in factors:
        if isinstance(divisor, Pow) and divisor.exp == -1 and isinstance(divisor.base - 1, exp):
            x = (divisor.base - 1).args[0]
            rest = e / divisor
            return rest / exp(x) * sigmoid(x) if exp(x) in factors else rest * sigmoid(-x)
    return e


_TABLE: list[tuple[str, str, str, Callable[[Expr], Expr]]] = [
    ("log_of_quotient", "logarithm of a softmax",
     r"\log\frac{e^{f_i}}{\sum_j e^{f_j}} = f_i - \log\sum_j e^{f_j}", log_of_quotient),
    ("log_sum_exp", "log-sum-exp, shifted by the maximum",
     r"\log\sum_j e^{f_j} = m + \log\sum_j e^{f_j - m}, \quad m = \max_j f_j", log_sum_exp),
    ("softmax", "softmax, shifted by the maximum",
     r"\frac{e^{f_i}}{\sum_j e^{f_j}} = \frac{e^{f_i - m}}{\sum_j e^{f_j - m}}, \quad m = \max_j f_j", softmax),
    ("log_sigmoid", "logarithm of the logistic function",
     r"\log\sigma(x) = -\operatorname{softplus}(-x), \quad \log(1 - \sigma(x)) = -\operatorname{softplus}(x)",
     log_sigmoid),
    ("softplus", "softplus", r"\log(1 + e^{x}) = \operatorname{softplus}(x)", softplus_of_exp),
    ("sigmoid", "logistic function", r"\frac{1}{1 + e^{-x}} = \frac{e^{x}}{1 + e^{x}} = \sigma(x)", sigmoid_of_exp),
]  # fmt: skip


def _as_rewrite(rewrite: Callable[[Expr], Expr]) -> Callable[[Expr, Context], Expr]:
    return lambda e, _: rewrite(e)


STABLE_LAWS: dict[str, Law] = {
    name: Law(name, title, latex, _as_rewrite(rewrite)) for name, title, latex, rewrite in _TABLE
}


def stabilise(e: Expr, defined: _Defined | None = None) -> Expr:
    """The expression with the laws applied wherever they fit; ``defined``: equations whose names are looked through.

    >>> z = Entry("z")
    >>> stabilise(1 + log(Entry("p")), {"p": Equation("p", (), sigmoid(z))})
    1 - softplus(-z)
    """
    if isinstance(e, Binder):
        body, i = e.open()
        new = stabilise(body, defined)
        return e if new == body else e.func(new, i)
    if not e.args or isinstance(e, Entry) or not e.has(exp, log):
        return e
    if isinstance(e, log) and defined:
        e = _looked_through(e, defined)
    for _, _, _, rewrite in _TABLE:
        e = rewrite(e)
    args = [stabilise(a, defined) for a in e.args]
    return e if all(a is b for a, b in zip(args, e.args, strict=True)) else e.func(*args)


def _looked_through(e: Expr, defined: _Defined) -> Expr:
    """The logarithm with a named softmax or logistic value written out, where that lets a law apply."""
    rule = {}
    for entry in (e.args[0], 1 - e.args[0]):
        equation = defined.get(entry.name) if isinstance(entry, Entry) else None
        if equation is not None and _is_plain(equation, entry):
            rule[entry] = equation.rhs.xreplace(dict(zip(equation.slots, entry.slots, strict=True)))
    written = log(e.args[0].xreplace(rule)) if rule else e
    return written if any(rewrite(written) != written for _, _, _, rewrite in _TABLE) else e


def _is_plain(equation: Equation, entry: Expr) -> bool:
    """Whether the entry is the right side with its indices replaced: no zero padding, no boundary comes between."""
    return all(isinstance(s, Index) for s in equation.slots) and not any(is_affine(s) for s in entry.args[1:])


def _maximum(e: Expr) -> Expr | None:
    """The maximum of f, for Σ exp f that is not shifted yet; None for anything else."""
    if isinstance(e, Total):
        body, i = e.open()
        if isinstance(body, Total):
            inner = _maximum(body)
            return None if inner is None else MaxOver(inner, i)
        if isinstance(body, exp) and not _is_shifted(body.args[0]) and i in body.args[0].free_symbols | _indices(body):
            return MaxOver(body.args[0], i)
    return None


def _indices(e: Expr) -> set:
    return e.atoms(Index)


def _is_shifted(f: Expr) -> bool:
    return any(isinstance(-t, MaxOver) for t in Add.make_args(f))


def _shifted(e: Expr, m: Expr, times: Expr = S.One) -> Expr | None:
    """The expression divided by exp(m)**times, inside of its exponentials; None where it has not as many."""
    if isinstance(e, Total):
        body, i = e.open()
        new = _shifted(body, m, times)
        return None if new is None else Total(new, i)
    new_factors = []
    for f in Mul.make_args(e):
        base, power = f.as_base_exp()
        if isinstance(base, exp) and power.is_Integer and 0 < power <= times:
            f, times = exp(base.args[0] - m) ** power, times - power
        elif isinstance(f, Total) and times > 0:
            inner = _shifted(f, m)
            f, times = (f, times) if inner is None else (inner, times - 1)
        new_factors.append(f)
    return Mul(*new_factors) if times == 0 else None


__all__ = ["STABLE_LAWS", "stabilise"]
