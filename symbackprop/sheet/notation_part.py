"""The parts of a sheet that say what the symbols are: notation, conventions, forward equations."""

from collections.abc import Iterator

from sympy import Add, Expr, Mul, Pow

from symbackprop.equations import Equation, Tensor
from symbackprop.functions import Scalar, row_of
from symbackprop.indices import Index, MaxOver, Total
from symbackprop.latex import symbols
from symbackprop.latex.pieces import number
from symbackprop.sheet.blocks import Block, Equations, Items, Paragraph, Row, Section, Table
from symbackprop.sheet.context import Context, listed
from symbackprop.sheet.lengths import definitions
from symbackprop.terms import Bracket, Delta, Entry, Flat, Maximum, Minimum, is_affine

_MANY_RANGES = 8
_MEANINGS = {
    "input": "input",
    "param": "parameter",
    "target": "target, held constant",
    "mask": "mask of zeros and ones, held constant",
    "const": "constant",
}


def notation(context: Context) -> Section:
    """The table of symbols with meaning and shape, then the sizes and the ranges of the indices."""
    formula = context.formula
    rows = [(context.tensor(t.name), _meaning(t, context), context.shape(t)) for t in formula.tensors.values()]
    blocks: list[Block] = [Table(("Symbol", "Meaning", "Shape"), tuple(rows)), *map(Paragraph, _sizes(context))]
    if any(t.shape for t in formula.tensors.values()):
        ranges = _ranges(context)
        if ranges:
            text = f"Indices, free or summed over, run over {listed(ranges)}."
        else:
            text = "Every index, free or summed over, runs over the whole axis in which it stands, from 0."
        blocks.append(Paragraph(text))
    return Section("Notation", tuple(blocks))


def _sizes(context: Context) -> Iterator[str]:
    """What is assumed of the sizes, what follows from them, and what they are in this network."""
    names = [s.name for s in context.formula.sizes]
    if names:
        one = len(names) == 1
        shown = listed([f"${symbols.size(n)}$" for n in names])
        yield (
            f"The {'size' if one else 'sizes'} {shown} {'is a positive integer' if one else 'are positive integers'}; "
            "nothing else is assumed."
        )
    if context.lengths:
        stated = [f"${context.latex(a)} = {context.plain(b)}$" for a, b in definitions(context.lengths)]
        yield f"Lengths of axes that follow from these: {listed(stated)}."
    if context.constants:
        stated = [f"${context.latex(letter)} = {context.plain(n)}$" for n, letter in context.constants.items()]
        yield f"Here {listed(stated)}."
    known = context.sizes
    if known:
        values = listed([f"${symbols.size(n)} = {known[n]}$" for n in names if n in known])
        yield f"In this network {values}."


def _meaning(tensor: Tensor, context: Context) -> str:
    if tensor.name == context.formula.output.name and not tensor.shape:
        return f"cost, equation {context.references[tensor.name]}"
    if tensor.classes is not None:
        return rf"labels, integers in $\{{0, \dots, {context.latex(tensor.classes - 1)}\}}$"
    if tensor.role == "defined":
        return f"defined by equation {context.references[tensor.name]}"
    return _MEANINGS[tensor.role] + (", positive" if tensor.positive else "")


def _ranges(context: Context) -> list[str]:
    """``0 <= n < N`` for each size that some index runs over, with the names the author gave.

    None where they are many, or where a letter has several ranges.
    """
    found: dict[Expr, dict[str, None]] = {}
    for e in context.formula.equations:
        if e.renaming is None:
            for i in e.indices:
                found.setdefault(i.size, {}).setdefault(i.name)
    summed = {i.size for e in context.formula.equations if e.renaming is None for i in e.rhs.atoms(Index)}
    for size, names in context.style.names.items():
        if size in summed:
            found.setdefault(size, {}).update(dict.fromkeys(names))
    letters = [name for names in found.values() for name in names]
    if len(found) > _MANY_RANGES or len(set(letters)) < len(letters):
        return []
    return [_range(context, tuple(names), size) for size, names in found.items()]


