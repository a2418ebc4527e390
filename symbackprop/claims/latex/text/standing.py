"""How a letter stands in the tokens of a formula: declared or defined, bound, a size, an array."""

from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.text.occurrences import BOLD, FACES, Occurrence, extent
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import ACCENTS, RELATIONS

_SAYING = ("\\in", "=", ":=", ":", "\\coloneqq", "\\equiv", "\\triangleq")
_EDGES = ("", "&", ",", ";", "\\\\", "\\quad", "\\qquad", "(", "\\left(")
_TRANSPOSED = ("T", "\\top", "\\intercal", "\\mathsf")
_ELEMENTWISE = ("\\odot", "\\circ", "\\otimes")
_OPENING = ("(", "[", "{", "\\{", "\\begin", "\\left(", "\\left[")
_CLOSING = (")", "]", "}", "\\}", "\\end", "\\right)", "\\right]")
_CONSTANTS = frozenset(("e", "d", "pi"))
_VECTORS = ("softmax", "operatorname:softmax", "text:softmax", "mathrm:softmax", "textrm:softmax")
_NEAR = 80  # tokens of a right side that are looked at
_LONGEST = 200  # letters: each is looked at once for every other


def before(given: Sequence[Token], k: int) -> str:
    """What stands before a letter and the fonts and accents laid over it."""
    k -= 1
    while k >= 0 and (given[k].text in FACES or given[k].text in ACCENTS or _is_laid_over(given, k)):
        k -= 1
    return given[k].text if k >= 0 else ""


def _is_laid_over(given: Sequence[Token], k: int) -> bool:
    return given[k].text == "{" and k > 0 and (given[k - 1].text in FACES or given[k - 1].text in ACCENTS)


def after(given: Sequence[Token], k: int) -> int:
    """The place after a letter, the braces that are laid over it and its scripts."""
    k += 1
    while k < len(given) and given[k].text in ("}", "_", "^", "'"):
        k = extent(given, k + 1) if given[k].text in ("_", "^") else k + 1
    return k


def following(given: Sequence[Token], k: int) -> str:
    """The text at k, columns of alignment passed over."""
    rest = [t.text for t in given[k : k + 2] if t.text != "&"]
    return rest[0] if rest else ""


def states(given: Sequence[Token], k: int) -> bool:
    """Whether the letter at k is declared or defined."""
    return following(given, after(given, k)) in _SAYING and before(given, k) in _EDGES[:-2]


def pieces(given: Sequence[Token]) -> list[int]:
    """Where one formula of a display ends and the next begins."""
    ends, depth = [], 0
    for k, t in enumerate(given):
        depth += (t.text in _OPENING) - (t.text in _CLOSING)
        if t.text == "\\\\" or (depth <= 0 and t.text in (",", ";", "\\quad", "\\qquad")):
            ends.append(k)
    return ends


def is_inner_product(given: Sequence[Token], k: int) -> bool:
    """Whether the letter at k is defined by a product of two vectors in bold, ``\\mathbf{w}^\\top \\mathbf{x}``."""
    if not states(given, k):
        return False
    end = after(given, k)
    right = list(_right_side(given, end))
    return following(given, end) != "\\in" and _ends_inner_product(right, len(right), anywhere=True)


def _ends_inner_product(given: Sequence[Token], end: int, anywhere: bool = False) -> bool:
    """Whether two vectors in bold, the first of them transposed, end at a place; nothing in bold but such vectors."""
    bold = [k for k in range(end) if FACES.get(given[k].text) == BOLD and extent(given, k + 1) <= end]
    if len(bold) < 2 or not (anywhere or extent(given, bold[-1] + 1) == end):
        return False
    first, second = bold[-2:]
    if not all(
        given[extent(given, k + 1) - (2 if given[k + 1].text == "{" else 1)].text.islower() for k in (first, second)
    ):
        return False
    between = [t.text for t in given[extent(given, first + 1) : second]]
    return between in (["^", "T"], ["^", "\\top"], ["^", "{", "T", "}"], ["^", "{", "\\top", "}"], ["\\cdot"])


def neighbours(given: Sequence[Token], k: int) -> Iterator[int]:
    """The places of the letters that a letter is added to or taken from; -1 for a product of two vectors."""
    start = k
    while start > 0 and (given[start - 1].text in ACCENTS or _is_laid_over(given, start - 1)):
        start -= 1
    if start > 1 and given[start - 1].text in ("-", "+"):
        if _ends_inner_product(given, start - 1):
            yield -1
        j = start - 2
        while j > 0 and given[j].text == "}":
            j -= 1
        yield j
    end = after(given, k)
    if end + 1 < len(given) and given[end].text in ("-", "+"):
        j = end + 1
        while j < len(given) and (given[j].text in ACCENTS or given[j].text == "{"):
            j += 1
        yield j


