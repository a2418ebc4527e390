"""The number of a layer written as a plain superscript: ``z^1 = W^1 x + b^1``, ``a^2 = \\sigma(z^2)``.

Nobody writes a first power. A letter that a document defines as ``z^1`` and as ``z^2``, or that it differentiates by or
declares as ``W^1``, carries numbers of layers there, and is then written as in ``z^{[1]}``; so is every letter that
stands with a 1 above it in such a document. All other superscripts stay powers. A letter that is also defined without a
number has powers before it has numbers; after that, what stands above it is a number beside other numbers of layers,
and is refused where it stands alone, unless that number was defined and the letter never stands without one again.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbackprop.claims.latex.text.occurrences import FACES, Occurrence, extent, occurrences
from symbackprop.claims.latex.text.standing import before, pieces, states
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import ACCENTS

_NO_BASE = frozenset(("e", "d", "R", "T"))
_FIRST = frozenset(("0", "1"))
Base = tuple[str, str]  # accent and letter


@dataclass(frozen=True)
class Raised:
    """A letter with a superscript: the places of what stands above it, and that as text."""

    o: Occurrence
    start: int
    end: int
    text: str

    @property
    def base(self) -> Base:
        return self.o.accent, self.o.letter


def with_layer_numbers(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays, with square brackets around superscripts that are numbers of layers."""
    rows = [list(raised(given)) for given in found]
    numbered = _numbered(found, rows)
    if not numbered:
        return list(found)
    plain, begun, result = _plain(found, rows), dict[Base, dict[str, int]](), []
    for k, (given, row) in enumerate(zip(found, rows, strict=True)):
        mine = [r for r in row if r.base in numbered and _is_layer(given[r.start : r.end])]
        for r in mine:
            if states(given, r.o.k):
                begun.setdefault(r.base, {}).setdefault(r.text, k)
        counted = [r for r in mine if r.base not in plain or r.base in begun]
        unsure = [r for r in counted if r.base in plain and not _is_beside(given, r, counted)]
        alone = [r for r in unsure if r.text not in begun[r.base] or plain[r.base] >= min(begun[r.base].values())]
        result.append(bracketed(_with_unclear(given, alone), [r for r in counted if r not in alone]))
    return result


def _plain(found: Sequence[list[Token]], rows: Sequence[Sequence[Raised]]) -> dict[Base, int]:
    """The letters that are defined without a number too, each with the last display in which it stands so."""
    plain, last = set(), dict[Base, int]()
    for k, (given, row) in enumerate(zip(found, rows, strict=True)):
        above = {r.o.k for r in row}
        here = [o for o in occurrences(given) if not o.script and o.k not in above]
        last |= {(o.accent, o.letter): k for o in here}
        plain |= {(o.accent, o.letter) for o in here if not o.below and states(given, o.k)}
    return {base: last[base] for base in plain}


def _is_beside(given: Sequence[Token], r: Raised, counted: Sequence[Raised]) -> bool:
    """Whether a letter is defined with its number, or stands in one formula with another that has one."""
    ends = pieces(given)
    here = bisect(ends, r.o.k)
    return states(given, r.o.k) or any(o.base != r.base and bisect(ends, o.o.k) == here for o in counted)


def _with_unclear(given: list[Token], alone: Sequence[Raised]) -> list[Token]:
    places = {r.o.k: r for r in alone}
    return [
        Token("unclear", f"{places[k].o.letter}^{places[k].text}: a power, or the symbol of a layer", t.at)
        if k in places
        else t
        for k, t in enumerate(given)
    ]


def _numbered(found: Sequence[list[Token]], rows: Sequence[Sequence[Raised]]) -> set[Base]:
    """The letters that carry numbers of layers."""
    stated: dict[Base, set[str]] = {}
    written: dict[Base, set[str]] = {}
    named: set[Base] = set()  # differentiated by, or declared, with a 1
    for given, row in zip(found, rows, strict=True):
        for r in row:
            if not r.text.isdigit():
                continue
            written.setdefault(r.base, set()).add(r.text)
            if states(given, r.o.k):
                stated.setdefault(r.base, set()).add(r.text)
            if r.text in _FIRST and before(given, r.o.k) == "\\partial":
                named.add(r.base)
    defined = {base for base, numbers in stated.items() if len(numbers) > 1 and numbers & _FIRST}
    if not defined and not (named and any(numbers & _FIRST for numbers in stated.values())):
        return set()
    return defined | named | {base for base, numbers in written.items() if "1" in numbers}


def raised(given: Sequence[Token]) -> Iterator[Raised]:
    """The letters that carry a superscript."""
    for o in occurrences(given):
        if o.script or o.letter in _NO_BASE or (o.k and given[o.k - 1].text == "\\in"):
            continue
        place = _above(given, o.k)
        if place < len(given) and given[place].text == "^":
            end = extent(given, place + 1)
            inside = [t.text for t in given[place + 1 : end] if t.text not in "{}"]
            yield Raised(o, place + 1, end, "".join(inside))


def _above(given: Sequence[Token], k: int) -> int:
    """The place after a letter, its accent and its subscript."""
    place = k + 1
    while k > 1 and given[k - 1].text == "{" and (given[k - 2].text in ACCENTS or given[k - 2].text in FACES):
        place += place < len(given) and given[place].text == "}"
        k -= 2
    return extent(given, place + 1) if place < len(given) and given[place].text == "_" else place


def _is_layer(above: Sequence[Token]) -> bool:
    """A number, a small letter, or a letter and a number that is added or taken."""
    texts = [t.text for t in above if t.text not in "{}"]
    if len(texts) == 1:
        return texts[0].isdigit() or texts[0] in ("l", "L", "\\ell")
    return len(texts) == 3 and texts[0] in ("l", "L", "\\ell") and texts[1] in "+-" and texts[2].isdigit()


def bracketed(given: list[Token], labels: Sequence[Raised]) -> list[Token]:
    """The tokens with square brackets around some superscripts."""
    result: list[Token] = []
    k = 0
    for r in sorted(labels, key=lambda r: r.start):
        inside = [t for t in given[r.start : r.end] if t.text not in "{}"]
        at, last = given[r.start].at, given[r.end - 1].at
        result += [*given[k : r.start], Token("sign", "{", at), Token("sign", "[", at), *inside]
        result += [Token("sign", "]", last), Token("sign", "}", last)]
        k = r.end
    return result + given[k:]
