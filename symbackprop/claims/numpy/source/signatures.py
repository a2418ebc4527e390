"""The parameters of an interpreted function, in Python's own form: binding arguments to them is then Python's too."""

import ast
import inspect
from collections.abc import Callable
from typing import Any

_EMPTY = inspect.Parameter.empty


def signature_of(arguments: ast.arguments, default: Callable[[ast.expr], Any]) -> inspect.Signature:
    """The parameters in order; ``default`` says what a default's value is.

    >>> print(signature_of(ast.parse("lambda x, *, axis=0: x", mode="eval").body.args, ast.literal_eval))
    (x, *, axis=0)
    """
    kinds, first = inspect.Parameter, len(arguments.posonlyargs)
    positional = [*arguments.posonlyargs, *arguments.args]
    late = [_EMPTY] * (len(positional) - len(arguments.defaults)) + [default(d) for d in arguments.defaults]
    found = [
        kinds(a.arg, kinds.POSITIONAL_ONLY if k < first else kinds.POSITIONAL_OR_KEYWORD, default=late[k])
        for k, a in enumerate(positional)
    ]
    if arguments.vararg:
        found.append(kinds(arguments.vararg.arg, kinds.VAR_POSITIONAL))
    for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(kinds(a.arg, kinds.KEYWORD_ONLY, default=_EMPTY if d is None else default(d)))
    if arguments.kwarg:
        found.append(kinds(arguments.kwarg.arg, kinds.VAR_KEYWORD))
    return inspect.Signature(found)
