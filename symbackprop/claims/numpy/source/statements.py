"""Statements of Python interpreted: a row for each kind; any other kind is refused by name.

A statement gives None, or how it leaves: ``Leave`` with what a ``return`` gives, or by ``break`` or ``continue``.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbackprop.claims.numpy.programs import mark
from symbackprop.claims.numpy.source.expressions import assign, closure, evaluate, item, loop, put
from symbackprop.claims.numpy.source.frames import Frame
from symbackprop.claims.numpy.source.libraries import LIBRARIES, Library
from symbackprop.claims.numpy.source.limits import Unread
from symbackprop.claims.numpy.source.operators import binary, truth
from symbackprop.claims.numpy.source.values import Closure, Unknown
from symbackprop.claims.numpy.trace import NotLifted


@dataclass(frozen=True)
class Leave:
    """How a block is left before its end."""

    how: str
    value: Any = None


_BREAK, _CONTINUE = Leave("break"), Leave("continue")


def execute(node: ast.stmt, frame: Frame) -> Leave | None:
    """One statement. Raises ``Unread``, and what the code itself raises, with the place remembered."""
    try:
        frame.machine.budget.spend()
        row = STATEMENTS.get(type(node))
        if row is None:
            raise Unread(f"{type(node).__name__} is a kind of statement that is not interpreted")
        return row(node, frame)
    except Exception as error:
        mark(error, node.lineno, frame.machine.line(node.lineno))
        raise


def block(nodes: Sequence[ast.stmt], frame: Frame) -> Leave | None:
    """Statements in order, until one leaves."""
    for node in nodes:
        left = execute(node, frame)
        if left is not None:
            return left
    return None


def function(node: ast.FunctionDef, frame: Frame) -> Closure:
    """The function that a ``def`` makes. Raises ``Unread``."""
    if node.decorator_list:
        raise Unread(f"the decorator @{ast.unparse(node.decorator_list[0])[:80]}")

    def run(inner: Frame) -> Any:
        left = block(node.body, inner)
        return None if left is None else left.value

    return closure(node.name, node.args, node.body, frame, run)


def _define(node: ast.FunctionDef, frame: Frame) -> None:
    frame.names[node.name] = function(node, frame)


def _assign(node: ast.Assign, frame: Frame) -> None:
    value = evaluate(node.value, frame)
    for target in node.targets:
        assign(target, value, frame)


def _annotated(node: ast.AnnAssign, frame: Frame) -> None:
    if node.value is not None:
        assign(node.target, evaluate(node.value, frame), frame)


def _augmented(node: ast.AugAssign, frame: Frame) -> None:
    """``x += 1`` changes arrays and lists in place, as in Python; the place is looked up once."""
    budget = frame.machine.budget
    if isinstance(node.target, ast.Name):
        old = frame.value(node.target.id)
        frame.names[node.target.id] = binary(node.op, old, evaluate(node.value, frame), budget, in_place=True)
    elif isinstance(node.target, ast.Subscript):
        array, key = evaluate(node.target.value, frame), evaluate(node.target.slice, frame)
        old = item(array, key)
        put(array, key, binary(node.op, old, evaluate(node.value, frame), budget, in_place=True))
    else:
        raise Unread(f"an assignment to {ast.unparse(node.target)[:80]}")


def _if(node: ast.If, frame: Frame) -> Leave | None:
    return block(node.body if truth(evaluate(node.test, frame)) else node.orelse, frame)


def _for(node: ast.For, frame: Frame) -> Leave | None:
    for value in loop(evaluate(node.iter, frame), frame):
        assign(node.target, value, frame)
        left = block(node.body, frame)
        if left is _BREAK:
            return None
        if left is not None and left is not _CONTINUE:
            return left
    return block(node.orelse, frame)


def _while(node: ast.While, frame: Frame) -> Leave | None:
    while truth(evaluate(node.test, frame)):
        left = block(node.body, frame)
        if left is _BREAK:
            return None
        if left is not None and left is not _CONTINUE:
            return left
    return block(node.orelse, frame)


def _return(node: ast.Return, frame: Frame) -> Leave:
    return Leave("return", None if node.value is None else evaluate(node.value, frame))


def _expression(node: ast.Expr, frame: Frame) -> None:
    evaluate(node.value, frame)


def _assert(node: ast.Assert, frame: Frame) -> None:
    if not truth(evaluate(node.test, frame)):
        raise Unread("what is asserted does not hold")


def _raise(node: ast.Raise, frame: Frame) -> None:
    raise Unread("the code raises an error here")


def _with(node: ast.With, frame: Frame) -> Leave | None:
    """``with np.errstate(...)`` alone: warnings are off anyway."""
    for part in node.items:
        context = part.context_expr
        named = isinstance(context, ast.Call) and isinstance(context.func, ast.Attribute)
        if not named or context.func.attr != "errstate" or part.optional_vars is not None:  # type: ignore[attr-defined]
            raise Unread("a with statement")
        library = evaluate(context.func.value, frame)  # type: ignore[attr-defined]
        if not isinstance(library, Library) or library.name != "numpy":
            raise Unread("a with statement")
    return block(node.body, frame)


def _import(node: ast.Import, frame: Frame) -> None:
    for alias in node.names:
        first = alias.name.partition(".")[0]
        meant = alias.name if alias.asname else first
        known = meant in LIBRARIES and alias.name in LIBRARIES
        why = Unknown(f"the module {alias.name} is not interpreted")
        frame.names[alias.asname or first] = Library(meant, frame.machine.stand_in) if known else why


def _import_from(node: ast.ImportFrom, frame: Frame) -> None:
    why = Unknown(f"the module {'.' * node.level}{node.module or ''} is not interpreted")
    known = node.level == 0 and node.module in LIBRARIES
    for alias in node.names:
        if alias.name == "*":
            _import_all(str(node.module), known, frame, why)
            continue
        frame.names[alias.asname or alias.name] = _member(str(node.module), alias.name, frame) if known else why


def _import_all(module: str, known: bool, frame: Frame, why: Unknown) -> None:
    """Every name of a known library, whether interpreted or not; of others nothing is known, nor of any name."""
    if not known:
        frame.names, frame.lost = dict.fromkeys(frame.names, why), why
        return
    library = LIBRARIES[module][0]
    for name in getattr(library, "__all__", None) or [n for n in vars(library) if not n.startswith("_")]:
        frame.names[name] = _member(module, name, frame)


def _member(module: str, name: str, frame: Frame) -> Any:
    """What a library has by that name, or why it is not interpreted."""
    try:
        return Library(module, frame.machine.stand_in).member(name)
    except NotLifted as error:
        return Unknown(str(error))


def _delete(node: ast.Delete, frame: Frame) -> None:
    for target in node.targets:
        if not isinstance(target, ast.Name):
            raise Unread("del of a part")
        frame.value(target.id)
        frame.names.pop(target.id)


STATEMENTS: Mapping[type, Callable[[Any, Frame], Leave | None]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.Break: lambda node, frame: _BREAK,
    ast.Continue: lambda node, frame: _CONTINUE,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.For: _for,
    ast.FunctionDef: _define,
    ast.If: _if,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Pass: lambda node, frame: None,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.While: _while,
    ast.With: _with,
}
