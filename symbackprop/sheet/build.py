"""Builds the sheet of a derivation: a theorem, what its symbols mean, the proof backwards, and what was checked.

The order is that of a proof handed out in a lecture: first the statement, then notation and forward equations, then one
section for each tensor from the cost back to the inputs, at last the summary. The theorem and the summary cite the
numbers of ``numbering``, and so does generated code (``Sheet.references``).
"""

from collections.abc import Sequence
from typing import Any

from symbackprop.derivation import Derivation
from symbackprop.errors import DataError
from symbackprop.latex import derivative
from symbackprop.sheet.activations import activation_sections
from symbackprop.sheet.backward import adjoint_section
from symbackprop.sheet.blocks import Block, Equations, Items, Paragraph, Row, Section, Statement
from symbackprop.sheet.certified import certified_sections
from symbackprop.sheet.context import Context, listed
from symbackprop.sheet.notation_part import conventions, domains, forward, functions_used, kinks, notation
from symbackprop.sheet.sheet import Sheet
from symbackprop.sheet.stability import stability_section
from symbackprop.sheet.training import check_section, training_section

DETAILS = ("full", "steps", "result")


def build(
    derivation: Derivation,
    detail: str = "full",
    check: Any = None,
    history: Any = None,
    title: str | None = None,
    remarks: Sequence[str] = (),
    extra: Sequence[Section] = (),
) -> Sheet:
    """The sheet of a derivation.

    ``detail``: "full" with reasons, proofs of bounds and plots; "steps" the equations with their laws; "result" without
    the derivation. ``check`` is a report of ``check``, ``history`` that of a training; ``remarks`` are texts and
    ``extra`` sections that come before the check. Raises ``DataError`` for another detail.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N]" + chr(10) + "C = sum(n, tanh(x[n]))")
    >>> sheet = build(sb.derive(f), detail="result")
    >>> sheet.references
    {'C': '(1)', 'dx': '(2)'}
    """
    if detail not in DETAILS:
        raise DataError(f"no detail {detail!r}; there are {', '.join(DETAILS)}")
    context = Context(derivation)
    given = forward(context)
    backward = [adjoint_section(context, a, prose=detail == "full") for a in derivation.adjoints.values()]
    sections = [Section("", (_theorem(context),)), notation(context), given, conventions(context)]
    if detail != "result":
        lead = Section("Derivation", (Paragraph(_lead(context)),) if detail == "full" else ())
        sections += [lead, *backward]
    if detail == "full":
        proofs = activation_sections(context, functions_used(context)) + certified_sections(context)
        sections += [Section("Bounds of the derivatives", ()), *proofs] if proofs else []
    sections.append(_summary(context))
    stable = stability_section(context) if detail == "full" else None
    if stable is not None:
        sections.append(stable)
    if remarks:
        sections.append(Section("Remarks", (Items(tuple(remarks)),)))
    sections += extra
    if check is not None:
        sections.append(check_section(context, check))
    if history is not None:
        sections.append(training_section(history))
    name = title or derivation.formula.title or f"The gradients of {context.cost}"
    return Sheet(name, tuple(sections), _subtitle(context), dict(context.references))


def _subtitle(context: Context) -> str:
    wanted = [context.tensor(n) for n in context.derivation.wrt]
    return f"Derivatives by {listed(wanted)}, derived step by step" if len(wanted) <= 8 else "Derived step by step"


def _lead(context: Context) -> str:
    return (
        f"From {context.cost} backwards. For each tensor the equations that read it say along which ways it reaches "
        f"{context.cost}; the chain rule along each of them gives one term."
    )


def _theorem(context: Context) -> Statement:
    rows: list[Row] = []
    for adjoint in context.derivation.adjoints.values():
        rows += context.rows(adjoint.equation, number=context.number(adjoint.equation))
    blocks: list[Block] = [Paragraph(_hypotheses(context)), Equations(tuple(rows))]
    return Statement("Theorem", tuple(blocks))


def _hypotheses(context: Context) -> str:
    formula = context.formula
    numbers = [context.references[e.name] for e in formula.equations if not e.is_boundary]
    word = "and" if len(numbers) == 2 else "to"
    equations = f"equation {numbers[0]}" if len(numbers) == 1 else f"equations {numbers[0]} {word} {numbers[-1]}"
    for_all = "For all sizes and all values of the inputs and parameters" if formula.sizes else "For all values"
    conditions = domains(context)
    if kinks(context):
        conditions.append("no argument is at a kink (listed under the conventions)")
    where = f" at which {listed(conditions)}" if conditions else ""
    upstream = context.derivation.upstream
    what = f"the cost {context.cost} given by {equations} has the derivatives"
    if upstream is not None:
        output = context.tensor(context.derivation.cost.name)
        what = (
            f"and every differentiable function {context.cost} of {output}, given by {equations}, the derivatives are"
        )
        return f"{for_all}{where} {what}"
    return f"{for_all}{where}, {what}"


def _summary(context: Context) -> Section:
    """The gradients that were asked for, in matrix form where there is one, with their shapes."""
    rows = []
    for name in context.derivation.wrt:
        tensor, adjoint = context.formula.tensors[name], context.derivation.adjoints.get(name)
        shape = context.shape(tensor)
        if adjoint is None:
            left = derivative(context.style.entry(context.style.cost), context.style.entry(name))
            rows.append(Row(left, "=", "0", shape))
            continue
        row = context.matrix_row(adjoint.equation) or context.row(adjoint.equation)
        rows.append(Row(row.left, "=", row.right, shape, context.number(adjoint.equation)))
    return Section("Summary of the gradients", (Equations(tuple(rows)),) if rows else ())
