"""The verdicts as they stand in a margin: a sign, its LaTeX, and its colour in the TeX template."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    sign: str
    tex: str
    colour: str


MARKS = {
    "proved": Mark("✓", r"\checkmark", "third"),
    "refuted": Mark("✗", r"\boldsymbol{\times}", "second"),
    "agrees": Mark("≈", r"\approx", "accent"),
    "unread": Mark("?", r"\boldsymbol{?}", "fourth"),
}
