"""Deciding whether two index expressions are equal for all sizes and values, or showing where they differ.

``equal.prove`` reduces both sides to one exact normal form, ``refute.refute`` finds a small exact counterexample,
``judge.judge`` asks both and says what was found. The normal form has small interned terms of its own (``atoms``):
SymPy derives and prints, but its own simplification is neither complete nor safe here.
"""
