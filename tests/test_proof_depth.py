"""Depth and time: programs proved with names kept, recurrences by induction."""

import time

import pytest

import symbackprop as sb
from symbackprop.proof.context import Context
from symbackprop.proof.cuts import prove_program, with_cuts
from symbackprop.proof.judge import judge
from symbackprop.terms import Entry


def chain(depth, name, layer):
    lines = [f"{name}0[n] = x[n]"]
    lines += [f"{name}{k}[n] = {layer(f'{name}{k - 1}', k)}" for k in range(1, depth + 1)]
    return "\n".join(lines)


def two_chains(depth, second):
    first = chain(depth, "a", lambda a, k: f"tanh(w[n]*{a}[n] + {k})")
    return sb.formula("input x[N]\nparam w[N]\n" + first + "\n" + chain(depth, "c", second))


@pytest.mark.parametrize("depth", [3, 20])
def test_a_deep_program_is_proved_with_names_kept(depth):
    f = two_chains(depth, lambda c, k: f"1 - 2/(1 + exp(2*({k} + w[n]*{c}[n])))")
    n = f.defining["a0"].indices[0]
    start = time.process_time()  # not the clock's: the machine may have other work
    assert prove_program(Entry(f"a{depth}", n), Entry(f"c{depth}", n), Context(f)) is not None
    assert time.process_time() - start < 6  # without names kept it is minutes


def test_a_deep_program_that_differs_in_one_layer_is_not_proved():
    f = two_chains(6, lambda c, k: f"tanh(w[n]*{c}[n] + {k}){' + 1/10**12' if k == 4 else ''}")
    n = f.defining["a0"].indices[0]
    assert prove_program(Entry("a6", n), Entry("c6", n), Context(f)) is None
    assert "c4" not in with_cuts(Context(f), time.process_time() + 2).aliases
    assert judge(Entry("a6", n), Entry("c6", n), Context(f)).verdict == "refuted"


RECURRENCES = """
input x[T], h0
param w
h[t] = tanh(w*h[t-1] + x[t])
h[-1] = h0
g[t] = 2*sigmoid(2*(x[t] + w*g[t-1])) - 1
g[-1] = {boundary}
"""


def test_recurrences_are_equal_by_induction():
    f = sb.formula(RECURRENCES.format(boundary="h0"))
    t = f.defining["h"].indices[0]
    assert prove_program(Entry("h", t), Entry("g", t), Context(f)) is not None


def test_recurrences_with_other_boundaries_are_not_equal():
    f = sb.formula(RECURRENCES.format(boundary="2*h0"))
    t = f.defining["h"].indices[0]
    assert prove_program(Entry("h", t), Entry("g", t), Context(f)) is None
    assert judge(Entry("h", t), Entry("g", t), Context(f)).verdict == "refuted"
