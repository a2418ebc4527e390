"""Claims of what the document defines only after them: of any value, or of that definition?

A page may take y for a target in its first part and call the output of another layer y in its second. A claim that is
wrong with the definition further down, and right of any y, is not judged: the text does not say which was meant.
"""

from collections.abc import Callable
from dataclasses import replace

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.verdicts.judgement import Judgement


def of_any_value(document: Document, claim: Pending, j: Judgement, judge: Callable[[Pending], Judgement]) -> Judgement:
    """The judgement, or none where a refuted claim is right of any value of what is defined further down."""
    if j.verdict != "refuted":
        return j
    scope = claim.scope
    later = {n for n, at in scope.defined_at.items() if at > claim.at and n in scope.equations}
    inputs = {s.name for s in scope.symbols.values() if s.name in later and s.how == "by use"}
    if not inputs:
        return j
    before = scope.copy()
    reach = Derivatives(scope, document.algebra).reach
    for name in later:
        if name in inputs or reach(name) & inputs:
            del before.equations[name]
    for key, symbol in list(before.symbols.items()):
        if symbol.name in inputs:
            before.symbols[key] = replace(symbol, role="input")
    cost = claim.cost if claim.cost is None or claim.cost.name in before.equations else None
    found = judge(replace(claim, scope=before, cost=cost))
    if found.verdict not in ("proved", "agrees"):
        return j
    named = ", ".join(sorted(inputs))
    return Judgement("unread", j.reading, reason=f"{named} is defined only further down; of any value it is right")
