"""A document to a report: the pipeline of reading and judging hand derivations."""

from pathlib import Path

from symbackprop.claims.latex.attempts import read_conforming
from symbackprop.claims.latex.displays import Places, displays, notebook_text
from symbackprop.claims.latex.document import Document, Pending
from symbackprop.claims.latex.judgement import Judgement
from symbackprop.claims.latex.judging import judged
from symbackprop.claims.latex.statements import statements
from symbackprop.claims.latex.tokens import macros
from symbackprop.claims.latex.verdicts import verdicts
from symbackprop.claims.report import Claim, Report
from symbackprop.errors import DataError, ReadError

_LARGEST = 1_000_000  # bytes


def verify(path_or_text: str | Path) -> Report:
    """The report on a hand derivation: a ``.tex``, ``.md`` or ``.ipynb`` file, or a string of LaTeX or Markdown.

    A string with a newline, ``$`` or backslash is the document itself. Raises ``DataError`` where there is no such
    file, ``ReadError`` for a document beyond the limits.

    >>> verify("Let $x > 0$ and $y = x^2$. $$\\\\frac{dy}{dx} = 2x$$").summary["proved"]
    1
    """
    if isinstance(path_or_text, str) and any(c in path_or_text for c in "\n$\\"):
        return verify_text(path_or_text, None)
    return verify_file(path_or_text)


def verify_file(name: str | Path) -> Report:
    """The report on a file. Raises ``DataError`` where there is none that can be read."""
    path = Path(name)
    if not path.is_file():
        raise DataError(f"no file {str(name)!r}")
    if path.stat().st_size > _LARGEST:
        raise DataError(f"{path} has {path.stat().st_size} bytes; at most {_LARGEST} are read")
    source = path.read_text(encoding="utf-8-sig", errors="replace")
    if path.suffix == ".ipynb":
        source, _ = notebook_text(source)
    return verify_text(source, str(path))


def verify_text(text: str, file: str | None) -> Report:
    """The report on a text."""
    places = Places(text)
    document = read_conforming(statements(displays(text), macros(text)), text, judged)
    results = verdicts(document)
    names = _ids([c for c, _ in results], places)
    claims = tuple(_claim(name, c, j, places) for name, (c, j) in zip(names, results, strict=True))
    return Report(
        file,
        claims,
        layout="denominator",
        inputs=tuple(_inputs(document)),
        assumptions=tuple(f"{a.tensor}: {a.kind}" for a in document.assumptions),
        definitions=tuple(_definition(d, places) for d in document.definitions),
        redefined=tuple(document.redefined),
    )


def _ids(claims: list[Pending], places: Places) -> list[str]:
    counts: dict[str, int] = {}
    names = []
    for c in claims:
        label = c.statement.label_at(c.at)
        base = label or str(places.of(c.at)[0])
        counts[base] = counts.get(base, 0) + 1
        number = counts[base]
        names.append(base if number == 1 else f"{base}#{number}" if label else f"{base}:{number}")
    return names


def _claim(name: str, c: Pending, j: Judgement, places: Places) -> Claim:
    line, column = places.of(c.at)
    counterexample = None
    if j.verdict == "refuted" and j.found is not None and j.found.counterexample is not None:
        found = j.found.counterexample
        counterexample = {
            "sizes": dict(found.sizes),
            "values": {k: v for k, v in found.values.items()},
            "entry": list(found.entry),
            "claimed": found.claimed,
            "true": found.true,
        }
    diagnosis = j.diagnosis if j.verdict == "refuted" else None
    return Claim(
        name, line, column, _source(c, places), j.reading, j.verdict, counterexample,
        diagnosis or ("other" if j.verdict == "refuted" else None),
        repair=j.repair if j.verdict == "refuted" else None,
        evidence=j.found.evidence if j.found is not None and j.verdict == "agrees" else None,
        reason=_reason(j, places) if j.verdict == "unread" else None,
        notes=j.notes,
    )  # fmt: skip


def _reason(j: Judgement, places: Places) -> str:
    at = getattr(j.error, "at", None)
    if at is None or not isinstance(j.error, ReadError):
        return j.reason or "not understood"
    line, column = places.of(at)
    return str(ReadError(j.error.message, places.text, line, column))


def _source(c: Pending, places: Places) -> str:
    tokens = c.statement.tokens
    return " ".join(places.text[tokens[0].at : tokens[-1].at + len(tokens[-1].text)].split())[:400]


def _definition(d: dict, places: Places) -> dict:
    statement = d["statement"]
    tokens = statement.tokens
    source = " ".join(places.text[tokens[0].at : tokens[-1].at + len(tokens[-1].text)].split())[:400]
    entry = {"line": places.of(d["at"])[0], "source": source, "reading": d["reading"], "verdict": d["verdict"]}
    return entry | ({"reason": d["reason"]} if "reason" in d else {})


def _inputs(document: Document) -> list[dict]:
    scope, algebra = document.scope, document.algebra
    return [
        {"name": s.name, "shape": [str(algebra.size(n)) for n in s.shape], "how": s.how}
        for s in scope.symbols.values()
        if s.name not in scope.equations
    ]
