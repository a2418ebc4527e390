"""Judge hand derivations: every claim of a .tex, .md or .ipynb file proved, refuted or said to be unread.

  symbackprop verify homework.tex
  symbackprop verify a.tex b.md --json

Exit: 0 every claim proved, 1 something refuted, 2 something unread or nothing to judge, 3 nothing worse than agreeing
numbers; of several files the worst. Nothing in a document is executed.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.claims.report import Report

SUMMARY = "judge hand derivations: each claim proved, refuted or unread"
_COLOURS = {"✓": "32", "✗": "31", "≈": "33", "?": "35"}
_WORST_FIRST = (1, 2, 3, 0)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a .tex, .md or .ipynb file")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")


def run(args: argparse.Namespace) -> int:
    from symbackprop.claims.verify import verify_file

    codes = []
    for name in args.files:
        report = verify_file(name)
        codes.append(report.exit_code)
        print(json.dumps(report.to_dict(), ensure_ascii=False) if args.json else _shown(report), flush=True)
    return next(code for code in _WORST_FIRST if code in codes)


def _shown(report: "Report") -> str:
    text = str(report)
    if not sys.stdout.isatty():
        return text
    return "\n".join(_coloured(line) for line in text.split("\n"))


def _coloured(line: str) -> str:
    colour = _COLOURS.get(line[:1])
    return f"\033[{colour}m{line[0]}\033[0m{line[1:]}" if colour else line
