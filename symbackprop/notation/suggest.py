"""The line that would declare an index whose range nobody can infer: how far its affine uses stay inside the axis."""

from sympy import Expr, Integer

from symbackprop.indices import Index, size
from symbackprop.notation.binding import Reading
from symbackprop.notation.messages import Refusal
from symbackprop.notation.names import fold
from symbackprop.notation.printer import Printer
from symbackprop.notation.ranges import Ranges, Runner
from symbackprop.notation.syntax import Name, Node
from symbackprop.terms import FloorDiv


def declaration(runner: Runner, reading: Reading, ranges: Ranges) -> str:
    """``index h < (H + 2*P - R)//S + 1`` for the use ``x[S*h + r - P]``; an offset to the left pads both sides.

    Where no use says more, the length is left open.
    """
    for slot, axis, scope in reading.affine:
        length = ranges.length(axis)
        if length is None or not any(r is runner for r in scope.values()):
            continue
        bound = _bound(slot, runner, {r.name: r for r in scope.values()}, length)
        if bound is not None:
            return f"index {runner.name} < {Printer({}, ()).expression(bound)}"
    return f"index {runner.name} < ..."


def _bound(slot: Node, runner: Runner, scope: dict[str, Runner], length: Expr) -> Expr | None:
    def leaf(n: Node) -> Expr:
        if not isinstance(n, Name):
            raise Refusal("range", n.at, name=runner.name, line="")
        return Index(n.name, scope[n.name].size or Integer(1)) if n.name in scope else size(n.name)

    try:
        offset = fold(slot, leaf).expand()
    except Refusal:
        return None  # an entry or a call in the slot: nothing to solve for
    stride = offset.coeff(next((i for i in offset.atoms(Index) if i.name == runner.name), Integer(0)))
    reach = Integer(0)
    for i in offset.atoms(Index):
        factor = offset.coeff(i)
        offset -= factor * i
        if i.name != runner.name:
            reach += factor * (i.size - 1)
    offset = offset.expand()
    if stride.atoms(Index) or offset.atoms(Index) or not stride.is_positive:
        return None
    padding = 2 * offset if offset.could_extract_minus_sign() else offset
    return FloorDiv((length - 1 - reach - padding).expand(), stride) + 1
