"""Where names of interpreted code stand: the module's, a function's, those of functions inside it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from symbackprop.claims.numpy.programs import StandIn
from symbackprop.claims.numpy.source.libraries import builtin
from symbackprop.claims.numpy.source.limits import Budget, Unread
from symbackprop.claims.numpy.source.values import Unknown

_Inner = ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp
_NO_FUNCTION = {
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.Yield: "yield",
    ast.YieldFrom: "yield from",
    ast.Await: "await",
    ast.NamedExpr: ":=",
}


@dataclass
class Machine:
    """What interprets: the text's lines, what stands for the libraries, what a call may still take."""

    lines: tuple[str, ...]
    stand_in: StandIn
    budget: Budget = field(default_factory=Budget)
    calls_functions: bool = True  # not while the module's own lines are read

    def line(self, number: int) -> str:
        return self.lines[number - 1].strip()[:200] if 0 < number <= len(self.lines) else ""


@dataclass
class Frame:
    """Names with their values; ``local``: those that the function sets somewhere; ``lost``: why others are unknown."""

    machine: Machine
    outer: "Frame | None" = None
    local: frozenset[str] = frozenset()
    names: dict[str, Any] = field(default_factory=dict)
    lost: Unknown | None = None

    def value(self, name: str) -> Any:
        """Raises ``Unread`` for what has no value here."""
        found = self._found(name)
        if isinstance(found, Unknown):
            raise Unread(f"{name}: {found.why}")
        return found

    def _found(self, name: str) -> Any:
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            if name in frame.local:
                raise Unread(f"{name!r} is used before it is set")
            if frame.lost is not None:
                return frame.lost
            frame = frame.outer
        return builtin(name, self.machine.stand_in)

    def inner(self, local: Iterable[str], names: dict[str, Any] | None = None) -> "Frame":
        """A scope in this one."""
        return Frame(self.machine, self, frozenset(local), names or {})


def set_names(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these statements set, scopes inside them left out.

    >>> sorted(set_names(ast.parse("a = [b for b in c]; d[0] = 1; import e.f").body))
    ['a', 'e']
    """
    found: set[str] = set()
    for node in walk_scope(nodes):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=asname):
                found.add(asname or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.MatchMapping(rest=str(name)):
                found.add(name)
    return found


def walk_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of one scope: functions inside it are there, what is in them is not."""
    todo = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | _Inner):
            continue
        todo += ast.iter_child_nodes(node)


def refuse_unusual(nodes: Iterable[ast.AST]) -> None:
    """Raises ``Unread`` for functions that are more than their lines in order."""
    for top in nodes:
        for node in ast.walk(top):
            if type(node) in _NO_FUNCTION:
                raise Unread(f"{_NO_FUNCTION[type(node)]!r} in a function")
