"""Expressions of Python interpreted: a row for each kind of node; any other kind is refused by name."""

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.programs import mark
from symbackprop.claims.numpy.source.bounds import chosen
from symbackprop.claims.numpy.source.frames import Frame, refuse_unusual, set_names
from symbackprop.claims.numpy.source.libraries import TAKE_GENERATORS, attribute, call
from symbackprop.claims.numpy.source.limits import Unread, measured
from symbackprop.claims.numpy.source.operators import binary, compared, truth, unary
from symbackprop.claims.numpy.source.signatures import signature_of
from symbackprop.claims.numpy.source.values import ARRAYS, Closure, LibraryFunction, Text, checked, iterable

_CONSTANTS = (int, float, str, type(None), type(Ellipsis))
_KEYS = (str, int, float, bool, type(None))
_WITH_ENTRIES: tuple[Any, ...] = (*ARRAYS, list, tuple, dict, str, range)


def evaluate(node: ast.expr, frame: Frame) -> Any:
    """The value of an expression. Raises ``Unread``, and what the code itself raises, with the place remembered."""
    try:
        frame.machine.budget.spend()
        row = EXPRESSIONS.get(type(node))
        if row is None:
            raise Unread(f"{type(node).__name__} is a kind of expression that is not interpreted")
        return row(node, frame)
    except Exception as error:
        mark(error, node.lineno, frame.machine.line(node.lineno))
        raise


def _constant(node: ast.Constant, frame: Frame) -> Any:
    if not isinstance(node.value, _CONSTANTS):
        raise Unread(f"a constant of type {type(node.value).__name__}")
    return checked(node.value)


def _name(node: ast.Name, frame: Frame) -> Any:
    return frame.value(node.id)


def _attribute(node: ast.Attribute, frame: Frame) -> Any:
    return attribute(evaluate(node.value, frame), node.attr)


def _call(node: ast.Call, frame: Frame) -> Any:
    function = evaluate(node.func, frame)
    if isinstance(function, Closure) and not frame.machine.calls_functions:
        raise Unread("a call of a function outside of functions")
    takes = isinstance(function, LibraryFunction) and function.name in TAKE_GENERATORS
    args: list[Any] = []
    for a in node.args:
        if takes and isinstance(a, ast.GeneratorExp):
            args.append(_list_comprehension(a, frame))
        elif isinstance(a, ast.Starred):
            args += _spread(evaluate(a.value, frame))
        else:
            args.append(evaluate(a, frame))
    kwargs: dict[str, Any] = {}
    for k in node.keywords:
        value = evaluate(k.value, frame)
        new = value if k.arg is None else {k.arg: value}
        if not isinstance(new, dict) or kwargs.keys() & new.keys():
            raise Unread("** of what is no dict of other arguments")
        kwargs |= new
    return call(function, args, kwargs, frame.machine.budget)


