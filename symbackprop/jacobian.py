"""Jacobians and Hessians: the engine of gradients with a delta as the upstream, and applied twice.

The Jacobian of z by x is what arrives at x when the adjoint of one entry of z is 1 and of all others 0: a Kronecker
delta. The Hessian is the Jacobian of a gradient, since the adjoint equations are a formula again; the Hessian-vector
product is the gradient of the gradient's product with a direction.
"""

from sympy import Expr, S

from symbackprop.contributions import apply_laws
from symbackprop.derivation import Derivation
from symbackprop.differentiation import derive
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import DataError
from symbackprop.folding import is_recallable
from symbackprop.indices import Index, fresh, totals
from symbackprop.naming import choose
from symbackprop.rules import Context
from symbackprop.substitution import map_entries, substitute
from symbackprop.terms import Delta, Entry


def jacobian(formula: Formula, of: str, wrt: str, name: str = "") -> tuple[Equation, Formula]:
    """The equation ``dz_dx[row, column] = ...`` and the formula that it belongs to; forward tensors keep their names.

    Raises ``DataError`` for unknown names and ``NotSupported`` where a recurrence lies between the two.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N,D]" + chr(10) + "param W[M,D]" + chr(10) + "z[n,j] = sum(i, x[n,i]*W[j,i])")
    >>> jacobian(f, "z", "x")[0]
    dz_dx[n, j, n2, i] = [n == n2]*W[j, i]
    """
    if of not in formula.defining:
        raise DataError(f"no equation defines {of!r}; there are {', '.join(formula.defining)}")
    if wrt not in formula.tensors:
        raise DataError(f"no tensor {wrt!r}; there are {', '.join(formula.tensors)}")
    d = derive(formula, wrt=[wrt], outputs=[of])
    row = formula.defining[of].left
    column = d.adjoints[wrt].equation if wrt in d.adjoints else None
    if column is None:
        column = Equation("", formula.tensors[wrt].entry().slots, S.Zero)
    adjoints = {a.equation.name for a in d.adjoints.values()}
    expr = substitute(column.rhs, d.program, adjoints)
    rule = {i: fresh(i) for i in column.indices}
    expr = expr.xreplace(rule)
    if d.upstream is not None:
        upstream = d.upstream.name
        expr = map_entries(expr, lambda e: _seed(e, row) if e.name == upstream else e)
    classes = {t.name: t.classes for t in formula.declared if t.classes is not None}
    steps = apply_laws(expr, Context(classes, [e for e in formula.equations if is_recallable(e)]))
    expr = steps[-1].after if steps else expr
    named = _renamed_columns(column, rule, formula, {i.name for i in row.atoms(Index)})
    slots = tuple(s.xreplace(rule).xreplace(named) for s in column.slots)
    equation = Equation(name or f"d{of}_d{wrt}", (*row.slots, *slots), expr.xreplace(named))
    return equation, _extended(formula, equation)


def _seed(entry: Entry, row: Entry) -> Expr:
    product: Expr = S.One
    for a, b in zip(entry.slots, row.slots, strict=True):
        product *= Delta(a, b)
    return product


def _renamed_columns(column: Equation, rule: dict, formula: Formula, taken: set[str]) -> dict:
    """Display names for the column's indices that differ from the row's."""
    taken = {*taken, *formula.tensors, *(s.name for s in formula.sizes)}
    named = {}
    for original in column.indices:
        wanted = original.name
        name = wanted if wanted not in taken and wanted[0] != "~" else choose(original.size, formula.names, taken)
        taken.add(name)
        named[rule[original]] = Index(name, original.size)
    return named


def _extended(formula: Formula, equation: Equation) -> Formula:
    tensors = dict(formula.tensors)
    tensors[equation.name] = Tensor(equation.name, "defined", equation.shape)
    return Formula(tensors, (*formula.equations, equation), formula.names, title=formula.title)


def hessian(d: Derivation, a: str, b: str) -> tuple[Equation, Formula]:
    """Second derivatives of a scalar cost by a and b: the Jacobian of the gradient by a.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[D]" + chr(10) + "param w[D]" + chr(10) + "C = sum(i, w[i]*x[i])**2/2")
    >>> hessian(derive(f), "w", "w")[0]
    d2C_dw_dw[i, i2] = x[i]*x[i2]
    """
    _need_scalar(d)
    return jacobian(d.program, d.adjoint_of(a).name, b, f"d2{d.cost.name}_d{a}_d{b}")


def hvp(d: Derivation, name: str) -> Derivation:
    """The derivation whose gradient by ``name`` is the Hessian times the direction ``v_<name>``, one more input."""
    _need_scalar(d)
    gradient = d.adjoint_of(name)
    direction, cost = _free(f"v_{name}", d.program), _free("s", d.program)
    tensors = dict(d.program.tensors)
    tensors[direction] = Tensor(direction, "input", gradient.shape)
    tensors[cost] = Tensor(cost, "defined")
    rule = {i: fresh(i) for i in gradient.indices}
    slots = tuple(s.xreplace(rule) for s in gradient.slots)
    product = Entry(gradient.name, *slots) * Entry(direction, *slots)
    scalar = Equation(cost, (), totals(product, *rule.values()))
    program = Formula(tensors, (*d.program.equations, scalar), d.program.names, title=d.program.title)
    return derive(program, wrt=[name], outputs=[cost])


def _need_scalar(d: Derivation) -> None:
    if d.cost.shape:
        raise DataError(f"{d.cost.name} is not a scalar: second derivatives are of a cost")


def _free(name: str, formula: Formula) -> str:
    taken = {*formula.tensors, *(s.name for s in formula.sizes), *(n for ns in formula.names.values() for n in ns)}
    return name if name not in taken else next(f"{name}{k}" for k in range(2, 1000) if f"{name}{k}" not in taken)
