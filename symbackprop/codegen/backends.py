"""Table of backends: for what a program can be written, and how it is made callable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbackprop.codegen.compile import compile_program
from symbackprop.codegen.program import build
from symbackprop.equations import Formula
from symbackprop.errors import DataError


@dataclass(frozen=True)
class Backend:
    """``source(program, outputs, title, references)`` is a module's text; ``compile(program, outputs)`` a callable."""

    source: Callable[..., str]
    compile: Callable[..., Callable[..., dict[str, Any]]]


def _numpy_source(
    program: Formula, outputs: Sequence[str], title: str = "", references: Mapping[str, str] | None = None
) -> str:
    return build(program, outputs, title, references).text


BACKENDS: dict[str, Backend] = {"numpy": Backend(_numpy_source, compile_program)}


def _backend(name: str) -> Backend:
    if name not in BACKENDS:
        raise DataError(f"no backend {name!r}; there are {', '.join(BACKENDS)}")
    return BACKENDS[name]


def source_for(
    backend: str, program: Formula, outputs: Sequence[str], title: str = "", references: Mapping[str, str] | None = None
) -> str:
    """The text of a standalone module. Raises ``DataError`` for a backend that is not in the table.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N]" + chr(10) + "C = sum(n, x[n]**2)")
    >>> "import numpy as np" in source_for("numpy", f, ["C"])
    True
    """
    return _backend(backend).source(program, outputs, title, references)


def compile_with(backend: str, program: Formula, outputs: Sequence[str]) -> Callable[..., dict[str, Any]]:
    """A callable ``(**arrays) -> {name: array}``. Raises ``DataError`` for a backend that is not in the table."""
    return _backend(backend).compile(program, outputs)
