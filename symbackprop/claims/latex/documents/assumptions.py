"""Relations about inputs that are taken for granted: signs, ranges, sums of entries, symmetric matrices, norms."""

from typing import Any

from sympy import Integer, Rational

from symbackprop.claims.latex.documents.declare import declare_sequence
from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.sequences import key_of_sequence
from symbackprop.claims.latex.meaning.values import is_unknown, unknown_size
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, text_of
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Special,
    Sum,
    same,
    walk,
)
from symbackprop.proof.facts import Assumption


def assumed(document: Document, el: Elaborator, node: Relation) -> bool:
    """An assumption about inputs: a sign, a range, a sum of entries."""
    if len(node.signs) not in (1, 2):
        return False
    left, right = node.items[0], node.items[-1]
    if node.signs in ((">",), (">=",)) and isinstance(right, Number) and right.value == 0:
        names = left.items if isinstance(left, Group) and left.kind == "list" else (left,)
        if all(is_input(document, el, n) for n in names):
            for n in names:
                _assume_sign(document, el, n, "positive")
            return True
    if node.signs == ("<", "<") and isinstance(left, Number) and isinstance(right, Number):
        if is_input(document, el, node.items[1]) and (left.value, right.value) == (0, 1):
            _assume_sign(document, el, node.items[1], "unit")
            return True
    if node.signs == ("=",) and isinstance(left, Reduce) and isinstance(right, Number):
        return _assume_sum(document, el, left, right)
    if node.signs == ("=",) and isinstance(left, Product) and isinstance(right, Number):
        summed = _summed_by_ones(left)
        if summed is not None:
            return _assume_whole_sum(document, el, summed, right)
    return node.signs == ("=",) and _assume_matrix(document, el, left, right)


def is_input(document: Document, el: Elaborator, node: Node) -> bool:
    """Whether a node is a symbol that nothing defines: of others a sign is a claim."""
    if not isinstance(node, Letter | Script) or key_parts(node) is None:
        return False
    found = find(el, node, Local())
    return found is None or getattr(found.what, "name", None) not in document.scope.equations


def _assume_matrix(document: Document, el: Elaborator, left: Node, right: Node) -> bool:
    """A = ±Aᵀ, AᵀA = I, ‖x‖ = c of inputs."""
    kind, base, value = _matrix_law(left, right)
    found = find(el, base, Local()) if base is not None else None
    if not kind or found is None or not isinstance(found.what, Symbol):
        return False
    if found.slots or found.what.name in document.scope.equations:
        return False
    document.assumptions.append(Assumption(kind, found.what.name, value))
    return True


def _assume_sign(document: Document, el: Elaborator, node: Node, kind: str) -> None:
    found = find(el, node, Local())
    if found is None:
        parts = key_parts(node)
        if parts is None:
            return
        given, base = document.assumptions, parts[0]
        if base in el.scope.sequences and isinstance(node, Script):
            if _are_entries(el, el.scope.sequences[base], node):
                del el.scope.sequences[base]
                whole = el.scope.add((base, "", ""), shape=(unknown_size(),), how="declared")
                document.assumptions.append(Assumption(kind, whole.name))
                return
            if declare_sequence(el, base, node, None, given, kind):
                return
        below = "".join(text_of(b) for b in flattened(parts[1]))
        symbol = document.scope.add((parts[0], below, ""), how="declared")
        document.assumptions.append(Assumption(kind, symbol.name))
    elif isinstance(found.what, Symbol) and found.what.name not in document.scope.equations:
        document.assumptions.append(Assumption(kind, found.what.name))


def _are_entries(el: Elaborator, letter: str, node: Script) -> bool:
    """Whether ``a_k > 0`` is of the entries of a: k counts no steps, and nothing says how far it counts."""
    length = el.scope.steps.get(letter)
    counts = letter in el.scope.first_members and len(flattened(node.below)) == 1 and node.above is None
    return counts and length is not None and is_unknown(el.algebra.size(length))


def _assume_sum(document: Document, el: Elaborator, left: Reduce, right: Number) -> bool:
    body = left.body
    if left.kind != "sum" or not isinstance(body, Script):
        return False
    _known_by_its_sum(el, body)
    found = find(el, body, Local())
    if found is None or not isinstance(found.what, Symbol) or found.what.name in document.scope.equations:
        return False
    if not found.slots or found.above is not None or text_of(found.slots[-1]) not in text_of_bound(left):
        return False
    name, given = found.what.name, document.assumptions
    binary = Assumption("binary", name)
    if right.value == 1 and binary in given and text_of(found.slots[-1]) in text_of_bound(left):
        given[given.index(binary)] = Assumption("one_hot", name)
    else:
        given.append(Assumption("sum", name, Rational(right.value.numerator, right.value.denominator)))
    return True


