"""Derivatives as they are written: fractions of ∂ or d, ∂ with a subscript or a slash, ∇.

A fraction is a derivative where both its parts begin with the same sign; its order has to be that of its denominator.
So is one of ∂z over dx, and of ∂z over x alone: ∂ is no number that could be divided, the sign was forgotten.
An operator without a numerator acts on the rest of the product.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.operator_notation import applied
from symbackprop.claims.latex.syntax.superscript_notation import superscript
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Number, Quotient, Script, Special
from symbackprop.claims.latex.text.occurrences import extent
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import FRACTIONS

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser, Scripts

_SIGNS = {"\\partial": "partial", "d": "d"}
_HIGHEST = 10


def fraction(p: "Parser", t: Token) -> Node:
    """The two arguments of a fraction, as a derivative or as a quotient."""
    above, below = p.raw_argument(), p.raw_argument()
    above, below = _with_one_sign(p, _without_boldness(above), _without_boldness(below))
    derivative = _derivative(p, t.at, above, below)
    if derivative is not None:
        return derivative
    node = Quotient(t.at, p.sub(above).formula(), p.sub(below).formula())
    if len(above) > 1 and above[0].text == "d" and _is_symbol(node.below) and any(_is_of_d(p.tokens)):
        raise p.unclear("dL over a symbol: a derivative by it, or divided by it; write dL / d...", t.at)
    return node


def _is_symbol(node: Node) -> bool:
    return isinstance(node.base if isinstance(node, Script) else node, Letter)


def _is_of_d(given: Sequence[Token]) -> Iterator[bool]:
    """For each fraction of a formula, whether both its parts begin with d."""
    for k, t in enumerate(given):
        if t.text in FRACTIONS:
            parts = given[k + 1 : k + 3], given[extent(given, k + 1) :][:2]
            yield all([x.text for x in part] == ["{", "d"] for part in parts)


def partial(p: "Parser", head: Special, scripts: "Scripts") -> Node:
    """``∂_x f``, ``∂_x^2 f`` and ``∂f/∂x``."""
    if scripts.below:
        order = _order_above(p, scripts)
        return Derivative(scripts.at, "partial", p.scripted(), scripts.below * order, order)
    if scripts.above is not None:
        raise p.error("write a derivative of higher order with \\frac")
    of = p.scripted()
    p.expect("/")
    if not p.accept("\\partial"):
        raise p.error("expected \\partial")
    return Derivative(scripts.at, "partial", of, (p.scripted(),))


def _order_above(p: "Parser", scripts: "Scripts") -> int:
    """2 of ``∂_x^2``; 1 where nothing stands above."""
    if scripts.above is None:
        return 1
    power = scripts.above.power
    if not isinstance(power, Number) or power.value not in (1, 2, 3, 4) or len(scripts.below) != 1:
        raise p.error("this superscript on ∂", scripts.at)
    return int(power.value)


def nabla(p: "Parser", head: Special, scripts: "Scripts") -> Node:
    """``∇_x f``, ``∇²_x f``, and ``∇_x`` alone."""
    order, by = 1, scripts.below
    if scripts.above is not None:
        power = scripts.above.power
        if not (isinstance(power, Number) and power.value == 2):
            raise p.error("this superscript on ∇", scripts.at)
        order, by = 2, (*by, *by) if len(by) == 1 else by
    of = applied(p) if p.starts_factor() else None
    return Derivative(scripts.at, "nabla", of, by, order)


def _with_one_sign(
    p: "Parser", above: Sequence[Token], below: Sequence[Token]
) -> tuple[Sequence[Token], Sequence[Token]]:
    """Both parts with ∂, where one of them has it and the other has d, or the lower one is a symbol without a sign."""
    signs = [part[0].text if len(part) > 1 else "" for part in (above, below)]
    if "\\partial" not in signs or signs[0] not in _SIGNS or above[1].text == "^":
        return above, below
    first, second = (replace(part[0], text="\\partial", kind="cmd") if part else None for part in (above, below))
    if first is None or second is None:
        return above, below
    if signs[1] in _SIGNS:
        return [first, *above[1:]], [second, *below[1:]]
    is_forgotten = not any(t.text in _SIGNS for t in below) and _is_symbol(p.sub(below).formula())
    return (above, [second, *below]) if is_forgotten else (above, below)


def _derivative(p: "Parser", at: int, above: Sequence[Token], below: Sequence[Token]) -> Node | None:
    """The fraction as a derivative, where both parts begin with the same ∂ or d."""
    sign = above[0].text if above else ""
    if sign not in _SIGNS or len(below) < 2 or below[0].text != sign:
        return None
    order, of = _numerator(p, at, above[1:])
    by = _denominators(p, below, sign, order)
    if len(by) != order:
        raise p.error(f"a derivative of order {order} by {len(by)} variables", at)
    return Derivative(at, _SIGNS[sign], _operand(p) if of is None else of, by, order)


def _numerator(p: "Parser", at: int, after_sign: Sequence[Token]) -> tuple[int, Node | None]:
    """The order, and what is differentiated where it stands there."""
    numerator = p.sub(after_sign)
    order = 1
    if numerator.accept("^"):
        power = superscript(numerator).power
        if not isinstance(power, Number):
            raise p.error("a derivative of unknown order", at)
        order = int(power.value)
    of = None if numerator.ended else numerator.product()
    if not numerator.ended:
        raise numerator.error("cannot read this in the numerator of a derivative")
    return order, of


def _denominators(p: "Parser", below: Sequence[Token], sign: str, order: int) -> tuple[Node, ...]:
    """The variables, each as often as its power says where the order is higher than one."""
    found: list[Node] = []
    for piece in _pieces(below, sign):
        node, times = p.sub(piece).formula(), 1
        if order > 1 and isinstance(node, Script) and node.above is not None and isinstance(node.above.power, Number):
            times = int(node.above.power.value)
            node = Script(node.at, node.base, node.below, None, node.primes) if node.below else node.base
        found += [node] * min(times, _HIGHEST)
    return tuple(found)


def _pieces(below: Sequence[Token], sign: str) -> list[list[Token]]:
    """What stands after each sign outside of all brackets."""
    pieces: list[list[Token]] = []
    depth = 0
    for t in below:
        if t.text == sign and depth == 0:
            pieces.append([])
        elif pieces:
            pieces[-1].append(t)
        depth += (t.text in ("{", "(", "[")) - (t.text in ("}", ")", "]"))
    return pieces


def _operand(p: "Parser") -> Node:
    """What a derivative operator acts on: the rest of the product."""
    if not p.starts_factor():
        raise p.error("a derivative of nothing")
    return p.product()


def _without_boldness(given: Sequence[Token]) -> Sequence[Token]:
    """``{\\mathrm{d}}`` at the start as ``d``."""
    texts = [t.text for t in given[:4]]
    if texts == ["\\mathrm", "{", "d", "}"]:
        return [given[2], *given[4:]]
    if texts[:2] == ["\\mathrm", "d"]:
        return given[1:]
    return given
