"""Every law keeps the value: both sides of a rewrite are evaluated by plain loops at random points."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.differentiation import derive
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.evaluation import evaluate
from symbackprop.indices import Index
from symbackprop.rules import LAWS
from symbackprop.sampling import draw, small_sizes
from symbackprop.terms import Partial
from tests.formulas import FORMULAS


def _value(expr, derivation, point, sizes):
    """An expression over the derivation's tensors as an array over its free indices."""
    free = sorted((s for s in expr.free_symbols if isinstance(s, Index)), key=str)
    tensors = dict(derivation.program.tensors) | {"probe": Tensor("probe", "defined", tuple(f.size for f in free))}
    probe = Equation("probe", free, expr)
    formula = Formula(tensors, (*derivation.program.equations, probe))
    return free, np.asarray(evaluate(formula, point, sizes, only=["probe"])["probe"], dtype=float)


@pytest.mark.parametrize("name", [n for n in FORMULAS if n != "max_pool"])
def test_each_step_of_a_derivation_keeps_the_value(name):
    derivation = derive(sb.formula(FORMULAS[name]))
    sizes = small_sizes(derivation.formula)
    point = draw(derivation.program, sizes, seed=3, positive=True)
    seen = set()
    for adjoint in derivation.adjoints.values():
        if adjoint.boundaries:
            continue
        for step in (*(s for p in adjoint.paths for s in p.steps), *adjoint.steps):
            assert step.law in LAWS
            if step.before.atoms(Partial) or step.after.atoms(Partial):
                continue
            free_before, before = _value(step.before, derivation, point, sizes)
            free_after, after = _value(step.after, derivation, point, sizes)
            if free_before == free_after:  # a delta may drop an index; then the shapes broadcast differently
                np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-12)
                seen.add(step.law)
    assert "contract_delta" in seen or not derivation.adjoints


def test_every_law_states_itself():
    for law in LAWS.values():
        assert (law.title and "\\" in law.latex) or "=" in law.latex
