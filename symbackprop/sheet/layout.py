"""Displays made to fit a page: long right sides are broken, and the remarks keep their column.

The width of a display is shared among left sides, right sides, remarks and numbers. Where the remarks would leave the
formulas too little room, each goes to a line of its own behind its formula.
"""

from symbackprop.sheet.blocks import Equations, Row
from symbackprop.sheet.breaking import break_formula
from symbackprop.sheet.width import width

_RELATION, _NUMBER, _GAP, _NOTE_LETTER = 1.4, 2.6, 1.2, 0.43
_LEAST_SHARE = 0.4  # of the width that formulas must have beside the remarks


def fit(display: Equations, room: float) -> tuple[Row, ...]:
    r"""The rows, broken to ``room`` em; a line that goes on begins with a space.

    >>> rows = fit(Equations((Row("z", "=", "aaaa + bbbb + cccc", number=1),)), 14)
    >>> [(r.left, r.relation, r.right, r.number) for r in rows]
    [('z', '=', 'aaaa + bbbb', None), ('', '', '\\quad {} + cccc', 1)]
    """
    rows = display.rows
    note = max((len(r.note) * _NOTE_LETTER for r in rows), default=0)
    note += _GAP if note else 0
    free = free_width(rows, room)
    aside = free - note >= _LEAST_SHARE * room or max(width(r.right) for r in rows) <= free - note
    fitted = [line for row in rows for line in _broken(row, free - note if aside else free, aside)]
    if aside and note and any(width(line.right) > free - note for line in fitted):
        # One line that cannot be broken would push the whole column of remarks off the page.
        fitted = [line for row in rows for line in _broken(row, free, False)]
    return tuple(fitted)


def free_width(rows: tuple[Row, ...], room: float) -> float:
    """What left sides, relations and numbers leave of the width, in em."""
    left = max((width(r.left) for r in rows), default=0)
    return room - left - _RELATION - (_NUMBER if any(r.number is not None or r.mark for r in rows) else 0)


def _broken(row: Row, limit: float, aside: bool) -> list[Row]:
    first, *rest = break_formula(row.right, limit)
    lines = [Row(row.left, row.relation, first, row.note if aside else "")]
    lines += [Row("", "", r"\quad {} " + line) for line in rest]
    if row.note and not aside:
        lines.append(Row("", "", "", row.note))
    last = lines[-1]
    if row.note and not aside:
        last = lines[-2]
        lines[-2] = Row(last.left, last.relation, last.right, last.note, row.number, row.mark)
    else:
        lines[-1] = Row(last.left, last.relation, last.right, last.note, row.number, row.mark)
    return lines
