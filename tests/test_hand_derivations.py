"""Hand derivations with declared verdicts: ``derivations/hand`` is the list, a new pair of files is tested at once."""

import json

import pytest

from derivations import HAND
from symbackprop.claims.verify import verify

NAMES = sorted(p.stem for p in HAND.glob("*.tex"))


@pytest.mark.parametrize("name", NAMES)
def test_every_claim_has_its_declared_verdict(name):
    declared = json.loads((HAND / f"{name}.json").read_text())
    report = verify(HAND / f"{name}.tex")
    assert {c.id: c.verdict for c in report.claims} == declared["claims"]
    assert report.first_wrong == declared["first_wrong"]
    for c in report.claims:
        assert (c.verdict == "refuted") == (c.diagnosis is not None)


def test_right_and_wrong_ones_are_told_apart_by_their_names():
    assert len(NAMES) >= 20
    for name in NAMES:
        declared = json.loads((HAND / f"{name}.json").read_text())
        wrong = [c for c, verdict in declared["claims"].items() if verdict == "refuted"]
        assert name.startswith("wrong_") == bool(wrong) and declared["first_wrong"] == (wrong[0] if wrong else None)
