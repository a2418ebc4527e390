"""The laws by which generated code keeps the numbers of this derivation in range."""

from collections.abc import Iterator

from sympy import Expr

from symbackprop.functions import FUNCTIONS
from symbackprop.rules import Context as LawContext
from symbackprop.sheet.blocks import Equations, Paragraph, Row, Section
from symbackprop.sheet.context import Context
from symbackprop.sheet.notation_part import walk
from symbackprop.stabilise import STABLE_LAWS
from symbackprop.terms import Entry

_log = FUNCTIONS["log"].cls


def stability_section(context: Context) -> Section | None:
    """The stabilising laws that apply somewhere in the derivation, None where code computes what is written."""
    nodes = list(_nodes(context))
    used = [
        law for law in STABLE_LAWS.values() if law.rewrite and any(law.rewrite(n, LawContext()) != n for n in nodes)
    ]
    if not used:
        return None
    text = (
        "Exponentials of large numbers overflow. Generated code computes the same values by these identities, which "
        "hold for all real numbers; their exponentials are bounded or cancel."
    )
    rows = tuple(Row("", "", law.latex, law.title) for law in used)
    return Section("Stable evaluation", (Paragraph(text), Equations(rows)))


def _nodes(context: Context) -> Iterator[Expr]:
    """All nodes of the program, and logarithms with the named value inside written out."""
    defining = context.formula.defining
    for e in context.derivation.program.equations:
        for node in walk(e.base.rhs):
            yield node
            if isinstance(node, _log):
                inside = {x: defining[x.name].rhs for x in node.args[0].atoms(Entry) if x.name in defining}
                yield node.xreplace(inside)
