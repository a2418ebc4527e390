"""The command ``symbackprop``: its verbs, and how it ends.

Exit: 0 all well, 1 a check failed, 2 bad input, 130 interrupted. Whatever a user can put right is one short block on
stderr; ``--debug`` shows the traceback. Any other exception is a fault of ours, and says so.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from symbackprop import __version__
from symbackprop.cli import demo, derive, diagnose, export, sheet, train, verify
from symbackprop.errors import SymbackpropError

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130

# Each verb: a summary, its arguments, and what it does.
VERBS: dict[str, Any] = {
    "demo": demo,
    "derive": derive,
    "sheet": sheet,
    "train": train,
    "diagnose": diagnose,
    "export": export,
    "verify": verify,
}


class _Parser(argparse.ArgumentParser):
    """argparse, but an error is one line that points at the help rather than the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"error: {message}\ntry: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    top = _Parser(
        prog="symbackprop",
        description="Gradients derived symbolically from forward formulas: proof sheet, checks and fast code.",
        epilog="Start with: symbackprop demo",
    )
    top.add_argument("--version", action="version", version=f"symbackprop {__version__}")
    top.add_argument("--debug", action="store_true", help="show the traceback of an error")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)
    for name, module in VERBS.items():
        verb = verbs.add_parser(
            name,
            help=module.SUMMARY,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        module.arguments(verb)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _tolerant_output()
    try:
        _refuse_unknown_verb(arguments)
        args = parser().parse_args(arguments)
    except SystemExit as e:
        return int(e.code or 0)
    try:
        return VERBS[args.verb].run(args)
    except BrokenPipeError:  # the reader of a pipe left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _report("interrupted", args.debug, INTERRUPTED)
    except (SymbackpropError, OSError, MemoryError) as e:
        return _report(f"error: {_described(e)}", args.debug, BAD_INPUT)
    except Exception as e:
        advice = "This is a fault of symbackprop, not of your input: please report it with the output of --debug."
        return _report(f"error: {type(e).__name__}: {e}\n{advice}", args.debug, BAD_INPUT)


def _described(e: BaseException) -> str:
    if isinstance(e, OSError) and e.strerror:
        return f"{e.filename}: {e.strerror.lower()}" if e.filename else e.strerror
    if isinstance(e, MemoryError):
        return f"not enough memory: {e}" if str(e) else "not enough memory; make the sizes smaller"
    return str(e)


def _report(message: str, debug: bool, code: int) -> int:
    if debug:
        traceback.print_exc()
    print(message, file=sys.stderr)
    return code


def _refuse_unknown_verb(arguments: Sequence[str]) -> None:
    """argparse lists all verbs; a slip of the finger deserves a suggestion."""
    first = next((a for a in arguments if not a.startswith("-")), None)
    if first is None or first in VERBS:
        return
    from difflib import get_close_matches  # only for a slip

    near = get_close_matches(first, VERBS, 1, 0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(VERBS)}"
    print(f"error: no command '{first}'; {hint}\ntry: symbackprop --help", file=sys.stderr)
    raise SystemExit(BAD_INPUT)


def _tolerant_output() -> None:
    """A terminal that cannot show a sign of mathematics shows a question mark rather than an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
