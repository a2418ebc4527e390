"""A report as a person reads it: what was taken as given, each claim with its mark, the first wrong step in a sentence.

What was declared is said in one line; what was only inferred or assumed is said in lines of its own, since a verdict
rests on it.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbackprop.claims.report import Claim, Report

MARKS = {"proved": "✓", "refuted": "✗", "agrees": "≈", "unread": "?"}
_COLOURS = {"✓": "#3b7d4f", "✗": "#b5482a", "≈": "#1f4e79", "?": "#7a5195"}
_WIDTH = 120
_DEFAULT_LAYOUT = "denominator"


def text_of_report(report: "Report") -> str:
    """The whole report."""
    lines = [report.file] if report.file else []
    lines += _taken_as_given(report)
    lines += [f"note: {n}" for n in report.notes]
    for d in report.definitions:
        if d.get("verdict") == "unread":
            lines.append(f"? definition, line {d['line']}: {d.get('reason')}")
    for c in report.claims:
        lines.append(text_of_claim(c))
    lines.append(", ".join(f"{n} {v}" for v, n in report.summary.items() if n) or "nothing to judge")
    return "\n".join([*lines, *_first_wrong(report)])


def _taken_as_given(report: "Report") -> Iterator[str]:
    said = [shown_input(i) for i in report.inputs if i.get("how") == "declared"]
    guessed = [shown_input(i) for i in report.inputs if i.get("how") != "declared"]
    yield from _listed("inputs", said)
    yield from _listed("inputs by use", guessed)
    yield from _listed("assumed", (a.replace(": ", " ").replace("_", " ") for a in report.assumptions))
    if report.layout not in (None, _DEFAULT_LAYOUT):
        yield f"layout: {report.layout}"


def _listed(head: str, items: Iterable[str]) -> list[str]:
    text = ", ".join(items)
    return wrap(f"{head}: {text}", _WIDTH, subsequent_indent="    ") if text else []


def shown_input(given: Mapping[str, Any]) -> str:
    """A name with its shape.

    >>> shown_input({"name": "W", "shape": ["m", "n"]}), shown_input({"name": "b", "shape": []})
    ('W[m,n]', 'b')
    """
    return str(given["name"]) + (f"[{','.join(given['shape'])}]" if given["shape"] else "")


def _first_wrong(report: "Report") -> Iterator[str]:
    if report.first_wrong is None:
        return
    wrong = report[report.first_wrong]
    what = wrong.diagnosis.replace("_", " ") if wrong.diagnosis not in (None, "other") else ""
    count = sum(c.follows_from == wrong.id for c in report.claims)
    rest = f"; {count} more {'follows' if count == 1 else 'follow'} from it" if count else ""
    yield (f"The first wrong step is {wrong.id}, {place_of(wrong)}{f' ({what})' if what else ''}{rest}.")


def place_of(c: "Claim") -> str:
    """Where a claim stands, in words."""
    return f"line {c.line}" if c.cell is None else f"cell {c.cell}, line {c.line}"


def text_of_claim(c: "Claim") -> str:
    """The claim as it was read, and what was found, indented."""
    return "\n".join([f"{MARKS[c.verdict]} {c.id}  {c.reading or c.source}", *(f"    {x}" for x in remarks(c))])


def remarks(c: "Claim") -> Iterator[str]:
    """What was found of a claim, a line each."""
    if c.counterexample is not None:
        yield shown_counterexample(c.counterexample)
    if c.diagnosis is not None and (c.diagnosis != "other" or c.repair):
        yield c.diagnosis.replace("_", " ") + (f"; right would be {c.repair}" if c.repair else "")
    if c.follows_from is not None:
        yield f"follows from {c.follows_from}"
    if c.evidence is not None:
        yield f"not proved; equal at {c.evidence['points']} points to {c.evidence['digits']} digits"
    if c.reason is not None:
        yield from c.reason.split("\n")
    for n in c.notes:
        yield f"note: {n}"


def shown_counterexample(found: Mapping[str, Any]) -> str:
    """A point, and both sides' values there."""
    entry = found.get("entry")
    place = f" at entry {', '.join(str(k + 1) for k in entry)}" if entry else ""
    return f"for {shown_point(found) or 'all values'}{place}: claimed {found.get('claimed')}, true {found.get('true')}"


def shown_point(found: Mapping[str, Any]) -> str:
    """Sizes and values.

    >>> shown_point({"sizes": {"n": 2}, "values": {"x": ["1/2", "-1"]}})
    'n = 2; x = [1/2, -1]'
    """
    sizes = ", ".join(f"{k} = {v}" for k, v in found.get("sizes", {}).items())
    values = ", ".join(f"{k} = {_value(v)}" for k, v in found.get("values", {}).items())
    return "; ".join(p for p in (sizes, values) if p)


def _value(value: Any) -> str:
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list | tuple) else str(value)


def html(text: str) -> str:
    """The text for a notebook, its verdicts coloured.

    >>> html("✓ 7  a < b")
    '<pre><b style="color:#3b7d4f">✓</b> 7  a &lt; b</pre>'
    """
    return "<pre>" + "\n".join(map(_html_line, text.split("\n"))) + "</pre>"


def _html_line(line: str) -> str:
    colour = _COLOURS.get(line[:1])
    mark = f'<b style="color:{colour}">{line[0]}</b>' if colour else escape(line[:1])
    return mark + escape(line[1:])
