"""Binding is capture-proof: each case in which SymPy's own sums capture silently is one test here."""

import itertools

import numpy as np
import pytest
from sympy import S

from symbackprop.contraction import contract
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.evaluation import evaluate
from symbackprop.indices import ArgMax, Index, MaxOver, Total, fresh, size, totals
from symbackprop.terms import Delta, Entry

N, M = size("N"), size("M")
i, j, k = Index("i", N), Index("j", M), Index("k", N)


def test_sums_that_differ_in_the_name_of_their_index_are_equal():
    assert Total(Entry("x", i), i) == Total(Entry("x", k), k)
    assert hash(Total(Entry("x", i), i)) == hash(Total(Entry("x", k), k))
    assert Total(Entry("x", i), i) != Total(Entry("x", j), j)


def test_differentiating_by_an_entry_named_as_the_bound_index_does_not_capture():
    # d/dW[k,j] of sum_j W[i,j] x[j], with the very j that the sum binds.
    z = Total(Entry("W", i, j) * Entry("x", j), j)
    derivative = z.diff(Entry("W", k, j))
    inner = Index("m", M)
    assert derivative == Total(Delta(i, k) * Delta(inner, j) * Entry("x", inner), inner)


def test_substituting_the_bound_index_for_a_free_one_does_not_capture():
    row_sum = Total(Entry("W", i, j), j)
    square = Total(Entry("A", i, k) * Entry("x", k), k)
    assert square.xreplace({i: k}) == Total(Entry("A", k, i) * Entry("x", i), i).xreplace({})
    assert row_sum.subs(i, k) == Total(Entry("W", k, j), j)


def test_substituting_an_expression_with_a_sum_of_its_own_does_not_capture():
    inner = Total(Entry("x", k), k)
    outer = Total(Entry("y", i) * Entry("s"), i)
    put_in = outer.xreplace({Entry("s"): inner})
    assert put_in == Total(Entry("y", i) * Total(Entry("x", k), k), i)
    assert len(put_in.atoms(Total)) == 2


@pytest.mark.parametrize("order", list(itertools.permutations("ijk")))
def test_nested_sums_are_the_same_under_every_naming(order):
    a, b, c = (Index(name, N) for name in order)
    assert totals(Entry("T", a, b, c), a, b, c) == totals(Entry("T", i, k, Index("l", N)), i, k, Index("l", N))


def test_a_bound_index_is_not_free_and_cannot_be_replaced_from_outside():
    total = Total(Entry("W", i, k) * Entry("x", i), i)
    assert i not in total.free_symbols and k in total.free_symbols
    assert total.xreplace({i: k}) == total


def test_a_derivative_of_a_product_of_sums_keeps_their_indices_apart():
    total = Total(Entry("x", i), i)
    derivative = (total * total).diff(Entry("x", k))
    assert derivative == 2 * total * Total(Delta(i, k), i)


def test_opening_always_gives_a_new_name():
    total = Total(Entry("x", i), i)
    (first, a), (second, b) = total.open(), total.open()
    assert a != b and first != second and Total(first, a) == Total(second, b)


def test_the_size_of_a_bound_index_follows_a_substitution_of_sizes():
    assert Total(Entry("x", i), i).xreplace({N: M}) == Total(Entry("x", j), j)


def test_a_sum_of_nothing_is_zero():
    assert Total(0, i) is S.Zero


def test_maximum_differentiates_to_a_selection_of_the_first_maximum():
    # x[0] = x[2] is the maximum: the first one counts.
    derivative = MaxOver(Entry("x", i), i).diff(Entry("x", k))
    formula = Formula(
        {"x": Tensor("x", "input", (N,)), "d": Tensor("d", "defined", (N,))}, (Equation("d", (k,), derivative),)
    )
    assert evaluate(formula, {"x": np.array([3.0, 1.0, 3.0])})["d"].tolist() == [1, 0, 0]


def test_argmax_is_constant():
    assert ArgMax(Entry("x", i), i).diff(Entry("x", k)) is S.Zero


def test_fresh_indices_keep_their_size():
    assert fresh(j).size == M and fresh(j) != fresh(j)


def test_contracting_a_delta_does_not_capture_the_index_of_a_sum_inside():
    # sum_i [i == k] sum_k' W[i, k'] is the row sum of row k, though the inner sum may bind a k of its own.
    row_sum = Total(Entry("W", i, k), k)
    assert contract(Total(Delta(i, k) * row_sum, i), {}) == Total(Entry("W", k, i), i)


def test_contracting_keeps_the_range():
    # i runs over N, j over M: sum_i [i == j] f(i) is f(j) only for j < N.
    contracted = contract(Total(Delta(i, j) * Entry("f", i), i), {})
    formula = Formula(
        {"f": Tensor("f", "input", (N,)), "u": Tensor("u", "input", (M,)), "d": Tensor("d", "defined", (M,))},
        (Equation("d", (j,), contracted + 0 * Entry("u", j)),),
    )
    assert evaluate(formula, {"f": np.array([5.0, 6.0]), "u": np.zeros(4)})["d"].tolist() == [5, 6, 0, 0]


def test_different_bound_indices_are_shown_under_different_names():
    from symbackprop.latex import latex
    from symbackprop.notation import text

    nested = Total(Total(Entry("W", i, k), k) * Entry("x", i), i)
    names = {N: ("i",)}
    assert latex(nested, names).count("_{i}") == 1 + 1  # the sum and x: the inner index is another
    assert "sum(i, x[i]*sum(i2, W[i,i2]))" in text(nested, names).replace(
        "sum(i2, W[i,i2])*x[i]", "x[i]*sum(i2, W[i,i2])"
    )
