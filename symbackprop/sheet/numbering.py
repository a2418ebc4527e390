"""The number of every equation of a derivation, known without printing it: generated code cites them too.

Forward equations come first, as they are written; then each adjoint with its boundaries, in the order in which they are
derived. What a sheet adds (definitions of functions, extra sections) is numbered after these.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symbackprop.equations import Equation

if TYPE_CHECKING:
    from symbackprop.derivation import Derivation


def numbered(derivation: "Derivation") -> Iterator[tuple[int, Equation]]:
    """All equations of a derivation with their numbers, from 1."""
    equations = list(derivation.formula.equations)
    for adjoint in derivation.adjoints.values():
        equations += [adjoint.equation, *adjoint.boundaries]
    return enumerate(equations, start=1)


def references(derivation: "Derivation") -> dict[str, str]:
    """For each tensor the number of the equation that computes it.

    >>> import symbackprop as sb
    >>> references(sb.derive(sb.formula("input x[N]" + chr(10) + "C = sum(n, tanh(x[n]))")))
    {'C': '(1)', 'dx': '(2)'}
    """
    return {e.name: f"({number})" for number, e in numbered(derivation) if not e.is_boundary}
