"""The derivation backwards: why each chain rule has the terms it has, the steps with their laws, the results."""

from dataclasses import replace

from sympy import Expr

from symbackprop.derivation import Adjoint, Path, Step
from symbackprop.equations import Equation
from symbackprop.indices import Total
from symbackprop.rules import LAWS
from symbackprop.sheet.blocks import Block, Equations, Paragraph, Row, Section
from symbackprop.sheet.context import Context, listed
from symbackprop.sheet.remarks import remarks
from symbackprop.sheet.width import width
from symbackprop.terms import Entry
from symbackprop.together import together

_COUNTS = dict(enumerate(("Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"), start=2))
_LONGEST = 160.0  # em of an intermediate expression that is still printed


def adjoint_section(context: Context, adjoint: Adjoint, prose: bool) -> Section:
    """The section of one tensor, of which the result has a number.

    Where many layers are of one type, the first of them shows the steps and the others refer to it.
    """
    first = context.first_of_kind(adjoint)
    if first is not adjoint:
        example = f"{context.tensor(first.tensor.name)}, up to equation ({context.number(first.equation)})"
        text = f"The layer is of the same type; the steps for {example}, give"
        rows = _finished(context, adjoint, [context.row(adjoint.equation)])
        shown: tuple[Block, ...] = (Paragraph(text), Equations(rows)) if prose else (Equations(rows),)
        return Section(f"Gradient by {context.tensor(adjoint.tensor.name)}", shown, level=2)
    blocks: list[Block] = [Paragraph(reason(context, adjoint))] if prose else []
    if len(adjoint.paths) == 1 and not adjoint.steps:
        blocks.append(_single(context, adjoint))
    else:
        blocks += _several(context, adjoint)
    if adjoint.boundaries:
        rows = tuple(context.row(b, number=context.number(b)) for b in adjoint.boundaries)
        blocks += [Paragraph("Beyond the last step nothing reads it:"), Equations(rows)]
    blocks += _together(context, adjoint)
    blocks += [Paragraph(text) for text in remarks(context, adjoint)] if prose else []
    return Section(f"Gradient by {context.tensor(adjoint.tensor.name)}", tuple(blocks), level=2)


def _together(context: Context, adjoint: Adjoint) -> list[Block]:
    """The gradient with those of means and variances put in."""
    found = together(context.derivation, adjoint)
    if found is None:
        return []
    statistics, expr = found
    right = _step(context, adjoint, expr)
    if width(right) > _LONGEST:
        return []
    text = f"With the gradients by {listed([context.tensor(n) for n in statistics])} put in:"
    return [Paragraph(text), Equations((Row(context.sides(adjoint.equation)[0], "=", right),))]


def reason(context: Context, adjoint: Adjoint) -> str:
    """Why one term is enough, or why it takes several."""
    symbol, cost = context.tensor(adjoint.tensor.name), context.cost
    consumers = [p.consumer for p in adjoint.paths]
    if not consumers:
        return f"No equation on the way to {cost} reads {symbol}: its gradient is zero."
    where = [f"{_through(context, adjoint, e)} (equation {context.number(e)})" for e in consumers]
    if len(consumers) == 1:
        if _is_cost(context, consumers[0]):
            return f"{symbol} stands in the cost itself, equation ({context.number(consumers[0])}), and nowhere else."
        return f"{symbol} reaches {cost} only through {where[0]}: the vector chain rule is enough. " + _entrywise(
            context, adjoint, consumers[0]
        )
    count = _COUNTS.get(len(consumers), len(consumers))
    return (
        f"{count} equations read {symbol}, those of {listed(where)}. A change of {symbol} reaches {cost} along "
        "every one of these ways, so no single chain rule tells the whole change: the total derivative is the sum of "
        f"{len(consumers)} terms, one for each."
    )


def _entrywise(context: Context, adjoint: Adjoint, consumer: Equation) -> str:
    """What the vector chain rule means for one entry: one product, or a total derivative over many."""
    sums = [t for t in adjoint.equation.rhs.atoms(Total) if t.atoms(Entry)]
    through = context.tensor(consumer.name)
    if not sums:
        return f"Each entry reaches one entry of {through}: one product."
    return f"Entry by entry it is a total derivative, one term for each entry of {through} that depends on it."


