"""Worked derivations: each module of this folder is one, with a sheet of its own.

A derivation is a module whose name does not begin with an underscore. It has

* ``TITLE``, the sheet's title;
* ``COVERS``, the numbers of the statements that it works out, as in ``("S1", "S3")``;
* ``SHOWS``, one line for the list in ``README.md``;
* ``sheet()``, which derives, checks, trains where there is something to train, and returns the ``Sheet``. It raises
  where a check fails, and gives the same numbers every time.

It may have ``PICTURE``, which says what its picture in ``README.md`` shows (see ``_pictures``). Nothing else is to be
registered: the folder is the list, and the tests, ``README.md`` and ``python -m derivations`` read it. Modules with an
underscore are what derivations share.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from symbackprop.sheet.sheet import Sheet

FOLDER = Path(__file__).parent
README = FOLDER / "README.md"
HAND = FOLDER / "hand"  # hand derivations: name.tex, and in name.json the verdict of each claim
_BEGIN, _END = "<!-- list -->\n", "<!-- end of list -->\n"


@dataclass(frozen=True)
class Worked:
    """One worked derivation; ``name`` is that of its module."""

    name: str
    title: str
    covers: tuple[str, ...]
    shows: str
    sheet: Callable[[], Sheet]


def names() -> list[str]:
    """The names of all derivations, without importing them."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_"))


def load(name: str) -> Worked:
    """The derivation of that name."""
    module = import_module(f"derivations.{name}")
    return Worked(name, module.TITLE, module.COVERS, module.SHOWS, module.sheet)


def all_worked() -> list[Worked]:
    """All derivations, by the first statement that they cover."""
    return sorted(map(load, names()), key=lambda w: (min(map(_rank, w.covers)), w.name))


def _rank(statement: str) -> int:
    return int(statement[1:])


def table() -> str:
    """The list of ``README.md``, in Markdown."""
    return "\n".join(["| derivation | what it shows | |", "| --- | --- | --- |", *map(_row, all_worked())]) + "\n"


def _row(w: Worked) -> str:
    picture = f"pictures/{w.name}.svg"
    shown = f'[<img src="{picture}" width="320" alt="{w.title.replace("$", "")}">]({picture})'
    return f"| [{w.name}]({w.name}.py)<br>{', '.join(w.covers)} | {w.shows} | {shown} |"


def readme_with_table() -> str:
    """The text of ``README.md`` with the list as it must be."""
    before, _, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    return before + _BEGIN + table() + _END + rest.partition(_END)[2]