def _range(context: Context, names: tuple[str, ...], size: Expr) -> str:
    return rf"$0 \le {', '.join(map(symbols.index, names))} < {context.latex(size)}$"


def forward(context: Context) -> Section:
    """The equations as given, each with a number and, where there is one, its matrix form."""
    rows: list[Row] = []
    stated = bool(_ranges(context))
    for e in context.formula.equations:
        rows += context.rows(e, "" if stated else _window(context, e), context.number(e))
        matrix = context.matrix_row(e)
        if matrix is not None:
            rows.append(matrix)
    return Section("Forward equations", (Equations(tuple(rows)),))


def _window(context: Context, e: Equation) -> str:
    """The ranges of indices that stand in no axis by themselves, as those over the window of a pooling."""
    seen = list(context.nodes(e))
    slots = [s for n in seen if isinstance(n, Entry) for s in n.slots]
    bare = {*e.indices, *slots, *(p for s in slots if isinstance(s, Flat) for p in s.args)}
    ranges = dict.fromkeys(n for n in seen if isinstance(n, Index) and n not in bare)
    return ", ".join(_range(context, (i.name,), i.size) for i in ranges)


def functions_used(context: Context) -> list[Scalar]:
    """The rows of the functions in the forward equations, in order of appearance."""
    found: dict[str, Scalar] = {}
    for e in context.formula.equations:
        for node in walk(e.base.rhs):
            row = row_of(node)
            if row is not None:
                found.setdefault(row.name, row)
    return list(found.values())


def walk(expr: Expr) -> list[Expr]:
    """All nodes of an expression, outermost first."""
    todo, seen = [expr], []
    while todo:
        node = todo.pop()
        seen.append(node)
        todo += [a for a in reversed(node.args) if isinstance(a, Expr)]
    return seen


def kinks(context: Context) -> list[str]:
    """Where the cost is not differentiable, and what is taken there, a sentence for each cause."""
    texts = []
    for row in functions_used(context):
        if row.kinks:
            where = listed([number_text(k) for k in row.kinks])
            where += rf" + {number_text(row.period)}k, \; k \in \mathbb{{Z}}" if row.period else ""
            taken = row.convention or "0"
            texts.append(f"${_applied(row)}$ has no derivative at $x = {where}$; the value {taken} is taken there.")
    found = [n for e in context.formula.equations for n in walk(e.base.rhs)]
    if any(isinstance(n, Maximum | Minimum | MaxOver) for n in found):
        texts.append("Where several entries attain a maximum or minimum, the derivative is that of the first.")
    if any(_depends(b, context) for e in context.formula.equations for b in e.rhs.atoms(Bracket)):
        texts.append(
            "Where one case of a formula passes into another there may be no derivative; that of the case which holds "
            "there is taken."
        )
    return texts


def _depends(condition: Expr, context: Context) -> bool:
    """Whether a condition changes with what is differentiated: not with indices, labels or targets alone."""
    return any(entry.name in context.derivation.adjoints for entry in condition.atoms(Entry))


def _applied(row: Scalar) -> str:
    return row.latex.format(x="x").replace(r"\left(", "(").replace(r"\right)", ")")


def number_text(value: float) -> str:
    """A kink's place: whole where it is whole."""
    return str(int(value)) if value == int(value) else str(value)


