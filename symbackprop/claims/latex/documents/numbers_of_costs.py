"""A cost is a number, though its formula is one of a whole layer or batch: of its one output, or summed over units.

Both are tried where nothing else makes the document conform, and said in its notes.
"""

from sympy import S

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.meaning.scope import ONE_OUTPUT, SUMMED, Key
from symbackprop.claims.latex.meaning.values import Value, is_unknown, scalar
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.errors import ReadError
from symbackprop.indices import totals


def number_of_cost(document: Document, key: Key, has_slots: bool, v: Value) -> Value:
    """The value of what is defined, as a number where it is a cost. Raises ``ReadError`` where it can be none."""
    scope, algebra = document.scope, document.algebra
    if key[0] not in COSTS or has_slots:
        return v
    if v.rank and (scope.batches or scope.batch_net):
        v = _of_one_output(document, v)
    if SUMMED in scope.tried and v.rank == 1 and is_unknown(algebra.size(v.axes[0].size)):
        v = _sum_of_entries(document, key, v)
    return v


def _of_one_output(document: Document, v: Value) -> Value:
    """``-\\frac1m Y \\log(A^\\top)`` is a number where there is one output; nothing else could say so."""
    algebra = document.algebra
    if ONE_OUTPUT not in document.scope.tried or not all(algebra.same(i.size, S.One) for i in v.axes):
        raise ReadError("a cost that is no number: of how many outputs?")
    return scalar(algebra.settled_expr(v.expr).xreplace({i: S.Zero for i in algebra.settled(v).axes}))


def _sum_of_entries(document: Document, key: Key, v: Value) -> Value:
    """``-(y \\ln a + (1 - y) \\ln(1 - a))`` of a layer a: summed over its units, of which there may be one."""
    document.scope.summed[key[0]] = v.axes[0].size
    document.notes.append(f"{key[0]} is read as the sum over all units of what is written for each")
    return scalar(document.algebra.settled_expr(totals(v.expr, *v.axes)))
