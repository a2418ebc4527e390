"""Words and letters above a symbol that name it, ``W^{hx}``, ``W^Q``, ``b^{h}``, ``x^{in}``: as in ``W^{[hx]}``.

A name has no value that something could be raised to. A superscript of letters names where the document defines,
declares or differentiates by the symbol with it, or where the symbol is a capital that never stands without one; and
where the same letters name beside another symbol. Index letters, declared numbers and what ends in T name nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from symbackprop.claims.latex.text.layer_numbers import Base, Raised, bracketed, raised
from symbackprop.claims.latex.text.occurrences import occurrences
from symbackprop.claims.latex.text.standing import before, following, is_size, states
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import INDICES

_INDICES = INDICES | {"L", "T", "\\ell", "\\tau", "\\alpha", "\\beta", "\\gamma"}
_SIZES = frozenset("KNM")
_WORDS = frozenset(("in", "pre", "post", "out", "net"))
_STEPS = frozenset(("new", "old", "next", "prev"))


@dataclass
class _Use:
    """How one letter is written: the names above it, those by which it is known, whether it stands without one."""

    names: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    is_bare: bool = False


def with_word_labels(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays, with square brackets around superscripts that are names."""
    rows = [list(raised(given)) for given in found]
    numbers = _numbers(found)
    uses: dict[Base, _Use] = {}
    for given, row in zip(found, rows, strict=True):
        named = {r.o.k for r in row if _may_name(given, r, numbers)}
        for r in row:
            if r.o.k in named:
                use = uses.setdefault(r.base, _Use())
                use.names.add(r.text)
                if states(given, r.o.k) or before(given, r.o.k) == "\\partial":
                    use.known.add(r.text)
        for o in occurrences(given):
            if not o.script and o.k not in named:
                uses.setdefault((o.accent, o.letter), _Use()).is_bare = True
    labels = _labels(uses)
    return [
        bracketed(given, [r for r in row if r.text in labels.get(r.base, ()) and _may_name(given, r, numbers)])
        for given, row in zip(found, rows, strict=True)
    ]


def _labels(uses: dict[Base, _Use]) -> dict[Base, set[str]]:
    """The names that each letter carries."""
    labels: dict[Base, set[str]] = {}
    for base, use in uses.items():
        words = {x for x in use.names if len(x) > 1}
        if not use.is_bare and (use.known or (base[1].isupper() and (words or len(use.names) > 1))):
            labels[base] = use.names
        elif use.known & words:
            labels[base] = words
    everywhere = {x for names in labels.values() for x in names}
    for base, use in uses.items():
        if base not in labels and not use.is_bare and use.names and use.names <= everywhere:
            labels[base] = use.names
    return labels


def _may_name(given: Sequence[Token], r: Raised, numbers: set[str]) -> bool:
    inside = [t for t in given[r.start : r.end] if t.text not in "{}"]
    if not inside or r.text in _STEPS or following(given, r.end) == "\\to":
        return False
    if len(inside) == 1 and inside[0].kind == "text":
        return inside[0].text.partition(":")[2].strip() not in _STEPS | {"T"}
    if not all(t.kind == "letter" for t in inside) or inside[-1].text == "T":
        return False
    texts = [t.text for t in inside]
    if not r.o.letter.isupper() and r.text in _SIZES:
        return False
    return r.text in _WORDS or not (all(x in _INDICES for x in texts) or all(x in numbers for x in texts))


def _numbers(found: Sequence[list[Token]]) -> set[str]:
    """The letters that are declared as numbers, or that are sizes."""
    numbers = set()
    for given in found:
        for o in occurrences(given):
            after = following(given, o.k + 1)
            if is_size(given, o) and _is_bound_above(given, o.k):
                numbers.add(given[o.k].text)
            if not o.script and (
                after in (">", "<", "\\ge", "\\geq") or (after == "\\in" and _is_number_set(given, o.k))
            ):
                numbers.add(given[o.k].text)
    return numbers


def _is_bound_above(given: Sequence[Token], k: int) -> bool:
    """Whether a letter stands above a sum or is the exponent of a set."""
    start = k - 1
    while start > 0 and given[start].text != "^":
        start -= 1
    return given[start - 1].text in ("}", "\\sum", "\\prod") and any(
        t.text in ("\\sum", "\\prod", "\\mathbb") for t in given[max(0, start - 12) : start]
    )


def _is_number_set(given: Sequence[Token], k: int) -> bool:
    """``\\in \\mathbb{R}`` without an exponent, or ``\\in \\mathbb{N}``."""
    rest = [t.text for t in given[k + 2 : k + 7]]
    return rest[:1] == ["\\mathbb"] and "^" not in rest