def _spread(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Unread("* of what is no list")
    return value


def _binary(node: ast.BinOp, frame: Frame) -> Any:
    a = evaluate(node.left, frame)
    return binary(node.op, a, evaluate(node.right, frame), frame.machine.budget)


def _unary(node: ast.UnaryOp, frame: Frame) -> Any:
    value = evaluate(node.operand, frame)
    return not truth(value) if isinstance(node.op, ast.Not) else unary(node.op, value)


def _both(node: ast.BoolOp, frame: Frame) -> Any:
    value = None
    for part in node.values:
        value = evaluate(part, frame)
        if part is not node.values[-1] and truth(value) is isinstance(node.op, ast.Or):
            break
    return value


def _compare(node: ast.Compare, frame: Frame) -> Any:
    left, result = evaluate(node.left, frame), None
    for k, (kind, part) in enumerate(zip(node.ops, node.comparators, strict=True)):
        right = evaluate(part, frame)
        result = compared(kind, left, right, frame.machine.budget)
        if k + 1 < len(node.ops) and not truth(result):
            break
        left = right
    return result


def _choice(node: ast.IfExp, frame: Frame) -> Any:
    return evaluate(node.body if truth(evaluate(node.test, frame)) else node.orelse, frame)


def _subscript(node: ast.Subscript, frame: Frame) -> Any:
    value = evaluate(node.value, frame)
    return item(value, evaluate(node.slice, frame))


def item(value: Any, key: Any) -> Any:
    """``value[key]``. Raises ``Unread``."""
    if not isinstance(value, _WITH_ENTRIES):
        raise Unread(f"an entry of a value of type {type(value).__name__}")
    check_key(value, key)
    entry: Any = value
    return checked(entry[key])


def check_key(value: Any, key: Any) -> None:
    """Raises ``Unread`` for keys that are none of Python's or NumPy's."""
    if isinstance(value, dict) and not is_key(key):
        raise Unread("a dict by what is no text or number")
    parts = key if isinstance(key, tuple) else (key,)
    if not all(isinstance(k, (*ARRAYS, *_KEYS, slice, list, range, type(Ellipsis))) for k in parts):
        raise Unread("an index that is no number, slice or array")
    if isinstance(value, np.ndarray):
        chosen(value, key)


def is_key(key: Any) -> bool:
    """Whether it may be the key of a dict: a text, a number, or several of those."""
    return isinstance(key, _KEYS) or (isinstance(key, tuple) and all(isinstance(k, _KEYS) for k in key))


def _slice(node: ast.Slice, frame: Frame) -> slice:
    ends = [None if part is None else evaluate(part, frame) for part in (node.lower, node.upper, node.step)]
    return slice(*ends)


def _items(node: Any, frame: Frame) -> list[Any]:
    found: list[Any] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            found += _spread(evaluate(part.value, frame))
        else:
            found.append(evaluate(part, frame))
    frame.machine.budget.spend(measured(found) // 100)
    return found


def _dict(node: ast.Dict, frame: Frame) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            raise Unread("** in a dict")
        _put(found, evaluate(key, frame), evaluate(value, frame))
    return found


def _put(found: dict[Any, Any], key: Any, value: Any) -> None:
    if not is_key(key):
        raise Unread("a dict by what is no text or number")
    found[key] = value


def _list_comprehension(node: ast.ListComp | ast.GeneratorExp, frame: Frame) -> list[Any]:
    found: list[Any] = []
    _comprehended(node.generators, frame, lambda inner: found.append(evaluate(node.elt, inner)))
    return found


def _dict_comprehension(node: ast.DictComp, frame: Frame) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    _comprehended(
        node.generators, frame, lambda inner: _put(found, evaluate(node.key, inner), evaluate(node.value, inner))
    )
    return found


def _comprehended(generators: Sequence[ast.comprehension], frame: Frame, add: Callable[[Frame], None]) -> None:
    """Calls ``add`` for every round; the first list is the outer scope's, as in Python."""
    inner = frame.inner(set_names([g.target for g in generators]))

    def rounds(k: int, values: Any) -> None:
        for value in loop(values, frame):
            assign(generators[k].target, value, inner)
            if all(truth(evaluate(test, inner)) for test in generators[k].ifs):
                if k + 1 < len(generators):
                    rounds(k + 1, evaluate(generators[k + 1].iter, inner))
                else:
                    add(inner)

    if any(g.is_async for g in generators):
        raise Unread("async")
    rounds(0, evaluate(generators[0].iter, frame))


def loop(values: Any, frame: Frame) -> Any:
    """The values of what is looped over, each a step."""
    if isinstance(values, str | Text) or not hasattr(values, "__iter__"):
        raise Unread(f"a loop over a value of type {type(values).__name__}")
    for value in iterable(values):
        frame.machine.budget.spend()
        yield checked(value)


def assign(target: ast.expr, value: Any, frame: Frame) -> None:
    """``target = value``. Raises ``Unread``."""
    if isinstance(target, ast.Name):
        frame.names[target.id] = value
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(target.elts, value, frame)
    elif isinstance(target, ast.Subscript):
        array = evaluate(target.value, frame)
        put(array, evaluate(target.slice, frame), value)
    else:
        raise Unread(f"an assignment to {ast.unparse(target)[:80]}")


def put(array: Any, key: Any, value: Any) -> None:
    """``array[key] = value``. Raises ``Unread``."""
    if not isinstance(array, (np.ndarray, IndexArray, list, dict)):
        raise Unread(f"an assignment into a value of type {type(array).__name__}")
    check_key(array, key)
    if isinstance(array, list) and not isinstance(key, int | np.integer | IndexArray):
        raise Unread("an assignment to a part of a list")
    if isinstance(array, np.ndarray) and not isinstance(value, (*ARRAYS, int, float, list, tuple)):
        raise Unread(f"an assignment of a value of type {type(value).__name__} into an array")
    array[key] = value


def _unpack(targets: Sequence[ast.expr], value: Any, frame: Frame) -> None:
    if any(isinstance(t, ast.Starred) for t in targets):
        raise Unread("* in an assignment")
    values = list(loop(value, frame))
    if len(values) != len(targets):
        raise Unread(f"{len(values)} values for {len(targets)} names")
    for t, v in zip(targets, values, strict=True):
        assign(t, v, frame)


def _formatted(node: ast.JoinedStr, frame: Frame) -> Text:
    """What stands in it is evaluated; the text is of no use but to be printed."""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            evaluate(part.value, frame)
    return Text()


def _lambda(node: ast.Lambda, frame: Frame) -> Closure:
    return closure("lambda", node.args, [node.body], frame, lambda inner: evaluate(node.body, inner))


def closure(
    name: str, arguments: ast.arguments, body: Sequence[ast.AST], frame: Frame, run: Callable[[Frame], Any]
) -> Closure:
    """A function of the file: its defaults are evaluated now, ``run`` is its body. Raises ``Unread``."""
    refuse_unusual(body)
    signature = signature_of(arguments, partial(evaluate, frame=frame))
    local = set_names(body) | set(signature.parameters)
    return Closure(name, signature, lambda given: run(frame.inner(local, given)), lambda: frame.machine.budget)


EXPRESSIONS: Mapping[type, Callable[[Any, Frame], Any]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _both,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _dict_comprehension,
    ast.IfExp: _choice,
    ast.JoinedStr: _formatted,
    ast.Lambda: _lambda,
    ast.List: _items,
    ast.ListComp: _list_comprehension,
    ast.Name: _name,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Tuple: lambda node, frame: tuple(_items(node, frame)),
    ast.UnaryOp: _unary,
}