def _summed_by_ones(node: Product) -> Node | None:
    """y of ``\\mathbf 1^\\top y`` and of ``y^\\top \\mathbf 1``."""
    if len(node.factors) != 2 or node.factors[1][0] not in ("", "cdot"):
        return None
    (_, a), (_, b) = node.factors
    if isinstance(a, Script) and a.above is not None and a.above.transposed:
        if isinstance(a.base, Special) and a.base.name == "ones":
            return b
        if isinstance(b, Special) and b.name == "ones":
            return a.base if not a.below else Script(a.at, a.base, a.below)
    return None


def _assume_whole_sum(document: Document, el: Elaborator, node: Node, right: Number) -> bool:
    found = find(el, node, Local()) if isinstance(node, Letter | Script) else None
    if found is None or not isinstance(found.what, Symbol) or found.above is not None:
        return False
    own = 0 if found.what.step is None else 1  # y_t, a vector at each step
    if len(found.slots) > own or len(found.what.shape) != 1 + own or found.what.name in document.scope.equations:
        return False
    value = Rational(right.value.numerator, right.value.denominator)
    binary = Assumption("binary", found.what.name)
    if value == 1 and binary in document.assumptions:
        document.assumptions[document.assumptions.index(binary)] = Assumption("one_hot", found.what.name)
    else:
        document.assumptions.append(Assumption("sum", found.what.name, value))
    return True


def _known_by_its_sum(el: Elaborator, body: Script) -> None:
    """``\\sum_k y_k = 1`` may be the first that is said of y."""
    slots = flattened(body.below)
    plain = isinstance(body.base, Letter) and body.above is None and not body.primes
    if plain and slots and all(isinstance(x, Letter) for x in slots) and find(el, body, Local()) is None:
        assert isinstance(body.base, Letter)
        el.scope.add((body.base.name, "", ""), shape=tuple(unknown_size() for _ in slots), how="by use")


def _matrix_law(left: Node, right: Node) -> tuple[str, Node | None, Any]:
    """The kind of assumption that a relation is, of what, and its value."""
    sign, other = 1, right
    if isinstance(right, Sum) and len(right.terms) == 1:
        sign, other = right.terms[0]
    for a, b in ((left, other), (other, left)):
        if isinstance(a, Letter) and isinstance(b, Script) and b.above is not None and b.above.transposed:
            if same(b.base, a) and not b.below:
                return ("symmetric" if sign > 0 else "antisymmetric"), a, None
    if isinstance(left, Product) and isinstance(right, Letter) and right.name == "I" and len(left.factors) == 2:
        (_, a), (op, b) = left.factors
        turned = a if isinstance(a, Script) else b
        plain = b if turned is a else a
        if op in ("", "cdot") and isinstance(turned, Script) and turned.above is not None and turned.above.transposed:
            if isinstance(plain, Letter) and same(turned.base, plain):
                return ("orthogonal" if turned is a else "orthonormal_rows"), plain, None
    norm = left.base if isinstance(left, Script) else left
    if isinstance(norm, Group) and norm.kind == "norm" and isinstance(right, Number) and right.value == 1:
        if isinstance(norm.items[0], Letter):
            return "norm", norm.items[0], Integer(1)
    return "", None, None


def assumed_in_words(document: Document, el: Elaborator, at: int) -> tuple[Assumption, ...]:
    """What the words beside a matrix say of it where a claim stands: of inputs that are square."""
    found: dict[Assumption, None] = {}
    for p in document.said:
        if p.kind == "square" or not p.first <= at <= p.last:
            continue
        known = el.scope.symbols.get(key_of_sequence(p.letter)) or getattr(
            find(el, Letter(at, p.letter), Local()), "what", None
        )
        if not isinstance(known, Symbol) or known.name in el.scope.equations or known.role == "label":
            continue  # a label is a whole number
        shape = [el.algebra.size(n) for n in known.shape]
        if p.kind in ("positive", "one_hot") or (len(shape) == 2 and shape[0] == shape[1]):
            found[Assumption(p.kind, known.name)] = None
    return tuple(found)


def text_of_bound(node: Reduce) -> set[str]:
    below = node.below
    return {n.name for n in walk(below) if isinstance(n, Letter)} if below is not None else set()
