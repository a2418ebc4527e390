"""Relations among indices and sizes, ``i \\neq j`` or ``l < L``, and signs beside a formula: they restrict a display.

A condition stands in the display that it restricts, or in the sentence before it. It is no claim: both sides of what it
restricts are compared where it holds.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sympy import Expr, S

from symbackprop.claims.latex.documents.prose_conditions import below_heading
from symbackprop.claims.latex.meaning.brackets import condition_value
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Reduce,
    Relation,
    Script,
    Special,
    Sum,
    same,
    walk,
)
from symbackprop.errors import ReadError

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator

_ORDER = ("<", "<=", ">", ">=")
_BESIDE = re.compile(r"\(\s*$|\b(?:on|for|while|as long as|f[uü]r|auf|solange|para|pour)\s*$", re.I)
_SENTENCE_ENDS = re.compile(r"[.!?]\s")
_AFTER = re.compile(
    r"\s*[,(]?\s*(?:for|if|when|whenever|where|para|si|se|wenn|falls|für|pour|quando|cuando)(?: all)?\s*$"
)
_ELSE = re.compile(
    r"\b(?:otherwise|else|elsewhere|sonst|andernfalls|sinon|autrement|altrimenti|sen[aã]o|caso contr[aá]rio|sino"
    r"|en otro caso|иначе|інакше|в противном случае)\b|아니면|그렇지 않|그 외|나머지|否则|否則|其他|其它"
    r"|それ以外|そうでな|他の場合", re.I
)  # fmt: skip
_VALUE_IF = re.compile(
    r"(?:\b(?:[01]|one|zero|eins|null|un|z[eé]ro|uno|cero|um|единиц\w*|нул\w*)\s*,?\s*(?:if|when|where|for|wenn|falls|für"
    r"|si|se|pour|para|quando|cuando|если|при))\s*$|(?:为|為|は)\s*[01]\s*[,，、]?\s*(?:当|如果|若)?\s*$", re.I
)  # fmt: skip
_LINE_BEGINS = re.compile(r"\n\W*[^\W\d_a-zà-ÿ]|\n\s*\n|\n\s*[-*+] ")


def conditions(found: Sequence[Statement]) -> tuple[set[int], dict[int, list[Relation]]]:
    """The places of the statements that are conditions, and what restricts each display, by its number."""
    letters = set(_index_letters(found))
    declared = {
        n.name
        for s in found
        if isinstance(s.node, Relation) and s.node.signs[0] == "in" and not _is_listed(s.node.items[-1])
        for n in walk(s.node.items[0])
        if isinstance(n, Letter)
    }
    places: set[int] = set()
    restricting: dict[int, list[Relation]] = {}
    for k, s in enumerate(found):
        node = _unwrapped(s.node)
        if not isinstance(node, Relation) or s.error is not None:
            continue
        if _is_among_indices(node, letters - declared) or _is_sign_beside(found, k) or _is_sign_before(found, k):
            places.add(k)
            for display in [s.display] if not s.inline else dict.fromkeys(_restricted(found, k, node)):
                restricting.setdefault(display, []).append(node)
    return places, restricting


def of_row(given: Sequence[Relation], s: Statement, at: int) -> tuple[Relation, ...]:
    """What restricts the link of a chain at a place: where several rows have conditions, each row has its own.

    A row without one goes on in the case of the row before. In the text what follows a formula is said of it, and what
    stands before it of the formula before.
    """
    after = tuple(c for c in given if c.at > s.at) if s.inline else ()
    if after:
        return after
    rows = [row.at for row in s.rows]
    by_row: dict[int, list[Relation]] = {}
    for c in given:
        by_row.setdefault(sum(r <= c.at for r in rows), []).append(c)
    if len(by_row) < 2:
        return tuple(given)
    own = max((r for r in by_row if r <= sum(row <= at for row in rows)), default=0)
    return (*by_row.get(0, ()), *(by_row[own] if own else ()))


def _unwrapped(node: Node | None) -> Node | None:
    """``(i \\neq j)`` without its brackets."""
    return node.items[0] if isinstance(node, Group) and len(node.items) == 1 else node


def _index_letters(found: Sequence[Statement]) -> Iterator[str]:
    """Letters that stand as a subscript, as a label or under a sum."""
    for s in found:
        for n in walk(s.node) if s.node is not None else ():
            places: list[Node] = []
            if isinstance(n, Script):
                places = [*flattened(n.below), *([n.above.label] if n.above is not None and n.above.label else [])]
                places += [n.above.power] if n.above is not None and n.above.power is not None else []
            elif isinstance(n, Reduce) and n.below is not None:
                places = [n.below]
            for place in places:
                for x in walk(place):
                    if isinstance(x, Letter) and len(x.name) == 1:
                        yield x.name


def _is_listed(domain: Node) -> bool:
    """Whether a set is a range of indices or labels, ``{1, ..., n}``."""
    base = domain.base if isinstance(domain, Script) else domain
    return isinstance(base, Group) and base.kind == "{"


def _is_among_indices(node: Relation, letters: set[str]) -> bool:
    if not all(sign in (*_ORDER, "!=", "=") for sign in node.signs):
        return False
    if any(isinstance(n, Special) for n in walk(node)):
        return False  # i = 1, ..., n is a range
    if node.signs == ("!=",) and any(isinstance(i, Script) for i in node.items):
        return _is_beside_class(node, letters)
    if not all(isinstance(i, Letter | Number | Sum | Group) for i in node.items):
        return False
    if "=" in node.signs and not all(isinstance(i, Letter) for i in node.items):
        return False
    names = [n for n in walk(node) if not isinstance(n, Relation | Sum | Group)]
    if not all(isinstance(n, Letter | Number) for n in names):
        return False
    written = [n.name for n in names if isinstance(n, Letter)]
    small = [x for x in written if x in letters and x.islower()]
    return bool(small) and all(x in letters or x.isupper() or x in (*"nmdkp", "tau") for x in written)


def _is_beside_class(node: Relation, letters: set[str]) -> bool:
    """``j \\neq y_i``: an index that is not the class of the example i."""
    index, other = sorted(node.items, key=lambda n: isinstance(n, Script))
    if not isinstance(index, Letter) or not isinstance(other, Script) or not isinstance(other.base, Letter):
        return False
    slots = flattened(other.below)
    plain = other.above is None and not other.primes and all(isinstance(x, Letter) and x.name in letters for x in slots)
    return plain and bool(slots) and index.name in letters and index.name.islower()


def _is_sign_beside(found: Sequence[Statement], k: int) -> bool:
    """``z > 0`` after a formula in one display: it restricts that formula."""
    s, node = found[k], found[k].node
    if not isinstance(node, Relation) or s.inline or len(node.signs) != 1 or node.signs[0] not in _ORDER:
        return False
    ends = sorted(node.items, key=lambda n: isinstance(n, Number))
    if not isinstance(ends[0], Letter | Script) or not isinstance(ends[1], Number):
        return False
    before = found[k - 1] if k else None
    if before is None or before.display != s.display or not isinstance(before.node, Relation):
        return False
    return before.rows[-1].at == s.rows[0].at or not _is_defined(found, ends[0])


def _is_sign_before(found: Sequence[Statement], k: int) -> bool:
    """``on the active side ($L > 0$):`` of what is defined: it restricts the display that ends the sentence."""
    s, node = found[k], found[k].node
    if not isinstance(node, Relation) or not s.inline or len(node.signs) != 1 or node.signs[0] not in _ORDER:
        return False
    symbol, number = sorted(node.items, key=lambda n: isinstance(n, Number))
    if not isinstance(symbol, Letter | Script) or not isinstance(number, Number):
        return False
    return _BESIDE.search(s.before) is not None and _is_defined(found, symbol)


def _is_defined(found: Sequence[Statement], symbol: Node) -> bool:
    """Whether some equation has the symbol as its left side: in a row of its own its sign is a claim."""
    relations = (s.node for s in found if isinstance(s.node, Relation))
    return any(r.signs[0] in ("=", ":=") and same(r.items[0], symbol) for r in relations)


def _restricted(found: Sequence[Statement], k: int, node: Relation) -> Iterator[int]:
    """The formula after "for $i \\neq k$:", or before "for $i \\neq k$", and the display that ends the sentence."""
    letters = {n.name for n in walk(node) if isinstance(n, Letter)}
    yield from below_heading(found, k, letters)
    beside = False
    if k and _AFTER.match(found[k].before) and not (k + 1 < len(found) and found[k + 1].before.startswith(":")):
        if _is_equation_of(found[k - 1], letters):
            yield found[k - 1].display
    if _tells_values(found, k):
        return
    for m, s in enumerate(found[k + 1 :], k + 1):
        if _SENTENCE_ENDS.search(s.before) or (beside and _LINE_BEGINS.search(s.before)):
            return
        if not s.inline:
            yield s.display
            return
        if m == k + 1 and _is_equation_of(s, letters):
            beside = True
            yield s.display


def _tells_values(found: Sequence[Statement], k: int) -> bool:
    """Whether "1 if $i = k$, else 0" says what something is in each case: the display after it is said of all."""
    for s in found[k + 1 :]:
        end = _SENTENCE_ENDS.search(s.before)
        if _ELSE.search(s.before[: end.start()] if end else s.before):
            return True
        if end or not s.inline:
            break
    if _VALUE_IF.search(found[k].before):
        return True
    before = found[k - 1].node if k and found[k - 1].inline and _AFTER.match(found[k].before) else None
    return isinstance(before, Number) or (isinstance(before, Relation) and isinstance(before.items[-1], Number))


def _is_equation_of(s: Statement, letters: set[str]) -> bool:
    """Whether a formula in the text is an equation with one of the letters."""
    if not s.inline or not isinstance(s.node, Relation) or s.node.signs[0] != "=":
        return False
    inside = {n.name for n in walk(s.node) if isinstance(n, Letter)}
    return bool(letters & inside) and any(isinstance(n, Derivative | Script) for n in walk(s.node))


def indicator(el: "Elaborator", given: Sequence[Relation], used: set[str]) -> Expr:
    """1 where all conditions hold, else 0. Raises ``ReadError`` for one on an index that a sum binds.

    A condition whose letters the formula does not have, as ``l < L`` beside the layers l, says nothing of its values.
    Of one with a letter that nothing says, as ``t < \\tau``, it is only kept that it is there: what holds without it
    holds with it.
    """
    product: Expr = S.One
    for node in given:
        for k, (a, b) in enumerate(pairwise(node.items)):
            letters = {n.name for x in (a, b) for n in walk(x) if isinstance(n, Letter)}
            mine = letters & used
            known = {x for x in letters if x in el.free or (x, "", "") in el.scope.symbols or x in el.sizes}
            if not mine - el.sizes:
                continue
            if letters - known and not (letters - known) & used:
                el.open_condition = ", ".join(sorted(letters - known))
                continue
            if letters - known:
                raise ReadError(
                    f"the condition on {', '.join(sorted(letters - known))} beside this formula is not read"
                )
            product *= condition_value(el, Relation(node.at, (a, b), (node.signs[k],), (node.at,)), Local()).expr
    return product
