"""Generated code against the loop evaluator, for every formula of the table, forward and backward."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.codegen.compile import compile_program
from symbackprop.evaluation import evaluate
from symbackprop.sampling import draw, small_sizes
from tests.formulas import FORMULAS

DERIVABLE = [name for name in FORMULAS]


def compare(program, seed, dtype=np.float64, tolerance=1e-9, positive=False):
    """Every defined tensor, by generated code and by loops."""
    sizes = small_sizes(program, seed)
    arrays = draw(program, sizes, seed, positive)
    names = list(program.defining)
    got = compile_program(program, names)(**arrays, **sizes, dtype=dtype)
    with np.errstate(all="ignore"):
        wanted = evaluate(program, arrays, sizes)
    for name in names:
        want = np.asarray(wanted[name], float)
        assert got[name].shape == want.shape, name
        np.testing.assert_allclose(got[name].astype(float), want, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", FORMULAS)
def test_forward_values_are_those_of_the_loops(name, seed):
    compare(sb.formula(FORMULAS[name]), seed)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", DERIVABLE)
def test_gradients_are_those_of_the_loops(name, seed):
    compare(sb.derive(sb.formula(FORMULAS[name])).program, seed)


@pytest.mark.parametrize("name", ["linear", "conv2d", "attention", "lstm", "cross_entropy"])
def test_float32_is_computed_in_float32(name):
    program = sb.derive(sb.formula(FORMULAS[name])).program
    compare(program, 0, np.float32, 2e-4)
