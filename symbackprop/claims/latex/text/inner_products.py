r"""``\mathbf{w} \cdot \mathbf{x}``: the inner product of two vectors, as ``\mathbf{w}^\top \mathbf{x}`` is.

Two small letters in bold with a dot between them are read so where a number may stand: not where a vector or a gradient
is set equal to that product, and nowhere in a document that defines a vector in bold by one (it multiplies entries).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbackprop.claims.latex.text.occurrences import BOLD, FACES, extent, occurrences
from symbackprop.claims.latex.text.standing import after, before, pieces
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import LETTERS, PRODUCTS, RELATIONS

_BEFORE_VECTORS = ("\\log", "\\ln")
_BY = ("d", "\\partial", "\\nabla", "_")
_OPENING, _CLOSING = ("(", "[", "\\{"), (")", "]", "\\}")
_NEAR = 40  # tokens: what is looked at before a dot


@dataclass(frozen=True)
class _Pair:
    """The places of the first letter, of what follows it and its scripts, which is the dot, and whether it is bare."""

    letter: int
    dot: int
    depth: int


def with_inner_products(found: Sequence[list[Token]]) -> list[list[Token]]:
    r"""The tokens, such products with a transposition.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> rows = with_inner_products([tokens(r"z = \mathbf{w} \cdot \mathbf{x}")])
    >>> [t.text for t in rows[0] if t.text not in "{}"]
    ['z', '=', '\\mathbf', 'w', '^', '\\top', '\\mathbf', 'x']
    """
    bold = {o.letter for given in found for o in occurrences(given) if o.face == BOLD}
    meant: list[list[_Pair]] = []
    for given in found:
        mine: list[_Pair] = []
        for pair, head in _pairs(given) if any(FACES.get(t.text) == BOLD for t in given) else ():
            if _begins_in_bold(head):
                if not pair.depth:
                    return list(found)
            elif pair.depth or not _is_gradient(head, bold):
                mine.append(pair)
        meant.append(mine)
    return [_turned(given, mine) for given, mine in zip(found, meant, strict=True)]


def _pairs(given: Sequence[Token]) -> Iterator[tuple[_Pair, Sequence[Token]]]:
    """The products of two such vectors, each with what its formula sets equal to something."""
    ends, head, depth = {*pieces(given)}, list[Token](), 0
    start: int | None = 0
    for k, t in enumerate(given):
        depth += (t.text in _OPENING) - (t.text in _CLOSING)
        if k in ends:
            start, depth = k + 1, 0
        elif t.text in RELATIONS and not depth and start is not None:
            written = [x for x in given[start:k] if x.text != "&"]
            head, start = written or head, None  # a row that begins with "=" goes on
        elif PRODUCTS.get(t.text) == "cdot" and (letter := _vector_before(given, k)) is not None:
            if _is_vector_after(given, k + 1):
                yield _Pair(letter, k, depth), head if start is None else ()


def _begins_in_bold(head: Sequence[Token]) -> bool:
    first = next(occurrences(head), None)
    return first is not None and first.face == BOLD


def _is_gradient(head: Sequence[Token], bold: set[str]) -> bool:
    """Whether something is differentiated by a letter that stands in bold, here or elsewhere, and no entry of it."""
    letters = [o for o in occurrences(head) if o.letter in bold and not o.below]
    return any(before(head, o.k) in _BY or before(head, o.k - 1) == "_" for o in letters)


def _letter_of(given: Sequence[Token], k: int) -> int | None:
    """The place of the one small letter in bold that the font at k is laid over."""
    if not 0 <= k < len(given) or FACES.get(given[k].text) != BOLD:
        return None
    inside = [j for j in range(k + 1, min(extent(given, k + 1), len(given))) if given[j].text not in ("{", "}")]
    letter = given[inside[0]] if len(inside) == 1 else None
    known = letter is not None and (letter.kind == "letter" or letter.text in LETTERS)
    return inside[0] if letter is not None and known and letter.text.lstrip("\\").islower() else None


def _vector_before(given: Sequence[Token], dot: int) -> int | None:
    """The letter of a vector that ends at the dot, no factor of which is a matrix or a vector."""
    for k in range(dot - 1, max(dot - _NEAR, 0) - 1, -1):
        letter = _letter_of(given, k)
        if letter is None:
            continue
        if after(given, letter) != dot or not _is_untouched(given, letter, dot):
            return None
        front = before(given, letter)
        array = any(after(given, o.k) == k and (o.face or o.letter.isupper()) for o in occurrences(given[:k]))
        return None if array or front in (*_CLOSING, "\\nabla") or front in PRODUCTS else letter
    return None


def _is_vector_after(given: Sequence[Token], k: int) -> bool:
    k += k < len(given) and given[k].text in _BEFORE_VECTORS
    letter = _letter_of(given, k)
    if letter is None or not _is_untouched(given, letter, end := after(given, letter)):
        return False
    rest = [t.text for t in given[end : end + 2]]
    product = rest[1:] if rest and rest[0] in PRODUCTS else rest
    return not product or (product[0] not in _OPENING and FACES.get(product[0]) is None and not product[0].isupper())


def _is_untouched(given: Sequence[Token], letter: int, end: int) -> bool:
    """Whether nothing stands above a letter but a label in brackets: no transposition, power or prime."""
    scripts = [t.text for t in given[letter + 1 : end]]
    if "'" in scripts:
        return False
    if "^" not in scripts:
        return True
    above = scripts[scripts.index("^") + 1 :]
    return above[:2] in (["{", "("], ["{", "["]) and above.count("}") > 0 and above[above.index("}") - 1] in (")", "]")


def _turned(given: list[Token], pairs: Sequence[_Pair]) -> list[Token]:
    """The tokens with a transposition of each first vector in the place of the dot."""
    result = list(given)
    for pair in reversed(pairs):
        at = given[pair.dot].at
        turned = Token("cmd", "\\top", at)
        above = next((k for k in range(pair.letter, pair.dot) if given[k].text == "^"), None)
        if above is None:
            result[pair.dot : pair.dot + 1] = [Token("sign", "^", at), turned]
        else:
            closing = extent(given, above + 1) - 1
            result[closing : pair.dot + 1] = [turned, *given[closing : pair.dot]]
    return result
