"""The picture of each derivation in ``README.md``: taken from its sheet, or the graph of its formula.

A module may choose with ``PICTURE``: the caption of one of its sheet's plots, or the text of a formula. Without it the
picture is the sheet's first plot; curves of an activation, which many sheets have, come after the graph of ``FORMULA``.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import symbackprop as sb
from derivations import FOLDER, names
from derivations._graph import graph_picture
from derivations._svg import plot_picture
from symbackprop.sheet.blocks import Block, Plot, Statement
from symbackprop.sheet.sheet import Sheet

PICTURES = FOLDER / "pictures"
_OF_ACTIVATIONS = "and its derivative."


def path(name: str) -> Path:
    """Where the picture of a derivation is."""
    return PICTURES / f"{name}.svg"


def picture(name: str, sheet: Sheet | None = None) -> str:
    """The SVG of a derivation's picture, of its sheet if that is there already.

    Raises ``ValueError`` where its ``PICTURE`` names no plot of the sheet.
    """
    module = import_module(f"derivations.{name}")
    chosen = getattr(module, "PICTURE", "")
    if "\n" in chosen:
        return graph_picture(sb.formula(chosen), module.TITLE)
    plots = list(_plots(sheet or module.sheet()))
    if chosen:
        return plot_picture(_called(plots, chosen))
    own = [p for p in plots if not p.caption.endswith(_OF_ACTIVATIONS)]
    if not own and hasattr(module, "FORMULA"):
        return graph_picture(sb.formula(module.FORMULA), module.TITLE)
    return plot_picture((own or plots)[0])


def missing() -> list[str]:
    """The derivations that have no picture yet."""
    return [n for n in names() if not path(n).exists()]


def write_pictures(which: Iterable[str]) -> list[Path]:
    """Write the pictures of these derivations, and return the files; a picture without a derivation goes."""
    PICTURES.mkdir(exist_ok=True)
    for file in PICTURES.iterdir():
        if file.stem not in names():
            file.unlink()
    written = []
    for name in which:
        path(name).write_text(picture(name), encoding="utf-8")
        written.append(path(name))
    return written


def _called(plots: list[Plot], caption: str) -> Plot:
    for plot in plots:
        if plot.caption == caption:
            return plot
    raise ValueError(f"no plot {caption!r}; there are {', '.join(repr(p.caption) for p in plots)}")


def _plots(sheet: Sheet) -> Iterator[Plot]:
    todo: list[Block] = [b for s in sheet.sections for b in s.blocks]
    while todo:
        block = todo.pop(0)
        if isinstance(block, Statement):
            todo = [*block.blocks, *todo]
        elif isinstance(block, Plot):
            yield block
