"""Gradients in a Python file, as ``symbackprop verify`` is asked about them: ``file.py:forward,gradient``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from symbackprop.cli import inputs, options
from symbackprop.errors import DataError

if TYPE_CHECKING:
    from symbackprop.claims.python_file import Question
    from symbackprop.claims.report import Report


def arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("gradients in Python, FILE.py:forward,gradient")
    group.add_argument("--wrt", action="append", default=[], metavar="NAME", help="the argument to differentiate by")
    group.add_argument(
        "--shape", action="append", default=[], type=_shape, metavar="NAME=N,D",
        help="an argument's shape, of integers or names; 'NAME=' for a number",
    )  # fmt: skip
    group.add_argument(
        "--assume", action="append", default=[], type=_assumption, metavar="NAME=one_hot",
        help="what holds of an argument: one_hot, positive, unit, binary, symmetric, positive_definite, ...",
    )  # fmt: skip
    group.add_argument(
        "--backward", action="store_true", help="the second function is backward(dout, ...): judge every gradient"
    )
    group.add_argument("--run", action="store_true", help="execute the file (your own code) instead of reading it")


def is_target(file: str) -> bool:
    """Whether it names a Python file, with functions or without.

    >>> is_target("a.py:loss,gradient"), is_target("a.tex")
    (True, False)
    """
    return file.endswith(".py") or ".py:" in file


def required(args: argparse.Namespace) -> None:
    """Raises ``DataError`` where options are of the other kind of file."""
    python = [f for f in args.files if is_target(f)]
    options.require(not (python and args.annotate), "--annotate is for derivations, not for Python files")
    given = args.wrt or args.shape or args.assume or args.backward or args.run
    options.require(
        bool(python) or not given, "--wrt, --shape, --assume, --backward and --run are for FILE.py:forward,gradient"
    )
    names = [n for n, _ in args.shape]
    options.require(len(names) == len(set(names)), "two --shape for one argument")


def question(args: argparse.Namespace) -> "Question":
    """What the options ask."""
    from symbackprop.claims.python_file import Question

    assume: dict[str, list[str]] = {}
    for name, kind in args.assume:
        assume.setdefault(name, []).append(kind)
    return Question(dict(args.shape), tuple(args.wrt), assume, args.backward)


def judged(target: str, asked: "Question", run: bool) -> "Report":
    """The report on ``file.py:forward,gradient``. Raises ``DataError`` where there are no such functions."""
    from symbackprop.claims.python_file import interpreted, report_on

    file, colon, listed = target.rpartition(":") if not target.endswith(".py") else (target, "", "")
    names = [n.strip() for n in listed.split(",") if n.strip()]
    if not colon or len(names) < 2:
        raise DataError(f"{target}: say which functions: {file}:forward,gradient")
    path = Path(file)
    if not path.is_file():
        raise DataError(f"no file {file!r}")
    if not run:
        return report_on(path, interpreted(path, names), asked)
    found = vars(inputs.module_of(path))
    for n in names:
        if not callable(found.get(n)):
            raise DataError(f"{file} has no function {n!r}")
    return report_on(path, [found[n] for n in names], asked, was_run=True)


def _shape(text: str) -> tuple[str, tuple[str, ...]]:
    name, equals, sizes = text.partition("=")
    found = tuple(s.strip() for s in sizes.strip().strip("()").split(",") if s.strip())
    if not equals or not name.strip().isidentifier() or not all(s.isidentifier() or s.isdecimal() for s in found):
        raise argparse.ArgumentTypeError(f"{text!r} is no shape; write NAME=N,D or NAME=3,4")
    return name.strip(), found


def _assumption(text: str) -> tuple[str, str]:
    name, equals, kind = (part.strip() for part in text.partition("="))
    if not equals or not name.isidentifier() or not kind:
        raise argparse.ArgumentTypeError(f"{text!r} is no assumption; write NAME=one_hot")
    return name, kind
