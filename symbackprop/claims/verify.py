"""A document to a report: the pipeline of reading and judging hand derivations."""

import time
from pathlib import Path

from symbackprop.claims.latex.displays import Places, displays, notebook_text
from symbackprop.claims.latex.document import Document, Pending
from symbackprop.claims.latex.judgement import Judgement
from symbackprop.claims.latex.judging import judged
from symbackprop.claims.latex.reading import read
from symbackprop.claims.latex.statements import statements
from symbackprop.claims.latex.tokens import macros
from symbackprop.claims.latex.tree import Letter, Product, walk
from symbackprop.claims.report import Claim, Report
from symbackprop.errors import DataError, ReadError
from symbackprop.indices import size

SECONDS = 30.0
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
    deadline = time.monotonic() + SECONDS
    places = Places(text)
    document = read(statements(displays(text), macros(text)), text, judged)
    results = [(c, judged(document, c, deadline)) for c in document.claims]
    results = _scaled(document, results, deadline)
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


def _scaled(document: Document, results: list, deadline: float) -> list:
    """The results under one common scale of dZ, dA, ... where that makes what was refuted right.

    The gradients of the parameters fix the scale: one that rests on scaled symbols must be proved, none may be lost.
    """
    wrong = [c for c, j in results if j.verdict == "refuted"]
    if not any(isinstance(n, Product) and isinstance(n.factors[0][1], Letter) and n.factors[0][1].name == "d"
               for c in wrong for n in walk(c.left)):  # fmt: skip
        return results
    for name in sorted(document.sizes):
        document.scale = size(name)
        again = [(c, judged(document, c, deadline)) for c, _ in results]
        fixed = any(j.verdict == "proved" and _is_of_parameter(document, c, j) for c, j in again)
        if fixed and sum(j.verdict == "refuted" for _, j in again) < len(wrong):
            return again
    document.scale = None
    return results


def _is_of_parameter(document: Document, c: Pending, j: Judgement) -> bool:
    """Whether a claim about a parameter rests on scaled symbols: then it fixes their scale."""
    return any("carry the factor" in n for n in j.notes) and not j.scaled_left


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
