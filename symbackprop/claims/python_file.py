"""Gradients in a Python file: the file's functions, interpreted from its syntax tree or handed over, judged.

The report is that of any document, so the command line shows, counts and ends as for derivations in LaTeX.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symbackprop.claims.gradient import gradient_claims, verify_backward
from symbackprop.claims.numpy.judging import parameters
from symbackprop.claims.numpy.source.module import Module
from symbackprop.claims.report import Claim, Report
from symbackprop.errors import DataError

_TREE = "read as a syntax tree; nothing in the file was executed"
_RUN = "the file was executed (--run)"

Function = Callable[..., Any]


@dataclass(frozen=True)
class Question:
    """What is asked of each file; ``backward``: the second function takes the outputs' adjoints, and returns all."""

    shapes: Mapping[str, Sequence[str]]
    wrt: tuple[str, ...] = ()
    assume: Mapping[str, Sequence[str]] | None = None
    backward: bool = False


def interpreted(path: Path, names: Sequence[str]) -> list[Function]:
    """The functions of these names, of which nothing is executed. Raises ``DataError``, ``ReadError``."""
    module = Module.of_file(path)
    return [module.function(n) for n in names]


def report_on(path: Path, functions: Sequence[Function], question: Question, was_run: bool = False) -> Report:
    """A claim for each gradient that is asked for.

    ``functions`` are the forward function and one that returns the gradients, or one for each of ``question.wrt``.
    Raises ``DataError`` for a question that makes no sense.
    """
    forward, *others = functions
    _complete(functions, question)
    if question.backward:
        report = verify_backward(forward, others[0], question.shapes, question.assume)
    else:
        claims = _gradients(forward, others, question)
        inputs = tuple({"name": n, "shape": list(s), "how": "declared"} for n, s in question.shapes.items())
        assumptions = tuple(f"{n} is {k.replace('_', ' ')}" for n, ks in (question.assume or {}).items() for k in ks)
        report = Report(None, tuple(claims), inputs=inputs, assumptions=assumptions)
    return replace(report, file=str(path), notes=(_RUN if was_run else _TREE,))


def _gradients(forward: Function, gradients: Sequence[Function], question: Question) -> list[Claim]:
    if len(gradients) == 1:
        return gradient_claims(forward, gradients[0], question.wrt, question.shapes, question.assume)
    return [
        claim
        for gradient, name in zip(gradients, question.wrt, strict=True)
        for claim in gradient_claims(forward, gradient, (name,), question.shapes, question.assume)
    ]


def _complete(functions: Sequence[Function], question: Question) -> None:
    """Raises ``DataError`` where the question leaves something open."""
    forward, *others = functions
    if not others:
        raise DataError("two functions are needed: FILE.py:forward,gradient")
    if question.backward and (len(others) > 1 or question.wrt):
        raise DataError("--backward takes FILE.py:forward,backward, and judges every gradient: no --wrt")
    if not question.backward and not question.wrt:
        raise DataError("say by which argument: --wrt NAME (or --backward for all gradients of a layer)")
    if not question.backward and len(others) not in (1, len(question.wrt)):
        raise DataError(f"{len(others)} gradient functions for {len(question.wrt)} --wrt")
    for f in functions:
        # The arguments of a backward function that have no shape are the outputs' adjoints.
        needed = [] if question.backward and f is not forward else _needed(f)
        missing = [n for n in needed if n not in question.shapes]
        if missing:
            raise DataError(f"{f.__name__} takes {missing[0]!r}, which has no shape: --shape {missing[0]}=N,D")
    known = {n for f in functions for n in parameters(f)}
    for name in (*question.shapes, *question.wrt):
        if name not in known:
            raise DataError(f"no function takes {name!r}; there are {', '.join(sorted(known))}")


def _needed(function: Function) -> list[str]:
    given = inspect.signature(function).parameters.values()
    single = (
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.KEYWORD_ONLY,
    )
    return [p.name for p in given if p.default is p.empty and p.kind in single]
