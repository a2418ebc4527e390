"""Fonts that tell symbols apart: only where a document writes one letter in two of them.

``\\mathbf{x}`` and ``x`` are one symbol in a document that writes one of them whole, and ``x_i`` is an entry of
``\\mathbf{x}``. A document that writes both whole, and shows that they are two (the plain one is a number, or both
stand in one formula, or each of them is declared or defined), has two, and ``x_i`` is an entry of the bold one.
So has one in which the plain symbol stands before the bold one is declared or defined, and never after, and one in
which it is a number, ``z = \\mathbf{w}^\\top \\mathbf{x}``, and never stands after the first bold one.
``a^{[L]}`` of the last layer is that of ``\\vec{a}^{[l]}``, where the plain symbol has no other layer.
Where it shows nothing, the formulas with the one that nothing defines are refused, and no others.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from symbackprop.claims.latex.text.occurrences import BOLD, FACES, Occurrence, extent, occurrences
from symbackprop.claims.latex.text.standing import (
    is_argument,
    is_bound,
    is_column_of_itself,
    is_inner_product,
    is_one_variable,
    is_size,
    layer_above,
    looks_like_array,
    neighbours,
    pieces,
    states,
)
from symbackprop.claims.latex.text.tokens import Token

# Upright letters that have a meaning of their own, and the identity, which is one in any font.
_FIXED = frozenset(("d", "T", "I", "i", "R"))
_EULER = "e"
_LAST = "L"  # layer
Symbol = tuple[str, str]  # accent and letter
Form = tuple[str, str, str]  # and subscript
Row = tuple[list[Token], list[Occurrence]]


@dataclass
class _Use:
    """How a document writes one symbol: its fonts whole and by subscript, and what is said of it in them."""

    forms: dict[str, set[str]] = field(default_factory=dict)  # subscript: fonts
    stated: set[str] = field(default_factory=set)  # fonts in which it is declared or defined whole
    together: set[str] = field(default_factory=set)  # subscripts under which two fonts stand in one formula
    entries_stated: bool = False
    layers: dict[str, set[str]] = field(default_factory=dict)  # font: labels in brackets, "" where it has none
    is_size: bool = False
    is_array: bool = False  # in plain type
    is_number: bool = False
    last_plain: int = -1  # where it last stands whole in plain type
    begins: int | None = None  # where it first stands in a font
    begins_stated: bool = False  # and is declared or defined there

    @property
    def is_followed(self) -> bool:
        """Whether the plain symbol is done with where the one in a font is declared or defined."""
        return self.begins is not None and self.begins_stated and self.last_plain < self.begins

    @property
    def is_number_before(self) -> bool:
        """Whether the plain symbol is a product of two vectors, and done with where the one in a font begins."""
        return self.is_number and not self.is_array and self.begins is not None and self.last_plain < self.begins

    @property
    def fonts(self) -> set[str]:
        return {face for faces in self.forms.values() for face in faces if face}

    @property
    def is_of_layers(self) -> bool:
        """Whether both fonts carry layers, and the plain one the last, which the one in a font does not."""
        plain = self.layers.get("", set())
        others = {label for face, labels in self.layers.items() if face for label in labels}
        return plain <= {_LAST} and bool(others) and len(self.fonts) == 1 and "" not in others and _LAST not in others

    @property
    def is_upright(self) -> bool:
        """Whether one of both fonts is upright, as H of ``\\mathrm{H}(p, q) = ...``, and they are never told apart."""
        return self.fonts == {"mathrm"} and not self.together and len(self.stated) < 2

    @property
    def is_one(self) -> bool:
        return self.is_of_layers or self.is_upright

    def is_doubled(self, below: str = "") -> bool:
        return len(self.forms.get(below, ())) > 1

    @property
    def is_font_stated(self) -> bool:
        return bool(self.stated - {""}) or (self.entries_stated and not self.is_array)

    @property
    def are_two(self) -> bool:
        """Whether the document shows that the plain symbol is not the one in a font."""
        if self.is_size or (self.is_number and not self.is_array) or self.is_followed:
            return True
        if "" in self.together:
            return "" in self.stated or not self.is_font_stated
        return "" in self.stated and self.is_font_stated and not self.is_array

    @property
    def is_plain(self) -> bool:
        """Whether the plain symbol alone has a definition."""
        alone = "" in self.stated and not self.is_font_stated and "" not in self.together and not self.is_size
        return alone and not self.is_number_before


def told_apart(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays with the fonts that distinguish put into the letters themselves."""
    rows = [(given, [o for o in occurrences(given) if _may_be_two(o)]) for given in found]
    uses: dict[Symbol, _Use] = {}
    for given, letters in rows:
        for formula in _formulas(given, letters):
            _note(given, formula, uses)
    doubled = {s: use for s, use in uses.items() if any(map(use.is_doubled, use.forms)) and not use.is_one}
    if not doubled:
        return list(found)
    for given, letters in rows:
        _note_numbers(given, letters, uses)
    return [_rewritten(row, doubled) for row in rows]


