"""A Python file as a syntax tree, and its functions as programs that can be judged.

Of the file's own lines only imports, functions and constants are read; all else (a training loop, a plot) is passed
over, and what it may have changed is unknown from then on. The lines are read anew for each call where they make
lists or arrays: a call never sees what another one left there.
"""

import ast
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.cells import Cell
from symbackprop.claims.numpy.programs import Interpreted, StandIn
from symbackprop.claims.numpy.source.frames import Frame, Machine, set_names
from symbackprop.claims.numpy.source.limits import DEEPEST, LONGEST, Budget, Unread, measured
from symbackprop.claims.numpy.source.signatures import signature_of
from symbackprop.claims.numpy.source.statements import execute
from symbackprop.claims.numpy.source.values import ARRAYS, Closure, Unknown
from symbackprop.errors import DataError, ReadError

Function = ast.FunctionDef | ast.Lambda
_READ = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign, ast.AnnAssign, ast.AugAssign)
_MUTABLE = (list, dict, np.ndarray, IndexArray, Cell)


class Module:
    """The syntax tree of a file. Raises ``DataError`` or ``ReadError`` where there is none within the limits.

    >>> f = Module("def f(x): return x**2 + 1", "a.py").function("f")
    >>> f(3)
    10
    """

    def __init__(self, text: str, name: str) -> None:
        self.name, self.text = name, text
        self.tree = _parsed(text, name)
        self.functions = dict(found for node in self.tree.body for found in _functions(node))

    @classmethod
    def of_file(cls, path: Path) -> "Module":
        """Raises ``DataError`` where there is no such file."""
        if not path.is_file():
            raise DataError(f"no file {str(path)!r}")
        if path.stat().st_size > LONGEST:
            raise DataError(f"{path} has {path.stat().st_size} bytes; at most {LONGEST} are read")
        return cls(path.read_text(encoding="utf-8-sig", errors="replace"), str(path))

    def function(self, name: str) -> "SourceFunction":
        """Raises ``DataError`` where the file has none of that name."""
        if name not in self.functions:
            raise DataError(f"{self.name} has no function {name!r}; it has {', '.join(self.functions) or 'none'}")
        return SourceFunction(self, name, self.functions[name])

    def frame(self, machine: Machine) -> Frame:
        """The file's names: what each is, or why that is unknown."""
        frame = Frame(machine)
        machine.calls_functions = False
        for node in self.tree.body:
            if not _is_idle(node):
                self._read(node, frame)
        machine.calls_functions = True
        for part in ast.walk(self.tree):
            for name in _changed_elsewhere(part):
                frame.names[name] = Unknown("the file changes it in a way that is not interpreted")
        return frame

    def _read(self, node: ast.stmt, frame: Frame) -> None:
        why = "it is set in a way that is not interpreted"
        if isinstance(node, _READ):
            try:
                execute(node, frame)
                return
            except Exception as error:  # whatever the line raises: its names are unknown, the rest is not
                why = str(error)
        unknown = Unknown(f"line {node.lineno}: {why}")
        touched = self._reach(node)
        mutable = {n for n, v in frame.names.items() if isinstance(v, _MUTABLE)}
        for name in set_names([node]) | (mutable if mutable & touched else set()):
            frame.names[name] = unknown
        if "*" in frame.names:  # then any name may have been set
            frame.names, frame.lost = dict.fromkeys(frame.names, unknown), unknown

    def _reach(self, node: ast.AST) -> set[str]:
        """The names in a statement, and in the functions that it names."""
        found: set[str] = set()
        todo: list[ast.AST] = [node]
        while todo:
            new = {n.id for n in ast.walk(todo.pop()) if isinstance(n, ast.Name)} - found
            found |= new
            todo += [self.functions[n] for n in new if n in self.functions]
        return found


def _parsed(text: str, name: str) -> ast.Module:
    if len(text) > LONGEST:
        raise DataError(f"{name} has {len(text)} characters; at most {LONGEST} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as e:
        raise ReadError(f"{name} is no Python: {e.msg}", text, e.lineno or 0, e.offset or 1) from e
    except (ValueError, RecursionError, MemoryError) as e:
        raise DataError(f"{name} cannot be parsed: {e or 'nested too deep'}") from e
    level: list[Any] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        line = next((n.lineno for n in level if hasattr(n, "lineno")), 1)
        raise DataError(f"{name}, line {line}: nested more than {DEEPEST} deep")
    return tree


def _functions(node: ast.stmt) -> Iterator[tuple[str, Function]]:
    """The functions that a line of the file defines: ``def f`` and ``f = lambda``."""
    match node:
        case ast.FunctionDef(name=name):
            yield name, node
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value):
            yield name, value


def _is_idle(node: ast.stmt) -> bool:
    """Text that stands by itself, and what is done only when the file is run by itself."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if not isinstance(node, ast.If) or node.orelse or not isinstance(node.test, ast.Compare):
        return isinstance(node, ast.Pass)
    sides = (node.test.left, *node.test.comparators)
    is_main = any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides)
    return is_main and any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides)


def _changed_elsewhere(node: ast.AST) -> Iterable[str]:
    """Names of the file that a function sets, or whose attributes are set."""
    if isinstance(node, ast.Global):
        return node.names
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        root: ast.expr = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        return [root.id] if isinstance(root, ast.Name) else []
    return []


class _Session:
    """Calls under one set of libraries; the file's names are kept where no call can change them."""

    def __init__(self, module: Module, stand_in: StandIn) -> None:
        self.module = module
        self.machine = Machine(tuple(module.text.splitlines()), stand_in)
        self._kept: Frame | None = None

    def call(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        self.machine.budget = Budget()
        frame = self._kept or self.module.frame(self.machine)
        self._kept = None if any(map(_can_change, frame.names.values())) else frame
        function = frame.value(name)
        if not isinstance(function, Closure):
            raise Unread(f"{name} is no function")
        return _result(function(*args, **kwargs))


def _can_change(value: Any) -> bool:
    if isinstance(value, Closure):
        return any(_can_change(p.default) for p in value.signature.parameters.values())
    if isinstance(value, tuple):
        return any(map(_can_change, value))
    return isinstance(value, _MUTABLE)


def _result(value: Any) -> Any:
    """What a function returns: numbers, arrays, and tuples or dicts of them. Raises ``Unread``."""
    measured(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for part in parts:
        _result(part)
    if not isinstance(value, (*ARRAYS, int, float, list, tuple, dict)) and value is not None:
        raise Unread(f"a function that returns a value of type {type(value).__name__}")
    return value


class SourceFunction(Interpreted):
    """A function of a file, interpreted where it is called. ``under`` gives it stand-ins for the libraries."""

    def __init__(self, module: Module, name: str, node: Function, stand_in: StandIn | None = None) -> None:
        self.module, self.node = module, node
        self.__name__, self.line = name, node.lineno
        self.__signature__ = signature_of(node.args, lambda default: ast.unparse(default))
        self._session = _Session(module, stand_in or (lambda value: value))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(self.__name__, args, kwargs)

    def under(self, stand_in: StandIn) -> Callable[..., Any]:
        return SourceFunction(self.module, self.__name__, self.node, stand_in)

    def numbers(self) -> Iterator[Any]:
        for node in ast.walk(self.node):
            if isinstance(node, ast.Constant):
                yield node.value