def conventions(context: Context) -> Section:
    """Layout, reading rules, and what is taken at kinks."""
    texts = [
        "Layout: the gradient by a tensor has the shape of that tensor (denominator layout). "
        rf"${context.style.entry(context.style.cost)}$ is a number; the entry of its gradient at a place is the "
        "partial derivative by the entry at that place.",
    ]
    if any(e.slots for e in context.formula.equations):
        texts.append(
            r"In matrix form a vector is a column, $\mathbf{1}$ the column of ones; $\odot$ multiplies and $\oslash$ "
            "divides entry by entry; functions act on every entry, and a number is added to every entry."
        )
    found = [n for e in context.derivation.program.equations for n in walk(e.base.rhs)]
    steps = [n for s in context.derivation.steps for n in walk(s.after)] if len(context.formula.equations) < 60 else []
    if any(isinstance(n, Total) for n in found):
        texts.append("A sum reaches to the next $+$ or $-$ of its level.")
    if any(isinstance(n, Bracket) and not isinstance(n, Delta) for n in (*found, *steps)) or _has_label(found):
        texts.append(r"$[\,\cdot\,]$ is 1 where the relation holds, else 0.")
    if any(isinstance(n, Delta) for n in (*found, *steps)):
        texts.append(r"$\delta_{ij}$ is Kronecker's delta: 1 where $i = j$, else 0.")
    if any(isinstance(n, Entry) and any(is_affine(s) for s in n.slots) for n in found):
        texts.append("An entry outside of its tensor, as $x_{i+1}$ at the end, reads 0.")
    if any(isinstance(n, Flat) for n in found):
        texts.append(r"A group $(i,j)$ in a subscript is one axis, its last index running fastest.")
    return Section("Conventions", (Items((*texts, *kinks(context))),))


def _has_label(nodes: list[Expr]) -> bool:
    return any(isinstance(n, Delta) and n.atoms(Entry) for n in nodes)


def domains(context: Context) -> list[str]:
    """Hypotheses: arguments that must be positive, those left out that are so by their form."""
    found: dict[str, None] = {}
    for e in context.formula.equations:
        for node in context.nodes(e):
            row = row_of(node)
            limited = row is not None and row.domain != r"\mathbb{R}"
            root = isinstance(node, Pow) and not node.args[1].is_Integer
            if (limited or root) and not _is_positive(node.args[0], context):
                found.setdefault("$" + context.latex(node.args[0], e) + " > 0$")
    return list(found)


def _is_positive(expr: Expr, context: Context) -> bool:
    """Whether an expression is positive whatever its entries are: sums and products of exponentials and the like."""
    row = row_of(expr)
    if row is not None:
        bound = row.value_bound
        return bound is not None and (bound.low > 0 or (bound.low == 0 and not bound.low_attained))
    if isinstance(expr, Entry):
        tensor = context.formula.tensors.get(expr.name)
        return tensor is not None and tensor.positive
    if isinstance(expr, Total):
        return _is_positive(expr.body, context)
    if isinstance(expr, Mul):
        return all(_is_positive(f, context) for f in expr.args)
    if isinstance(expr, Add):
        return any(_is_positive(t, context) for t in expr.args) and all(_is_not_negative(t, context) for t in expr.args)
    return bool(expr.is_positive) or (isinstance(expr, Pow) and _is_positive(expr.args[0], context))


def _is_not_negative(expr: Expr, context: Context) -> bool:
    factors = [f for f in Mul.make_args(expr) if not (isinstance(f, Pow) and f.args[1].is_even)]
    if isinstance(expr, Total):
        return _is_not_negative(expr.body, context)
    if isinstance(expr, Entry) and expr.name in context.formula.defining:
        return _is_of_squares(context.formula.defining[expr.name].rhs)
    return all((isinstance(f, Total) and _is_not_negative(f, context)) or _is_positive(f, context) for f in factors)


def _is_of_squares(expr: Expr) -> bool:
    """Whether an expression is a sum of squares, or a mean of them as a variance is."""
    if isinstance(expr, Total):
        return _is_of_squares(expr.body)
    if isinstance(expr, Mul):
        return all(f.is_positive or _is_of_squares(f) for f in expr.args)
    return isinstance(expr, Pow) and bool(expr.args[1].is_even)


def rational(value: Expr) -> str:
    """A bound's value in LaTeX."""
    return number(value) if value.is_Rational else r"\infty" if value > 0 else r"-\infty"
