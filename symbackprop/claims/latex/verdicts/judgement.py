"""What was found of one claim, before it becomes part of a report."""

from dataclasses import dataclass

from symbackprop.claims.latex.documents.document import Pending
from symbackprop.claims.latex.verdicts.sides import Sides
from symbackprop.proof.judge import Verdict


@dataclass
class Judgement:
    """What was found of one claim."""

    verdict: str
    reading: str | None = None
    found: Verdict | None = None
    diagnosis: str | None = None
    repair: str | None = None
    reason: str | None = None
    error: Exception | None = None
    notes: tuple[str, ...] = ()
    sides: Sides | None = None
    scaled_left: bool = False
    follows: Pending | None = None  # the wrong claim from which this wrong one follows
    off_the_way: str | None = None  # by what it differentiates, though the forward pass has no such path
    layout: str | None = None  # in which alone the claim holds
