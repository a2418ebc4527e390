"""Names of what set-up makes: scratch that equations share, views that are made once, and copies that are kept.

A copy of a tensor in another order, or with zeros around it, that two equations want is made by the first of them: the
windows that a convolution multiplies with its weights are those that the gradient of the weights is summed from. A copy
that one equation alone wants shares its memory with others of its shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symbackprop.codegen.identifiers import Identifiers
from symbackprop.codegen.lines import Setup

_INDENT = "    "
_PREFIX = {"scratch": "t", "own": "pad", "view": "v", "copy": "copy"}


@dataclass
class _Copy:
    """``line`` is its place in set-up; ``wanted`` counts the equations that want it."""

    name: str
    line: int
    equation: int
    wanted: int = 1


class Locals:
    """Collects the lines of set-up."""

    def __init__(self, names: Identifiers) -> None:
        self.names = names
        self.lines: list[str] = []
        self._views: dict[str, str] = {}
        self._pool: dict[str, list[str]] = {}
        self._copies: dict[tuple[str, str, str], _Copy] = {}
        self._equations = 0

    def made(self, setup: tuple[Setup, ...], fill: Callable[[str, dict[str, str]], str]) -> Mapping[str, str]:
        """The names of the locals of one equation; ``fill`` puts names into text."""
        self._equations += 1
        found: dict[str, str] = {}
        taken: dict[str, int] = {}
        for s in setup:
            text = fill(s.code, found)
            if s.kind == "do":
                self.lines.append(text)
            elif s.holds:
                found[str(s.local)] = self._copy(s.kind, text, fill(s.holds, found))
            else:
                found[str(s.local)] = self._local(s.kind, text, taken)
        return found

    def _copy(self, kind: str, text: str, holds: str) -> str:
        known = self._copies.get((kind, text, holds))
        if known is None:
            name = self._new(kind, text)
            known = self._copies[kind, text, holds] = _Copy(name, len(self.lines) - 1, self._equations)
        elif known.equation != self._equations:
            known.wanted, known.equation = known.wanted + 1, self._equations
        return known.name

    def _local(self, kind: str, text: str, taken: dict[str, int]) -> str:
        """Scratch is taken from what earlier equations have done with."""
        if kind == "view" and text in self._views:
            return self._views[text]
        if kind == "scratch":
            pool = self._pool.setdefault(text, [])
            k = taken[text] = taken.get(text, 0) + 1
            if k <= len(pool):
                return pool[k - 1]
        name = self._new(kind, text)
        if kind == "scratch":
            self._pool[text].append(name)
        elif kind == "view":
            self._views[text] = name
        return name

    def _new(self, kind: str, text: str) -> str:
        name = self.names.numbered(_PREFIX[kind])
        line = f"{name} = {text}"
        # A constant that chooses computes both cases for every entry.
        self.lines += ['with np.errstate(all="ignore"):', _INDENT + line] if "np.where(" in text else [line]
        return name

    def finished(self) -> list[str]:
        """The lines of set-up, copies that one equation alone wants sharing memory."""
        shared: dict[str, _Copy] = {}
        for (kind, text, _), copy in self._copies.items():
            if kind == "copy" and copy.wanted == 1:
                first = shared.setdefault(text, copy)
                if first is not copy and first.equation != copy.equation:
                    self.lines[copy.line] = f"{copy.name} = {first.name}"
                    first.equation = copy.equation
        return self.lines
