"""Renamed copies of one equation: lowered once, filled in with the names and sizes of each."""

import time
from itertools import pairwise

import numpy as np

import symbackprop as sb
from symbackprop.codegen.compile import compile_program
from symbackprop.codegen.program import build
from symbackprop.equations import Formula, Integer, Renaming, Tensor
from symbackprop.indices import size
from tests.test_codegen import compare

LAYER = "input x[N,D]\nparam W[D,M], b[M]\nz[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]\ny[n,j] = tanh(z[n,j])"


def deep(widths):
    """A net of dense layers of these widths, all copies of one layer."""
    layer = sb.formula(LAYER)
    N, D, M = size("N"), size("D"), size("M")
    tensors = {"x": Tensor("x", "input", (N, Integer(widths[0])))}
    equations, last = [], "x"
    for k, (rows, columns) in enumerate(pairwise(widths)):
        names = {name: f"{name}{k}" for name in "Wbzy"}
        renaming = Renaming({"x": last, **names}, {D: rows, M: columns})
        equations += [e.renamed(renaming) for e in layer.equations]
        tensors[f"W{k}"] = Tensor(f"W{k}", "param", (Integer(rows), Integer(columns)))
        tensors[f"b{k}"] = Tensor(f"b{k}", "param", (Integer(columns),))
        tensors |= {f"{v}{k}": Tensor(f"{v}{k}", "defined", (N, Integer(columns))) for v in "zy"}
        last = f"y{k}"
    return Formula(tensors, tuple(equations), layer.names)


def test_copies_have_the_values_of_the_loops():
    compare(deep([2, 4, 3, 3, 5]), 0)
    compare(sb.derive(deep([2, 4, 3]), outputs=["y1"]).program, 0)


def test_a_width_that_does_not_fit_its_copy_reads_zero_outside():
    formula = deep([2, 3])
    narrow = {**formula.tensors, "x": Tensor("x", "input", (size("N"), Integer(1)))}
    x, W, b = np.ones((2, 1)), np.arange(6.0).reshape(2, 3), np.zeros(3)
    found = compile_program(Formula(narrow, formula.equations, formula.names), ["z0"])(x=x, W0=W, b0=b)
    np.testing.assert_allclose(found["z0"], [[0, 1, 2], [0, 1, 2]])


def test_a_thousand_layers_are_generated_at_once():
    formula = deep([8] * 1001)
    start = time.perf_counter()
    text = build(formula, ["y999"]).text
    assert time.perf_counter() - start < 2
    assert text.count(".dot(") == 1000
    assert "y998.dot(W999, out=z999)" in text
