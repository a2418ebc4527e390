"""``P(y = k \\mid x)`` is the entry k of a vector of numbers, ``P(y^{(i)} = k \\mid x^{(i)})`` that of an example.

Where k is a letter, and P stands before such brackets and nowhere else. ``P(y = 1 \\mid x)`` stays as it is.
"""

from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.text.occurrences import extent
from symbackprop.claims.latex.text.tokens import Token

_LETTERS = ("P", "p")
_BARS = ("|", "\\mid", "\\vert")


def with_probabilities(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays, with such applications as entries."""
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
