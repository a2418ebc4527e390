"""The forward pass of a document as a formula: what the engine derives, proves and evaluates with."""

from collections.abc import Iterable

from sympy import Expr

from symbackprop.claims.latex.meaning.scope import Scope
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.indices import Index
from symbackprop.terms import Entry


def formula_of(scope: Scope, algebra: Algebra, expressions: Iterable[Expr]) -> Formula:
    """The equations that some expressions rest on, with every tensor in them declared."""
    given = tuple(expressions)
    settled = {n: _settled(e, algebra) for n, e in scope.equations.items()}
    edges = {n: tuple(_settled(e, algebra) for e in es) for n, es in scope.boundaries.items()}
    needed = _needed(settled, edges, given)
    equations = [e for n, e in settled.items() if n in needed]
    boundaries = [e for n, es in edges.items() if n in needed for e in es]
    tensors: dict[str, Tensor] = {}
    for s in scope.symbols.values():
        shape = tuple(algebra.size(n) for n in s.shape)
        classes = algebra.size(s.classes) if s.classes is not None else None
        if s.name in settled and s.name in needed:
            tensors[s.name] = Tensor(s.name, "defined", shape)
        elif s.name in needed:
            tensors[s.name] = Tensor(s.name, "label" if s.role == "label" else "input", shape, classes)
    for e in equations:
        tensors.setdefault(e.name, Tensor(e.name, "defined", e.shape))
    all_sides = (*(e.rhs for e in (*equations, *boundaries)), *given)
    return Formula(tensors | _upstreams(all_sides, tensors), (*equations, *boundaries))


def _settled(e: Equation, algebra: Algebra) -> Equation:
    slots = tuple(Index(s.name, algebra.size(s.size)) if isinstance(s, Index) else algebra.size(s) for s in e.slots)
    return Equation(e.name, slots, algebra.settled_expr(e.rhs))


def _needed(
    equations: dict[str, Equation], boundaries: dict[str, tuple[Equation, ...]], given: Iterable[Expr]
) -> set[str]:
    found: set[str] = set()
    todo = [e.name for x in given for e in x.atoms(Entry)]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            if name in equations:
                todo += equations[name].reads
            for edge in boundaries.get(name, ()):
                todo += edge.reads
    return found


def _upstreams(expressions: Iterable[Expr], known: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names that are neither defined nor declared: the derivatives of a cost that is not given.

    Their shapes are those of the first expression, the cost itself: a claim may be read for some of the steps alone.
    """
    found: dict[str, Tensor] = {}
    for x in expressions:
        for e in x.atoms(Entry):
            if e.name not in known and all(isinstance(s, Index) for s in e.slots):
                found.setdefault(e.name, Tensor(e.name, "input", tuple(s.size for s in e.slots)))
    return found
