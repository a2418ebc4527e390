"""A function of one number that the document gives only after it was used: "the special case f(x) = max(x, 0)".

From there on the forward pass is the one with the function put in. What is claimed before was claimed of any function;
a refutation of it would be premature, since the function may be what makes it right.
"""

from collections.abc import Callable

from sympy import Expr, Symbol

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.meaning.functions_of import is_unknown_function
from symbackprop.equations import Equation
from symbackprop.functions import Elementwise

Body = Callable[[Expr, int], Expr]


def put_in(document: Document, name: str, body: Body) -> None:
    """Begin a scope in which a function that equations use as an unknown one is ``body(argument, primes)``."""
    old = document.scope
    uses = {n: e for n, e in old.equations.items() if any(_primes(x, name) is not None for x in _functions(e.rhs))}
    if not uses:
        return
    for c in document.claims:
        if c.scope is old:
            c.cost = document.cost()
    old.given_further_down = name
    document.scope = old.copy()
    document.scope.given_further_down = ""
    for n, e in uses.items():
        document.scope.equations[n] = Equation(n, e.slots, _filled(e.rhs, name, body))


def _functions(expr: Expr) -> set[Elementwise]:
    return {e for e in expr.atoms(Elementwise) if is_unknown_function(e)}


def _primes(expr: Elementwise, name: str) -> int | None:
    """How many primes an unknown function of that name carries; None for another."""
    own = type(expr).__name__
    return len(own) - len(name) if own.rstrip("'") == name else None


def _filled(expr: Expr, name: str, body: Body) -> Expr:
    """The expression with the function put in, from the inside out."""
    found = next((e for e in _functions(expr) if _primes(e, name) is not None), None)
    while found is not None:
        primes = _primes(found, name)
        assert primes is not None
        inner = _filled(found.args[0], name, body)
        place = Symbol("~filled", real=True)
        expr = expr.xreplace({found: place}).xreplace({place: body(inner, primes)})
        found = next((e for e in _functions(expr) if _primes(e, name) is not None), None)
    return expr
