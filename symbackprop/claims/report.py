"""What a verdict on a document or a gradient looks like: frozen data, its JSON, its exit code.

The fields and their names are the public contract, shared by the readers of LaTeX and of NumPy. A report says nothing
that it does not hold: the first wrong claim, the summary and the exit code are computed from the claims.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from symbackprop.claims.text import html, text_of_claim, text_of_report

VERDICTS = ("proved", "refuted", "agrees", "unread")
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
        return text_of_claim(self)

    def _repr_html_(self) -> str:
        return html(str(self))


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
        return html(str(self))

    def __str__(self) -> str:
        return text_of_report(self)
