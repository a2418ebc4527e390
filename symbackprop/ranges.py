"""Whether an index expression is certain to stay inside an axis, for all sizes."""

from collections.abc import Mapping

from sympy import Add, Expr, Mul, S

from symbackprop.indices import ArgMax, Index
from symbackprop.terms import Delta, Entry, Flat, FloorDiv, Less, NotEqual


def extent(slot: Expr, classes: Mapping[str, Expr]) -> tuple[Expr, Expr] | None:
    """Smallest and largest value of an index expression; None where that is not known.

    >>> from symbackprop.indices import size
    >>> H = size("H"); h = Index("h", H)
    >>> extent(2*h - 1, {})
    (-1, 2*H - 3)
    """
    if isinstance(slot, Index):
        return S.Zero, slot.size - 1
    if isinstance(slot, ArgMax):
        return S.Zero, slot.index.size - 1
    if isinstance(slot, Entry):
        return (S.Zero, classes[slot.name] - 1) if slot.name in classes else None
    if isinstance(slot, Flat):
        total: Expr = S.One
        for part in slot.args:
            bounds = extent(part, classes)
            if bounds is None or bounds[0] != 0:
                return None
            total *= bounds[1] + 1
        return S.Zero, total - 1
    if isinstance(slot, Add):
        parts = [extent(a, classes) for a in slot.args]
        if any(p is None for p in parts):
            return None
        return Add(*(p[0] for p in parts if p)), Add(*(p[1] for p in parts if p)).expand()
    if isinstance(slot, Mul):
        return _scaled(slot, classes)
    return None if slot.atoms(Index, Entry, FloorDiv) else (slot, slot)


def _scaled(slot: Mul, classes: Mapping[str, Expr]) -> tuple[Expr, Expr] | None:
    moving = [a for a in slot.args if a.atoms(Index, Entry)]
    if len(moving) != 1:
        return (slot, slot) if not moving else None
    bounds = extent(moving[0], classes)
    factor = slot / moving[0]
    if bounds is None or not (factor.is_nonnegative or factor.is_nonpositive):
        return None
    low, high = ((b * factor).expand() for b in bounds)
    return (low, high) if factor.is_nonnegative else (high, low)


def is_within(slot: Expr, length: Expr, classes: Mapping[str, Expr]) -> bool:
    """Whether a slot is inside an axis of that length for all sizes; False means only "not certain".

    >>> from symbackprop.indices import size
    >>> H = size("H"); h = Index("h", H)
    >>> is_within(h, H, {}), is_within(h + 1, H, {}), is_within(S.Zero, H, {}), is_within(H - 1, H, {})
    (True, False, True, True)
    """
    bounds = extent(slot, classes)
    if bounds is None:
        return False
    low, high = bounds
    return bool(low.is_nonnegative) and bool((length - 1 - high).expand().is_nonnegative)


def is_outside(slot: Expr, length: Expr, classes: Mapping[str, Expr]) -> bool:
    """Whether a slot is outside an axis of that length for all sizes.

    >>> from symbackprop.indices import size
    >>> is_outside(S.NegativeOne, size("T"), {}), is_outside(S.One, size("T"), {})
    (True, False)
    """
    bounds = extent(slot, classes)
    if bounds is None:
        return False
    low, high = bounds
    return bool(high.is_negative) or bool((low - length).expand().is_nonnegative)


def decide(bracket: Expr, classes: Mapping[str, Expr]) -> Expr:
    """A comparison of index expressions as 1 or 0 where the ranges of its indices settle it, else as it is.

    >>> from symbackprop.indices import size
    >>> from symbackprop.terms import LessEqual
    >>> h = Index("h", size("H"))
    >>> decide(LessEqual(0, h), {}), decide(Less(h, size("H")), {}), decide(Less(h, 1), {})
    (1, 1, [h < 1])
    """
    a, b = bracket.args
    bounds = extent((a - b).expand(), classes) if _is_of_indices(a) and _is_of_indices(b) else None
    if bounds is None:
        return bracket
    low, high = bounds
    if isinstance(bracket, Delta | NotEqual):
        apart = low.is_positive or high.is_negative
        return (S.Zero if isinstance(bracket, Delta) else S.One) if apart else bracket
    if isinstance(bracket, Less):
        return S.One if high.is_negative else S.Zero if low.is_nonnegative else bracket
    return S.One if high.is_nonpositive else S.Zero if low.is_positive else bracket


def _is_of_indices(expr: Expr) -> bool:
    """Whether an expression is a number of indices, sizes and labels: an integer whatever the data are."""
    return bool(expr.is_integer) or all(isinstance(a, Index) or a.is_integer for a in expr.args)


def decided(expr: Expr) -> Expr:
    """The expression without the comparisons whose outcome the ranges of the indices tell for all sizes.

    >>> from symbackprop.indices import size
    >>> from symbackprop.terms import Where
    >>> H = size("H"); h = Index("h", H)
    >>> decided(Where(Less(h, H), Entry("x", h), S.Zero)), decided(Less(h + H, H))
    (x[h], 0)
    """
    rule: dict[Expr, Expr] = {}
    for condition in expr.atoms(Less):
        bounds = extent((condition.args[0] - condition.args[1]).expand(), {})
        if bounds is not None and bounds[1].is_negative:
            rule[condition] = S.One
        elif bounds is not None and bounds[0].is_nonnegative:
            rule[condition] = S.Zero
    return expr.xreplace(rule) if rule else expr
