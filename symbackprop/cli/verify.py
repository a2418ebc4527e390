"""Judge hand derivations and gradients in NumPy: every claim proved, refuted or said to be unread.

  symbackprop verify homework.tex
  symbackprop verify homework.tex --annotate marked.html
  symbackprop verify class/*.tex -j 8 --csv > class.csv
  symbackprop verify a.tex b.md --json
  symbackprop verify class/*.tex --given task.tex
  symbackprop verify homework.py:loss,gradient --wrt w --shape x=N,D --shape w=D
  symbackprop verify layers.py:forward,backward --backward --shape x=N,D --shape W=D,M

--given is the task, in LaTeX, Markdown, a notebook or the text notation (.txt): its declarations, definitions and
assumptions come first and win; the homework is judged against them.

A gradient in Python is a pair of functions of NumPy arrays: loss(...) returns a number, gradient(...) the gradient with
respect to --wrt (several: a tuple in their order, or a function for each). With --backward, forward(...) returns arrays
and backward(dout, ...) every gradient, as a tuple in the order of the arguments or a dict. With names as sizes a proof
holds for every size.

Exit: 0 every claim proved, 1 something refuted, 2 something unread or nothing to judge, 3 nothing worse than agreeing
numbers; of several files the worst. Nothing in a document or a Python file is executed (unless --run is given), and
each file is read in a process of its own with limits on time and memory.
"""

import argparse
import csv
import io
import json
import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbackprop.cli import options, verify_python

if TYPE_CHECKING:
    from symbackprop.claims.python_file import Question
    from symbackprop.claims.report import Report
    from symbackprop.claims.workers import Outcome

SUMMARY = "judge hand derivations, and gradients in NumPy: each claim proved, refuted or unread"
_COLOURS = {"✓": "32", "✗": "31", "≈": "33", "?": "35"}
_WORST_FIRST = (1, 2, 3, 0)
_BAD_INPUT = 2
_COLUMNS = ("file", "proved", "refuted", "agrees", "unread", "first_wrong", "diagnosis", "error")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a .tex, .md or .ipynb file, or FILE.py:forward,gradient"
    )
    parser.add_argument(
        "--given", metavar="FILE", help="the task: its forward pass comes first, and homework that differs is refuted"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    form.add_argument("--csv", action="store_true", help="a line a file, for a whole class")
    parser.add_argument(
        "--annotate",
        type=options.output(".html", ".pdf", ".tex", ".md"),
        metavar="OUT.{html,pdf,tex}",
        help="write the document anew with a verdict beside each claim",
    )
    parser.add_argument(
        "-j", "--jobs", type=options.positive, default=1, metavar="N", help="how many files at once (default: 1)"
    )
    verify_python.arguments(parser)


def run(args: argparse.Namespace) -> int:
    from symbackprop.claims.workers import outcomes

    options.require(not args.annotate or len(args.files) == 1, "--annotate takes one FILE")
    verify_python.required(args)
    python = any(map(verify_python.is_target, args.files))
    options.require(not (args.given and python), "--given goes with documents, not with Python files")
    if args.given:
        _task(args.given)  # a task that cannot be read is one error, not one for each file
    for name in {_module(file) for file in args.files}:
        import_module(name)  # once, before the workers are forked from this process
    asked = verify_python.question(args)
    task = partial(_judged, annotate=bool(args.annotate), asked=asked, run=args.run, given=args.given)
    codes = []
    if args.csv:
        print(_csv_line(_COLUMNS), flush=True)
    with _progress(len(args.files)) as bar:
        for outcome in outcomes(task, args.files, args.jobs):
            codes.append(_show(outcome, args, bar))
            bar.update()
    return next(code for code in _WORST_FIRST if code in codes)


def _module(file: str) -> str:
    return f"symbackprop.claims.{'python_file' if verify_python.is_target(file) else 'verify'}"


def _task(given: str) -> None:
    from symbackprop.claims.sources import task_of

    task_of(Path(given))


def _judged(name: str, annotate: bool, asked: "Question", run: bool, given: str | None = None) -> tuple["Report", Any]:
    """The report on a file and, where it is asked for, the annotated document: all that reads the file is here."""
    if verify_python.is_target(name):
        return verify_python.judged(name, asked, run), None
    from symbackprop.claims.verify import verify_file

    report = verify_file(name, Path(given) if given else None)
    if not annotate:
        return report, None
    from symbackprop.claims.annotate import annotated_file

    return report, annotated_file(name, report)


def _progress(files: int) -> Any:
    from tqdm import tqdm  # only for several files on a terminal is it drawn

    return tqdm(total=files, unit="file", leave=False, disable=files < 2 or not sys.stderr.isatty())


def _show(outcome: "Outcome", args: argparse.Namespace, bar: Any) -> int:
    """Print what became of one file; its exit code."""
    report, sheet = outcome.value or (None, None)
    if outcome.error is not None:
        bar.write(f"error: {_named(outcome)}", file=sys.stderr)
    if args.json:
        bar.write(json.dumps(_object(outcome, report), ensure_ascii=False), file=sys.stdout)
    elif args.csv:
        bar.write(_csv_line(_cells(outcome, report)), file=sys.stdout)
    elif report is not None:
        bar.write(_shown(report), file=sys.stdout)
    sys.stdout.flush()
    if sheet is not None:
        written: Path = sheet.save(args.annotate)
        print(f"annotated: {written}", file=sys.stderr)
    return _BAD_INPUT if report is None else report.exit_code


def _named(outcome: "Outcome") -> str:
    error = str(outcome.error)
    return error if outcome.file in error else f"{outcome.file}: {error}"


def _object(outcome: "Outcome", report: "Report | None") -> dict[str, Any]:
    """The report as JSON has it; a file without one has no claims, and its reason among the notes."""
    from symbackprop.claims.report import Report

    found = report or Report(outcome.file, (), notes=(str(outcome.error),))
    return found.to_dict() | ({"error": outcome.error} if report is None else {})


def _cells(outcome: "Outcome", report: "Report | None") -> tuple[Any, ...]:
    if report is None:
        return (outcome.file, 0, 0, 0, 0, "", "", " ".join(str(outcome.error).split()))
    wrong = report.first_wrong
    return (outcome.file, *report.summary.values(), wrong or "", report[wrong].diagnosis if wrong else "", "")


def _csv_line(cells: tuple[Any, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(map(_harmless, cells))
    return line.getvalue()


def _harmless(cell: Any) -> Any:
    """A spreadsheet would take a name or label that begins like a formula for one."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") and cell[:1] else cell


def _shown(report: "Report") -> str:
    text = str(report)
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return "\n".join(_coloured(line) for line in text.split("\n"))


def _coloured(line: str) -> str:
    colour = _COLOURS.get(line[:1])
    return f"\033[{colour}m{line[0]}\033[0m{line[1:]}" if colour else line