def is_size(given: Sequence[Token], o: Occurrence) -> bool:
    """Whether a letter is a bound of a sum, an exponent of a set, or ends ``1, \\dots, L``."""
    if o.script == "^":
        return True
    k = o.k
    return k > 1 and given[k - 1].text == "," and given[k - 2].text in ("\\dots", "\\ldots", "\\cdots")


def layer_above(given: Sequence[Token], k: int) -> str:
    """What stands in brackets above the letter at k, as the number of a layer does; "" for anything else."""
    k += 1
    while k < len(given) and given[k].text in ("}", "_"):
        k = extent(given, k + 1) if given[k].text == "_" else k + 1
    if k >= len(given) or given[k].text != "^":
        return ""
    inside = [t.text for t in given[k + 1 : extent(given, k + 1)] if t.text not in "{}"]
    closed = next((j for j, x in enumerate(inside) if x in ("]", ")")), 0)
    return "".join(inside[1:closed]) if closed and inside[0] in ("[", "(") else ""


def is_column_of_itself(given: Sequence[Token], o: Occurrence) -> bool:
    """Whether a letter is set equal to the column of its own entries, which says what they are and nothing else."""
    k = after(given, o.k)
    right = given[k + 1 : k + 1 + _NEAR] if following(given, k) == "=" else ()
    if not right or right[0].text != "\\begin":
        return False
    first = extent(right, 1)
    return first < len(right) and right[first].text.lstrip("\\") == o.letter


def looks_like_array(given: Sequence[Token], k: int) -> bool:
    """Whether a letter is transposed, multiplied entry by entry, or declared or defined as a vector or matrix."""
    end = after(given, k)
    scripts = [t.text for t in given[k + 1 : end]]
    if any(x in _TRANSPOSED for x in scripts) or following(given, end) in _ELEMENTWISE:
        return True
    if before(given, k) in _ELEMENTWISE:
        return True
    if not states(given, k):
        return False
    right = list(_right_side(given, end))
    texts = [t.text for t in right]
    if following(given, end) == "\\in":
        return "^" in texts
    if any(x in _VECTORS for x in texts):
        return True
    has_font = any(FACES.get(x) for x in texts)
    return not has_font and any(t.kind == "letter" and t.text.isupper() and t.text != "T" for t in right)


def _right_side(given: Sequence[Token], k: int) -> Iterator[Token]:
    for t in given[k + 1 : k + _NEAR]:
        if t.text == "\\\\" or t.text in ("=", ",", "\\quad", "\\qquad"):
            return
        yield t


def is_argument(given: Sequence[Token], k: int) -> bool:
    """Whether a letter stands alone in round brackets, as that of a function does."""
    return before(given, k) == "(" and following(given, after(given, k)) == ")"


def is_bound(given: Sequence[Token], o: Occurrence, formula: Sequence[Occurrence]) -> bool:
    """Whether a letter is the parameter of what a formula defines, or the one variable of a formula about functions."""
    if o.face or o.below:
        return False
    return o.letter in _parameters(given, formula) or is_one_variable(given, o, formula)


def _parameters(given: Sequence[Token], formula: Sequence[Occurrence]) -> set[str]:
    """x of ``f(x) = ...``, f being one letter at the left edge."""
    if not formula:
        return set()
    head = formula[0]
    end = after(given, head.k)
    if before(given, head.k) not in _EDGES[:-2] or following(given, end) not in ("(", "\\left("):
        return set()
    inside = [p for p in formula[1:_NEAR] if not p.script and not p.face and given[p.k - 1].text == "("]
    closed = (p for p in inside if p.k == end + 1 and p.k + 1 < len(given) and given[p.k + 1].text == ")")
    return {p.letter for p in closed if following(given, p.k + 2) in RELATIONS}


def is_one_variable(given: Sequence[Token], o: Occurrence, formula: Sequence[Occurrence]) -> bool:
    """``\\sigma'(z) = \\sigma(z) (1 - \\sigma(z))``: no letter but z, functions of it and constants."""
    if len(formula) > _LONGEST:
        return False
    applied = {p.letter for p in formula if following(given, after(given, p.k)) in ("(", "\\left(") and p.k != o.k}
    differentiated = {p.letter for p in formula if p.k and given[p.k - 1].text == "d"}
    known = applied | differentiated | _CONSTANTS | {o.letter}
    mine = [p for p in formula if p.letter == o.letter]
    if any(states(given, p.k) for p in mine):
        return False
    return all(p.letter in known and not p.face for p in formula) and not any(p.below for p in mine)
