"""What was found of a document, as the report that people and programs get."""

from typing import Any

from symbackprop.claims.latex.documents.document import Document, Pending, Redefined
from symbackprop.claims.latex.documents.given import note_of
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.layouts import DENOMINATOR, MIXED, NUMERATOR, layout_of_document
from symbackprop.claims.latex.verdicts.passes import Results
from symbackprop.claims.layer_style import LayerStyle
from symbackprop.claims.report import Claim, Report
from symbackprop.claims.sources import Source
from symbackprop.claims.text import shown_point
from symbackprop.errors import ReadError
from symbackprop.proof.facts import Assumption

_LONGEST = 400  # characters of a formula's source
_MOST_NAMES = 6


def reported(document: Document, results: Results, source: Source) -> Report:
    """The report on a document whose claims have been judged."""
    names = ids([c for c, _ in results], source)
    layout = layout_of_document(document, [j.layout for _, j in results])
    parts = (document, *document.others)
    called = {id(c): name for name, (c, _) in zip(names, results, strict=True)}
    claims = tuple(_claim(document, c, j, source, called) for c, j in results)
    return Report(
        source.file,
        claims,
        layout=layout,
        inputs=tuple(x for part in parts for x in _inputs(part)),
        assumptions=tuple(dict.fromkeys(_assumption(a) for part in parts for a in part.assumptions)),
        definitions=tuple(_definition(d, source) for d in document.definitions if d["at"] >= 0),
        notes=(*_notes(document, source), *(_mixed(results, called) if layout == MIXED else ())),
        redefined=tuple(r.name for r in document.redefined),
    )


def _assumption(a: Assumption) -> str:
    return f"{a.tensor}: {a.kind}" + (f" {a.value}" if a.value is not None else "")


def ids(claims: list[Pending], source: Source) -> list[str]:
    """What the claims are called: their labels, else their lines, with a number from the second of a name on."""
    counts: dict[str, int] = {}
    names = []
    for c in claims:
        label = c.statement.label_at(c.at)
        base = label or source.name(c.at)
        counts[base] = counts.get(base, 0) + 1
        number = counts[base]
        names.append(base if number == 1 else f"{base}#{number}" if label else f"{base}:{number}")
    return names


def _claim(document: Document, c: Pending, j: Judgement, source: Source, called: dict[int, str]) -> Claim:
    line, column = source.of(c.at)
    refuted = j.verdict == "refuted"
    said = note_of(document, c) if refuted else None
    return Claim(
        called[id(c)], line, column, _source(c.statement, source), j.reading, j.verdict,
        counterexample=counterexample_of(j) if refuted else None,
        diagnosis=(j.diagnosis or "other") if refuted else None,
        repair=LayerStyle.of(source.text)(j.repair) if refuted and j.repair else None,
        follows_from=called.get(id(j.follows)) if refuted else None,
        evidence=j.found.evidence if j.found is not None and j.verdict == "agrees" else None,
        reason=_reason(j, source) if j.verdict == "unread" else None,
        notes=(*j.notes, *((said,) if said is not None else ())),
        cell=source.cell(c.at),
    )  # fmt: skip


def counterexample_of(j: Judgement) -> dict[str, Any] | None:
    """The point where a claim fails, where one was found."""
    found = j.found.counterexample if j.found is not None else None
    if found is None:
        return None
    return {
        "sizes": dict(found.sizes),
        "values": dict(found.values),
        "entry": list(found.entry),
        "claimed": found.claimed,
        "true": found.true,
    }


def _reason(j: Judgement, source: Source) -> str:
    at = getattr(j.error, "at", None)
    if at is None or not isinstance(j.error, ReadError):
        return j.reason or "not understood"
    return j.error.message + " (in the task)" if at < 0 else source.message(j.error, at)


def _source(statement: Any, source: Source) -> str:
    first, last = statement.tokens[0], statement.tokens[-1]
    return " ".join(source.text[first.at : last.at + len(last.text)].split())[:_LONGEST]


def _definition(d: dict, source: Source) -> dict:
    entry = {"line": source.of(d["at"])[0], "source": _source(d["statement"], source)}
    entry |= {"reading": d["reading"], "verdict": d["verdict"]}
    cell = source.cell(d["at"])
    return entry | ({"cell": cell} if cell is not None else {}) | ({"reason": d["reason"]} if "reason" in d else {})


def _inputs(document: Document) -> list[dict]:
    scope, algebra = document.scope, document.algebra
    inputs = {s.name: s for s in scope.symbols.values() if s.name not in scope.equations}
    return [{"name": s.name, "shape": [str(algebra.size(n)) for n in s.shape], "how": s.how} for s in inputs.values()]


def _notes(document: Document, source: Source) -> list[str]:
    unread = [d for d in document.definitions if d["at"] < 0 and d["verdict"] == "unread"]
    task = [f"a definition of the task could not be read: {d.get('reason')}" for d in unread]
    return [*document.notes, *task, *(_redefined(r, source) for r in document.redefined)]


def _mixed(results: Results, called: dict[int, str]) -> list[str]:
    """Which claims hold in which layout alone."""
    parts = []
    for layout in (NUMERATOR, DENOMINATOR):
        names = [called[id(c)] for c, j in results if j.layout == layout]
        parts.append(
            f"{layout} layout in {', '.join(names[:_MOST_NAMES])}{', ...' if len(names) > _MOST_NAMES else ''}"
        )
    return [f"mixed layout: {'; '.join(parts)}"]


def _redefined(r: Redefined, source: Source) -> str:
    """Where a symbol begins a new example, and by what the two right sides differ."""
    first = f", first in line {source.of(r.first)[0]}" if r.first is not None and r.first >= 0 else ""
    note = f"redefined: {r.name} in line {source.of(r.at)[0]}{first}"
    point = counterexample_of(r.found) if r.found is not None else None
    if point is None:
        return note
    at = shown_point(point)
    return f"{note}; {f'for {at} ' if at else ''}it is {point['claimed']}, was {point['true']}"
