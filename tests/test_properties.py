"""Formulas that nobody wrote: what the parser takes is derived rightly, and the generated code computes the same."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import symbackprop as sb
from symbackprop.codegen.compile import compile_program
from symbackprop.evaluation import evaluate
from symbackprop.sampling import draw, small_sizes

HEAD = "input x[N,D], y[N]\nparam W[M,D], b[M]\nlabel t[N] < M\n"
# Entries by the indices that they have: n over N, i over D, j over M.
ENTRIES = ["x[n,i]", "y[n]", "W[j,i]", "b[j]", "W[t[n],i]", "b[t[n]]", "x[n,i-1]", "y[n+1]"]
FUNCTIONS = ["tanh", "sigmoid", "sin", "softplus", "relu", "abs"]
FREE = {"n": "n", "i": "i", "j": "j"}


def _indices(text):
    return [k for k in FREE if any(f"{o}{k}{c}" in text for o in "[,( " for c in ",]-+)")]


@st.composite
def expressions(draw, depth=3):
    kind = draw(
        st.sampled_from(["entry"] * 3 + (["sum", "product", "plus", "function", "power", "where", "max"] * (depth > 0)))
    )
    if kind == "entry":
        return draw(st.sampled_from(ENTRIES))
    inner = draw(expressions(depth=depth - 1))
    if kind == "function":
        return f"{draw(st.sampled_from(FUNCTIONS))}({inner})"
    if kind == "power":
        return f"({inner})**{draw(st.sampled_from([2, 3]))}"
    if kind in ("sum", "max"):
        free = [k for k in ("i", "j") if k in _free(inner)]
        index = draw(st.sampled_from(free)) if free else None
        return inner if index is None else f"{kind}({index}, {inner})"
    other = draw(expressions(depth=depth - 1))
    if kind == "where":
        return f"where({draw(st.sampled_from(['n > 0', 'n == 1', 'y[n] > 0']))}, {inner}, {other})"
    return f"({inner})*({other})" if kind == "product" else f"({inner} - {other}/2)"


def _free(text):
    """The free indices of an expression: those that occur and are not summed over at the outside."""
    import re

    bound = re.match(r"(?:sum|max)\(([ij]), ", text)
    found = {k for k in "nij" if re.search(rf"\b{k}\b", re.sub(r"(?:sum|max)\([ij], ", "", text))}
    return found - ({bound.group(1)} if bound else set())


@st.composite
def formulas(draw):
    a = draw(expressions())
    b = draw(expressions(depth=2))
    return (
        HEAD
        + f"u[n,i,j] = {a} + 0*x[n,i]*b[j]\nv[n,j] = sum(i, u[n,i,j]*({b}) + 0*W[j,i])\nC = sum(n, j, tanh(v[n,j]))"
    )


def _read(text):
    """The formula, or None where indices clash: the generator nests sums without looking."""
    try:
        return sb.formula(text)
    except sb.ReadError:
        return None


@given(formulas(), st.integers(0, 5))
def test_gradients_of_random_formulas_pass_the_check(text, seed):
    formula = _read(text)
    if formula is None:
        return
    derivation = sb.derive(formula)
    try:
        report = derivation.check(seed=seed)
    except sb.DataError as e:
        assert "no random point" in str(e)  # too many kinks, or nothing depends on anything
        return
    assert report.passed, f"{text}\n{report}"


@given(formulas(), st.integers(0, 5))
def test_generated_code_of_random_formulas_agrees_with_the_loops(text, seed):
    formula = _read(text)
    if formula is None:
        return
    program = sb.derive(formula).program
    sizes = small_sizes(formula, seed)
    point = draw(formula, sizes, seed)
    names = [e.name for e in program.equations]
    expected = evaluate(program, point, sizes, only=names)
    found = compile_program(program, names)(**point, **{k: v for k, v in sizes.items() if k not in point})
    for name in names:
        np.testing.assert_allclose(
            found[name], np.asarray(expected[name], dtype=float), rtol=1e-9, atol=1e-11, err_msg=text
        )