def _is_cost(context: Context, e: Equation) -> bool:
    return e.name == context.derivation.cost.name and context.derivation.upstream is None


def _through(context: Context, adjoint: Adjoint, e: Equation) -> str:
    return "its own next step" if e.name == adjoint.tensor.name else context.tensor(e.name)


def _title(law: str) -> str:
    return LAWS[law].title.partition(":")[0]


def _single(context: Context, adjoint: Adjoint) -> Equations:
    left, result = context.sides(adjoint.equation)
    rows = _chain(context, adjoint, left, adjoint.paths[0].steps, result)
    return Equations(_finished(context, adjoint, rows))


def _chain(context: Context, adjoint: Adjoint, left: str, steps: tuple[Step, ...], result: str) -> list[Row]:
    """``left = ... = result`` with the law of each step; lines that would repeat the one before are left out."""
    rows: list[Row] = []
    shown = context.sides(adjoint.equation)[0]  # a chain that begins with its own left side says nothing
    laws: list[str] = []
    for step in steps:
        latex = _step(context, adjoint, step.after)
        if latex == shown:
            continue
        laws.append(_title(step.law))
        if step is not steps[-1] and width(latex) > _LONGEST:
            continue  # nobody reads a page of one expression: its law is named at the next line
        rows.append(Row("" if rows else left, "=", latex, ", ".join(dict.fromkeys(laws))))
        shown, laws = latex, []
    if result != shown:
        rows.append(Row("" if rows else left, "=", result))
    return rows or [Row(left, "=", result)]


def _step(context: Context, adjoint: Adjoint, expr: Expr) -> str:
    return context.latex(expr, adjoint.equation)


def _finished(context: Context, adjoint: Adjoint, rows: list[Row]) -> tuple[Row, ...]:
    """The last line gets the number; behind it come the lines for each value of an index, and the matrix form."""
    e = adjoint.equation
    singly = context.rows(e, number=context.number(e))
    if len(singly) > 1:
        rows = [*rows, replace(singly[0], note="term by term"), *singly[1:]]
    *before, last = rows
    last = Row(last.left, last.relation, last.right, last.note, context.number(e))
    matrix = context.matrix_row(e)
    return (*before, last, *([matrix] if matrix is not None else []))


def _several(context: Context, adjoint: Adjoint) -> list[Block]:
    left, result = context.sides(adjoint.equation)
    blocks: list[Block] = []
    parts = []
    for path in adjoint.paths:
        part = _part(context, adjoint, path)
        parts.append(part)
        chain = _chain(context, adjoint, part, path.steps, _step(context, adjoint, path.result))
        way = "Directly in the cost" if _is_cost(context, path.consumer) else _way(context, adjoint, path)
        blocks += [Paragraph(f"{way}:"), Equations(tuple(chain))]
    upstream = context.derivation.upstream
    if upstream is not None and adjoint.tensor.name == context.derivation.cost.name:
        parts.append(context.style.entry(upstream.name))
    rows = [Row(left, "=", " + ".join(parts), _title("total_derivative"))] if parts else []
    rows += [Row("" if rows else left, "=", result)] if not adjoint.steps else _after_sum(context, adjoint)
    blocks += [Paragraph("Together:")] if parts else []
    return [*blocks, Equations(_finished(context, adjoint, rows))]


def _way(context: Context, adjoint: Adjoint, path: Path) -> str:
    return f"Through {_through(context, adjoint, path.consumer)}"


def _after_sum(context: Context, adjoint: Adjoint) -> list[Row]:
    before = _step(context, adjoint, adjoint.steps[0].before)
    rows = [Row("", "=", before, "the terms above")]
    return rows + [Row("", "=", _step(context, adjoint, s.after), _title(s.law)) for s in adjoint.steps]


def _part(context: Context, adjoint: Adjoint, path: Path) -> str:
    """The part of the derivative that goes through one consumer."""
    left = context.sides(adjoint.equation)[0]
    return rf"{left}\Big|_{{{context.style.entry(path.consumer.name)}}}"
