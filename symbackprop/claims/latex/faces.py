"""Fonts that tell symbols apart: only where a document writes one letter in two of them.

``\\mathbf{x}`` and ``x`` are one symbol in a document that writes one of them, and ``x_i`` is an entry of
``\\mathbf{x}``. A document that writes both whole, and shows that they are two (both in one formula, or the plain one
declared, defined or a bound), has two. Where it writes both and shows nothing, the plain one could be either, and is
refused.
"""

from collections.abc import Sequence
from dataclasses import replace

from symbackprop.claims.latex.occurrences import FACES, Occurrence, extent, occurrences
from symbackprop.claims.latex.tokens import Token
from symbackprop.claims.latex.vocabulary import RELATIONS

# Upright letters that have a meaning of their own, and the identity, which is one in any font.
_FIXED = frozenset(("d", "e", "T", "I", "i", "R"))
Symbol = tuple[str, str]  # accent and letter
Form = tuple[str, str, str]  # and subscript


def told_apart(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays with the fonts that distinguish put into the letters themselves."""
    letters = [[o for o in occurrences(given) if o.letter not in _FIXED] for given in found]
    doubled = _doubled([o for row in letters for o in row])
    if not doubled:
        return list(found)
    symbols = {form[:2] for form in doubled}
    distinct = {s for s in symbols if any(_shows(g, row, s) for g, row in zip(found, letters, strict=True))}
    unclear = {form for form in doubled if form[:2] not in distinct}
    # x_i, where both x and a bold x stand whole, could be an entry of either.
    unclear |= {(*_symbol(o), o.below) for row in letters for o in row if _symbol(o) in distinct and o.below} - doubled
    return [_rewritten(given, row, distinct, unclear) for given, row in zip(found, letters, strict=True)]


def _symbol(o: Occurrence) -> Symbol:
    return o.accent, o.letter


def _doubled(letters: Sequence[Occurrence]) -> set[Form]:
    """The symbols that a document writes in a font and without, under the same subscript."""
    faces: dict[Form, set[str]] = {}
    for o in letters:
        if o.script != "_":
            faces.setdefault((*_symbol(o), o.below), set()).add(o.face)
    return {form for form, found in faces.items() if len(found) > 1}


def _shows(given: Sequence[Token], row: Sequence[Occurrence], symbol: Symbol) -> bool:
    """Whether a formula shows that the plain symbol is not the one in a font."""
    mine = [o for o in row if _symbol(o) == symbol and o.script != "_"]
    plain = [o for o in mine if not o.face and not o.below]
    if any(o.face for o in mine) and plain:
        return True
    return any(o.script == "^" or _is_stated(given, o.k) for o in plain)


def _is_stated(given: Sequence[Token], k: int) -> bool:
    """Whether the letter at k is declared, defined, a parameter of what is defined, or ends ``1, \\dots, L``."""
    before = given[k - 1].text if k else ""
    rest = [t.text for t in given[k + 1 : k + 3] if t.text != "&"]
    after = rest[0] if rest else ""
    if after in ("\\in", "=", ":=", ":", "\\coloneqq") and before in ("", "&", ",", "\\\\"):
        return True
    if before == "(" and after == ")" and k + 2 < len(given) and given[k + 2].text in ("=", "&"):
        return not any(t.text in RELATIONS or t.text == "\\partial" for t in given[:k])
    return before == "," and k > 1 and given[k - 2].text in ("\\dots", "\\ldots", "\\cdots")


def _rewritten(given: list[Token], row: Sequence[Occurrence], distinct: set[Symbol], unclear: set[Form]) -> list[Token]:
    renamed: dict[int, Token] = {}
    for o in row:
        if o.script == "_":
            continue
        t = given[o.k]
        if o.face and _symbol(o) in distinct:
            renamed[o.k] = replace(t, kind="letter", text=f"{o.face} {o.letter}")
        elif not o.face and (*_symbol(o), o.below) in unclear:
            shown = o.letter + (f"_{o.below}" if o.below else "")
            renamed[o.k] = Token("unclear", f"{shown}: the symbol in bold or script type, or another", t.at)
    if not renamed:
        return given
    silent = {
        k
        for k, t in enumerate(given)
        if t.text in FACES and any(j in renamed and renamed[j].kind == "letter" for j in range(k, extent(given, k + 1)))
    }
    return [renamed.get(k, t) for k, t in enumerate(given) if k not in silent]
