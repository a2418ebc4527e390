"""What a verdict on a document or a gradient looks like: frozen data, its JSON, its text, its exit code.

The fields and their names are the public contract, shared by the readers of LaTeX and of NumPy. A report says nothing
that it does not hold: the first wrong claim, the summary and the exit code are computed from the claims.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

VERDICTS = ("proved", "refuted", "agrees", "unread")
MARKS = {"proved": "✓", "refuted": "✗", "agrees": "≈", "unread": "?"}
DIAGNOSES = (
    "sign", "factor", "missing_mean", "transpose", "order", "shape", "missing_sum", "extra_sum", "missing_path",
    "extra_path", "missing_term", "extra_term", "missing_activation_derivative", "extra_activation_derivative",
    "wrong_variable", "stale_variable", "swapped", "wrong_index", "wrong_layer", "wrong_branch", "wrong_function",
    "hadamard_as_product", "product_as_hadamard", "other",
)  # fmt: skip
ALL_PROVED, REFUTED, UNREAD, WEAKER = 0, 1, 2, 3


@dataclass(frozen=True)
class Claim:
    """One judged relation.

    ``counterexample`` has sizes, values, entry, claimed, true; ``evidence`` has points and digits (``agrees`` only);
    ``reason`` says why something is unread; ``follows_from`` is the id of the wrong claim that this one rests on.
    ``cell`` is the number of the notebook's cell, in which lines are counted.
    """

    id: str
    line: int
    column: int
    source: str
    reading: str | None
    verdict: str
    counterexample: Mapping[str, Any] | None = None
    diagnosis: str | None = None
    repair: str | None = None
    follows_from: str | None = None
    evidence: Mapping[str, int] | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()
    cell: int | None = None

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"no verdict {self.verdict!r}; there are {', '.join(VERDICTS)}")
        if self.diagnosis is not None and self.diagnosis not in DIAGNOSES:
            raise ValueError(f"no diagnosis {self.diagnosis!r}; there are {', '.join(DIAGNOSES)}")

    def to_dict(self) -> dict[str, Any]:
        """The claim as JSON has it."""
        found = asdict(self) | {"notes": list(self.notes)}
        if self.cell is None:
            del found["cell"]
        return found

    def __str__(self) -> str:
        return "\n".join(_claim_lines(self))

    def _repr_html_(self) -> str:
        return _html(str(self))


@dataclass(frozen=True)
class Report:
    """All claims of one document, with how its definitions were read. ``redefined`` names what begins a new example."""

    file: str | None
    claims: tuple[Claim, ...]
    layout: str | None = None
    inputs: tuple[Mapping[str, Any], ...] = ()
    assumptions: tuple[str, ...] = ()
    definitions: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    redefined: tuple[str, ...] = field(default=())

    @property
    def first_wrong(self) -> str | None:
        """The id of the first refuted claim, in reading order."""
        return next((c.id for c in self.claims if c.verdict == "refuted"), None)

    @property
    def summary(self) -> dict[str, int]:
        """How many claims have each verdict."""
        return {v: sum(c.verdict == v for c in self.claims) for v in VERDICTS}

    @property
    def exit_code(self) -> int:
        """0 all proved, 1 something refuted, 2 something unread or nothing to judge, 3 the rest."""
        found = self.summary
        if found["refuted"]:
            return REFUTED
        unread = any(d.get("verdict") == "unread" for d in self.definitions)
        if found["unread"] or unread or not self.claims:
            return UNREAD
        return WEAKER if found["agrees"] or self.redefined else ALL_PROVED

    def __getitem__(self, claim_id: str) -> Claim:
        """The claim of that id. Raises ``KeyError``."""
        for c in self.claims:
            if c.id == claim_id:
                return c
        raise KeyError(claim_id)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it.

        >>> Report("a.tex", (Claim("7", 7, 1, "a = a", "a = a", "proved"),)).to_dict()["summary"]
        {'proved': 1, 'refuted': 0, 'agrees': 0, 'unread': 0}
        """
        return {
            "file": self.file,
            "layout": self.layout,
            "first_wrong": self.first_wrong,
            "notes": list(self.notes),
            "inputs": [dict(i) for i in self.inputs],
            "assumptions": list(self.assumptions),
            "definitions": [dict(d) for d in self.definitions],
            "summary": self.summary,
            "claims": [c.to_dict() for c in self.claims],
        }

    def _repr_html_(self) -> str:
        return _html(str(self))

    def __str__(self) -> str:
        lines = [self.file] if self.file else []
        lines += [f"note: {n}" for n in self.notes]
        for d in self.definitions:
            if d.get("verdict") == "unread":
                lines.append(f"? definition, line {d['line']}: {d.get('reason')}")
        for c in self.claims:
            lines += _claim_lines(c)
        counted = ", ".join(f"{n} {v}" for v, n in self.summary.items() if n)
        lines.append(counted or "nothing to judge")
        if self.first_wrong is not None:
            wrong = self[self.first_wrong]
            lines.append(f"The first wrong step is {wrong.id}, {place_of(wrong)}.")
        return "\n".join(lines)


def place_of(c: Claim) -> str:
    """Where a claim stands, in words."""
    return f"line {c.line}" if c.cell is None else f"cell {c.cell}, line {c.line}"


def _claim_lines(c: Claim) -> list[str]:
    lines = [f"{MARKS[c.verdict]} {c.id}  {c.reading or c.source}"]
    if c.counterexample is not None:
        lines.append("    " + _counterexample(c.counterexample))
    if c.diagnosis is not None:
        lines.append(f"    {c.diagnosis}" + (f"; right would be {c.repair}" if c.repair else ""))
    if c.follows_from is not None:
        lines.append(f"    follows from {c.follows_from}")
    if c.evidence is not None:
        lines.append(f"    not proved; equal at {c.evidence['points']} points to {c.evidence['digits']} digits")
    if c.reason is not None:
        lines += [f"    {line}" for line in c.reason.split("\n")]
    return lines + [f"    note: {n}" for n in c.notes]


def _counterexample(found: Mapping[str, Any]) -> str:
    sizes = ", ".join(f"{k} = {v}" for k, v in found.get("sizes", {}).items())
    values = ", ".join(f"{k} = {_shown(v)}" for k, v in found.get("values", {}).items())
    entry = found.get("entry")
    place = f" at entry {tuple(k + 1 for k in entry)}" if entry else ""
    parts = [p for p in (sizes, values) if p]
    return f"for {'; '.join(parts) or 'all values'}{place}: claimed {found.get('claimed')}, true {found.get('true')}"


def _shown(value: Any) -> str:
    return f"[{', '.join(map(_shown, value))}]" if isinstance(value, list | tuple) else str(value)


_COLOURS = {"✓": "#3b7d4f", "✗": "#b5482a", "≈": "#1f4e79", "?": "#7a5195"}


def _html(text: str) -> str:
    """The text for a notebook, its verdicts coloured.

    >>> _html("✓ 7  a < b")
    '<pre><b style="color:#3b7d4f">✓</b> 7  a &lt; b</pre>'
    """
    return "<pre>" + "\n".join(map(_html_line, text.split("\n"))) + "</pre>"


def _html_line(line: str) -> str:
    colour = _COLOURS.get(line[:1])
    mark = f'<b style="color:{colour}">{line[0]}</b>' if colour else escape(line[:1])
    return mark + escape(line[1:])
