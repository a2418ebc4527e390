"""Letters for the lengths of axes: where shapes are long, as behind convolutions, each length is named and stated once.

The letter is that of the size with which the length grows, numbered on: what H becomes behind a convolution is H_1.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from sympy import Add, Expr, Mul, Symbol

from symbackprop.equations import Formula, Slot
from symbackprop.indices import size
from symbackprop.latex import symbols
from symbackprop.sheet.width import width
from symbackprop.terms import FloorDiv

_LONGEST = 16.0  # em of a shape that is printed as it is


def named_lengths(formula: Formula, shown: Callable[[tuple[Slot, ...]], str]) -> dict[Expr, Symbol]:
    """A size of its own for each composed length, in order of appearance; none where all shapes are short.

    >>> from symbackprop.notation import formula
    >>> f = formula("size R\\ninput x[H]\\nindex u < H - R + 1\\ny[u] = x[u + R - 1]")
    >>> named_lengths(f, str), named_lengths(f, lambda shape: "x"*40)
    ({}, {H - R + 1: H1})
    """
    shapes = [t.shape for t in formula.tensors.values()]
    if all(width(shown(s)) <= _LONGEST for s in shapes):
        return {}
    taken = printed_names(formula)
    found: dict[Expr, Symbol] = {}
    for length in dict.fromkeys(part for shape in shapes for slot in shape for part in _parts(slot)):
        stem = _stem(length)
        name = next(f"{stem}{k}" for k in range(1, 10_000) if symbols.size(f"{stem}{k}") not in taken)
        taken.add(symbols.size(name))
        found[length] = size(name)
    return found


def definitions(lengths: Mapping[Expr, Symbol]) -> Iterator[tuple[Symbol, Expr]]:
    """Each letter with its length, written with the letters before it.

    >>> from sympy import symbols
    >>> H, R, A, B = symbols("H R A B", positive=True)
    >>> list(definitions({H - R + 1: A, FloorDiv(H - R, 2) + 1: B}))
    [(A, H - R + 1), (B, (A - 1)//2 + 1)]
    """
    before: dict[Expr, Symbol] = {}
    for length, letter in lengths.items():
        yield letter, _rewritten(length, before)
        before[length] = letter


def _rewritten(expr: Expr, known: Mapping[Expr, Symbol]) -> Expr:
    """The same length by means of a known one: the known one's letter and what is left, which has none of its parts."""
    if not isinstance(expr, Add | Mul | FloorDiv):
        return expr
    for length, letter in reversed(list(known.items())):
        rest = expr - length
        if not rest.free_symbols & length.free_symbols:
            return letter + rest
    return expr.func(*(_rewritten(a, known) for a in expr.args))


def _parts(slot: Slot) -> Iterator[Expr]:
    """The sums and quotients of which a slot is made."""
    for part in slot if isinstance(slot, tuple) else Mul.make_args(slot):
        if isinstance(part, Add | FloorDiv):
            yield part


def _stem(length: Expr) -> str:
    grows = sorted(s.name for s in _growing(length)) or sorted(s.name for s in length.free_symbols)
    letters = re.match("[A-Za-z]+", grows[-1] if grows else "")
    return letters.group() if letters else "L"


def _growing(expr: Expr) -> Iterator[Symbol]:
    """The sizes that stand in it with a positive sign."""
    if isinstance(expr, Symbol):
        yield expr
    elif isinstance(expr, Add):
        for term in expr.args:
            yield from _growing(term)
    elif isinstance(expr, FloorDiv):
        yield from _growing(expr.args[0])
    elif isinstance(expr, Mul) and not expr.could_extract_minus_sign():
        for factor in expr.args:
            yield from _growing(factor)


def printed_names(formula: Formula) -> set[str]:
    """What is printed for each tensor, size and index of a formula."""
    indices = {i.name for e in formula.equations for i in e.indices}.union(*formula.names.values())
    sizes = {s.name for s in formula.sizes}
    return {*map(symbols.tensor, formula.tensors), *map(symbols.size, sizes), *map(symbols.index, indices)}
