"""How a gradient was read, in the text notation: the intermediates that it needs, then the gradient itself."""

from sympy import Expr

from symbackprop.claims.numpy.axes import Shape, indices
from symbackprop.equations import Equation, Formula
from symbackprop.matrix_terms import MatrixTerm
from symbackprop.notation.printer import Printer
from symbackprop.terms import Entry

_MOST_LINES = 40


def echoed(name: str, expr: Expr, shape: Shape, program: Formula) -> str | None:
    """One equation a line; None where it has too many, or a term that the notation has no word for.

    >>> from sympy import Integer
    >>> echoed("x", 2*Entry("y"), (), Formula({}, ()))
    'dx = 2*y'
    """
    last = Equation(f"d{name}", indices(shape), expr)
    needed: dict[str, Equation] = {}
    todo = [last]
    while todo:
        for read in sorted({e.name for e in todo.pop().rhs.atoms(Entry)}):
            if read in program.defining and read not in needed:
                needed[read] = program.defining[read]
                todo.append(needed[read])
    lines = [e for e in program.equations if e.name in needed] + [last]
    if len(lines) > _MOST_LINES or any(e.rhs.has(MatrixTerm) for e in lines):
        return None
    return "\n".join(Printer({}, None).equation(e) for e in lines)
