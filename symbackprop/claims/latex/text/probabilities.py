"""``P(y = k \\mid x)`` is the entry k of a vector of numbers, ``P(y^{(i)} = k \\mid x^{(i)})`` that of an example.

Where k is a letter, and P stands before such brackets and nowhere else. ``P(y = 1 \\mid x)`` stays as it is; in a chain
of others, ``\\sigma(z) = \\frac{1}{1 + e^{-z}} = P(y = 1 \\mid x)``, it says what they mean and claims nothing of them.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from symbackprop.claims.latex.text.occurrences import extent
from symbackprop.claims.latex.text.standing import pieces
from symbackprop.claims.latex.text.tokens import Token

_LETTERS = ("P", "p")
_BARS = ("|", "\\mid", "\\vert")
_PROBABILITIES = (["P"], ["p"], ["\\Pr"], ["P", "r"], ["\\mathbb", "{", "P", "}"])
_EQUAL = ("=", "\\equiv")


def with_probabilities(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays, with such applications as entries."""
    found = [_without_meanings(given) for given in found]
    read = [dict(_applications(given)) for given in found]
    letters = {given[k].text for given, places in zip(found, read, strict=True) for k in places}
    other = {t.text for given, places in zip(found, read, strict=True) for k, t in enumerate(given) if k not in places}
    wanted = letters - other
    return [list(_as_entries(given, places, wanted)) for given, places in zip(found, read, strict=True)]


def _applications(given: Sequence[Token]) -> Iterator[tuple[int, tuple[int, list[Token], list[Token]]]]:
    """The place of each P, the place after its brackets, the class, and the label of the example."""
    for k, t in enumerate(given):
        if t.kind != "letter" or t.text not in _LETTERS or k + 3 >= len(given) or given[k + 1].text != "(":
            continue
        at, label = k + 3, list[Token]()
        if given[k + 2].kind == "letter" and given[at].text == "^":
            end = extent(given, at + 1)
            label = list(given[at:end])
            at = end
        bar = at + 2
        if (
            bar >= len(given)
            or given[at].text != "="
            or given[at + 1].kind != "letter"
            or given[k + 2].kind != "letter"
        ):
            continue
        closing = next((j for j in range(bar, len(given)) if given[j].text == ")" and _is_outer(given[bar:j])), None)
        if given[bar].text in _BARS and closing is not None:
            yield k, (closing + 1, [given[at + 1]], label)


def _without_meanings(given: list[Token]) -> list[Token]:
    """The tokens of a display, links that are such a probability left out where two others stay."""
    ends = [-1, *pieces(given), len(given)]
    result: list[Token] = []
    for start, end in pairwise(ends):
        formula = given[start + 1 : end]
        signs = [k for k, t in enumerate(formula) if t.text in _EQUAL and _depth(formula[:k]) == 0]
        links = list(pairwise([*signs, len(formula)]))
        meant = [(a, b) for a, b in links if _is_probability([t for t in formula[a + 1 : b] if t.text != "&"])]
        if len(signs) - len(meant) > 0:
            left_out = {k for a, b in meant for k in range(a, b)}
            formula = [t for k, t in enumerate(formula) if k not in left_out]
        result += [*formula, *given[end : end + 1]]
    return result


def _depth(given: Sequence[Token]) -> int:
    return sum((t.text in ("(", "{", "[")) - (t.text in (")", "}", "]")) for t in given)


def _is_probability(link: Sequence[Token]) -> bool:
    """``P(y = 1 \\mid x)``, alone: of what it is, an equation says, and of what it is given."""
    texts = [t.text for t in link]
    head = next((k for k, x in enumerate(texts) if x == "("), 0)
    inside = texts[head + 1 : -1]
    whole = texts[-1:] == [")"] and all(_depth(link[:k]) for k in range(head + 1, len(link)))
    return texts[:head] in _PROBABILITIES and whole and "=" in inside and any(x in _BARS for x in inside)


def _is_outer(inside: Sequence[Token]) -> bool:
    return sum((t.text == "(") - (t.text == ")") for t in inside) == 0


def _as_entries(
    given: list[Token], places: dict[int, tuple[int, list[Token], list[Token]]], wanted: set[str]
) -> Iterator[Token]:
    k = 0
    while k < len(given):
        if k in places and given[k].text in wanted:
            end, letter, label = places[k]
            at = letter[0].at
            yield given[k]
            yield from (Token("sign", "_", at), Token("sign", "{", at), *letter, Token("sign", "}", at))
            yield from label
            k = end
        else:
            yield given[k]
            k += 1
