"""A document to a report: the pipeline of reading and judging hand derivations."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from symbackprop.claims.latex.syntax.statements import Statement, statements
from symbackprop.claims.latex.text.displays import Display, displays
from symbackprop.claims.latex.text.tokens import Macro, macros
from symbackprop.claims.latex.verdicts.attempts import read_conforming
from symbackprop.claims.latex.verdicts.judging import judged
from symbackprop.claims.latex.verdicts.passes import verdicts
from symbackprop.claims.report import Report
from symbackprop.claims.reporting import reported
from symbackprop.claims.sources import Source, source_of, source_of_file, task_of
from symbackprop.claims.stopping import Stopped, stopping
from symbackprop.equations import Formula
from symbackprop.errors import ReadError

_MOST_BROKEN = 3  # displays that are named where nothing else was found
_SECONDS_OF_READING = 5.0  # of processor time; attempts at other shapes end before

Given = str | Path | Formula


def verify(path_or_text: str | Path, given: Given | None = None) -> Report:
    """The report on a hand derivation: a ``.tex``, ``.md`` or ``.ipynb`` file, or a string of LaTeX or Markdown.

    A string with a newline, ``$`` or backslash is the document itself. ``given`` is the task: its declarations,
    definitions and assumptions come first and win, its own claims are not judged. It is such a document too, or a
    formula in the text notation (a ``.txt`` or ``.sbp`` file, a string of several lines, an ``sb.formula``).
    Raises ``DataError`` where there is no such file, ``ReadError`` for a document beyond the limits.

    >>> verify("Let $x > 0$ and $y = x^2$. $$\\\\frac{dy}{dx} = 2x$$").summary["proved"]
    1
    >>> verify("$$y = x^3$$", given="Let $x > 0$ and $y = x^2$.").claims[0].notes[-1]
    'the task defines y = x**2'
    """
    return verify_source(source_of(path_or_text), given)


def verify_file(name: str | Path, given: Given | None = None) -> Report:
    """The report on a file. Raises ``DataError`` where there is none that can be read."""
    return verify_source(source_of_file(name), given)


def verify_text(text: str, file: str | None, given: Given | None = None) -> Report:
    """The report on a text."""
    return verify_source(Source(text, file), given)


def verify_source(source: Source, given: Given | None = None) -> Report:
    """The report on a document, judged against the task where one is given."""
    task = task_of(given) if given is not None else Source("")
    words, formula = (task.text, None) if isinstance(task, Source) else ("", task)
    try:
        with stopping(_SECONDS_OF_READING):
            found = statements(_before(words) + displays(source.text), _macros(words, source.text))
            document = read_conforming(found, f"{words}\n{source.text}", judged, formula)
    except Stopped:
        raise ReadError(f"a document that takes more than {_SECONDS_OF_READING:g} seconds to read") from None
    except RecursionError:
        raise ReadError("a document whose definitions are nested too deep, or ask for one another for ever") from None
    report = reported(document, verdicts(document), source)
    nothing = not report.claims and not report.definitions
    return replace(report, notes=(*report.notes, *_broken_off(found, source))) if nothing else report


def _broken_off(found: Sequence[Statement], source: Source) -> list[str]:
    """Where the displays break off that are neither claims nor definitions: said where there is nothing else."""
    broken = (s.error for s in found if s.error is not None and not s.inline and s.at >= 0)
    return [source.message(e, e.at) for e in broken if e.at is not None and e.at >= 0][:_MOST_BROKEN]


def _before(text: str) -> list[Display]:
    """The mathematics of a task, at places below zero: those from zero on are the homework's."""
    return [replace(d, at=d.at - len(text) - 1) for d in displays(text)]


def _macros(task: str, homework: str) -> dict[str, Macro]:
    """The macros of both. Raises ``ReadError`` where they mean different things by one."""
    first, second = macros(task), macros(homework)
    for name in first.keys() & second.keys():
        if _meaning(first[name]) != _meaning(second[name]):
            raise ReadError(f"the task and the homework define {name} differently")
    return first | second


def _meaning(macro: Macro) -> tuple[int, list[str]]:
    return macro.arguments, [t.text for t in macro.body]