def _may_be_two(o: Occurrence) -> bool:
    return o.letter not in _FIXED and (o.letter != _EULER or o.face in ("", BOLD)) and o.script != "_"


def _formulas(given: Sequence[Token], letters: Sequence[Occurrence]) -> list[list[Occurrence]]:
    """The letters formula by formula."""
    ends = pieces(given)
    found: dict[int, list[Occurrence]] = {}
    for o in letters:
        found.setdefault(bisect(ends, o.k), []).append(o)
    return list(found.values())


def _symbol(o: Occurrence) -> Symbol:
    return o.accent, o.letter


def _note(given: Sequence[Token], formula: Sequence[Occurrence], uses: dict[Symbol, _Use]) -> None:
    here: dict[Form, set[str]] = {}
    for o in formula:
        if is_bound(given, o, formula):
            if is_one_variable(given, o, formula):
                uses.setdefault(_symbol(o), _Use()).forms.setdefault("", set()).add("")
            continue
        use = uses.setdefault(_symbol(o), _Use())
        use.forms.setdefault(o.below, set()).add(o.face)
        if not is_argument(given, o.k):
            here.setdefault((*_symbol(o), o.below), set()).add(o.face)
        if not o.below and states(given, o.k):
            use.stated.add(o.face)
        named_alone = sum(not p.script for p in formula) == 1  # in a sentence
        if not o.below and not named_alone and not is_column_of_itself(given, o):
            use.layers.setdefault(o.face, set()).add(layer_above(given, o.k))
        at = given[o.k].at
        if o.face and use.begins is None:
            use.begins, use.begins_stated = at, not o.below and states(given, o.k)
        if not o.face and not o.below:
            use.last_plain = max(use.last_plain, at)
        if o.below and not o.face and states(given, o.k):
            use.entries_stated = True
        if not o.face and not o.below:
            use.is_size |= is_size(given, o) or o.letter == _EULER
            use.is_array |= looks_like_array(given, o.k)
            use.is_number |= is_inner_product(given, o.k)
    for (accent, letter, below), faces in here.items():
        if len(faces) > 1:
            uses[(accent, letter)].together.add(below)


def _note_numbers(given: Sequence[Token], letters: Sequence[Occurrence], uses: dict[Symbol, _Use]) -> None:
    """What is added to a number, or taken from one, is a number."""
    places = {o.k: o for o in letters}
    for o in letters:
        if o.face or o.below:
            continue
        for k in neighbours(given, o.k):
            other = places.get(k)
            if other is None:
                uses[_symbol(o)].is_number = uses[_symbol(o)].is_number or k < 0
            elif not other.face and not other.below and (_symbol(other) in uses and uses[_symbol(other)].is_number):
                uses[_symbol(o)].is_number = True


def _rewritten(row: Row, doubled: dict[Symbol, _Use]) -> list[Token]:
    given, letters = row
    renamed: dict[int, Token] = {}
    for formula in _formulas(given, letters):
        for o in formula:
            use = doubled.get(_symbol(o))
            if use is not None and not is_bound(given, o, formula):
                token = _token(given[o.k], o, use)
                if token is not None:
                    renamed[o.k] = token
    if not renamed:
        return given
    silent = {
        k
        for k, t in enumerate(given)
        if t.text in FACES and any(j in renamed and renamed[j].kind == "letter" for j in range(k, extent(given, k + 1)))
    }
    return [renamed.get(k, t) for k, t in enumerate(given) if k not in silent]


def _token(t: Token, o: Occurrence, use: _Use) -> Token | None:
    """What stands for a letter: itself (None), the symbol in a font, or a refusal."""
    if o.face:
        unclear = use.is_plain and use.is_doubled(o.below)
        return _refused(t, o) if unclear else replace(t, kind="letter", text=f"{o.face} {o.letter}")
    if use.is_doubled(o.below):
        clear = use.are_two and (not o.below or o.below in use.together)
        return None if clear or (use.is_plain and not o.below) else _refused(t, o)
    if not o.below or use.is_plain or not use.is_doubled():
        return None
    if use.is_followed and use.begins is not None and t.at < use.begins:
        return None  # of the plain one
    if use.fonts != {BOLD} or use.is_array:
        return _refused(t, o)
    return replace(t, kind="letter", text=f"{BOLD} {o.letter}")


def _refused(t: Token, o: Occurrence) -> Token:
    shown = o.letter + (f"_{o.below}" if o.below else "")
    return Token("unclear", f"{shown}: the symbol in bold or script type, or another", t.at)
