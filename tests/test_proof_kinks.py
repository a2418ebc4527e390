"""No refutation rests on a kink: where sides differ there alone, the claim is right, and a note says so."""

import itertools

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.proof.context import Context
from symbackprop.proof.judge import judge
from symbackprop.proof.kinks import nudged
from symbackprop.proof.points import draw
from symbackprop.proof.refute import Question, shrink
from symbackprop.terms import Entry

# (declarations, one side, the other): alike but where two numbers are equal.
KINKS = [
    ("input x", "(x >= 0)", "(x > 0)"),
    ("input x, y", "y*(x >= 0)", "y*(x > 0)"),
    ("input x", "sign(x)", "2*(x > 0) - 1"),
    ("input x", "sign(x)", "2*(x >= 0) - 1"),
    ("input a, b", "(a > b)", "(a >= b)"),
    ("input a, b", "where(a > b, 1, 0)", "1 - (b > a)"),
    ("input x", "where(x > 0, 1, 1/2)", "where(x >= 0, 1, 1/2)"),
    ("input x", "step(x)", "1 - step(-x)"),
    ("input x", "(abs(x) > 1)", "(abs(x) >= 1)"),
    ("input x", "floor(x) + 1", "-floor(-x)"),
]
# They differ elsewhere too, though at simple points there are ties.
WRONG = [
    ("input x", "(x >= 0)", "(x < 0)"),
    ("input x", "(relu(x) >= 0)", "(x > 0)"),
    ("input a, b", "(maximum(a, b) > a)", "(a > b)"),
    ("input x", "sign(x)", "sign(relu(x))"),
    ("input a, b", "(a >= b)*(b >= a)", "(a >= b)"),
    ("input x", "relu(x)*(relu(x) >= 0) + (relu(x) <= 0)", "relu(x)"),
    ("input x", "floor(x)", "-floor(-x)"),
]


def sides(declared, left, right):
    zero = "0*" + declared.split()[1].strip(",")
    f = sb.formula(f"{declared}\nl = {left} + {zero}\nr = {right} + {zero}")
    return f.defining["l"].rhs, f.defining["r"].rhs, Context(f)


@pytest.mark.parametrize("row", KINKS, ids=lambda r: f"{r[1]} ~ {r[2]}")
def test_what_differs_at_a_kink_alone_is_not_refuted(row):
    assert judge(*sides(*row)).verdict in ("proved", "agrees")


@pytest.mark.parametrize("row", KINKS[:5], ids=lambda r: f"{r[1]} ~ {r[2]}")
def test_what_differs_at_a_kink_alone_is_proved_with_a_note(row):
    found = judge(*sides(*row))
    assert found.verdict == "proved" and any("kink" in note for note in found.notes)


@pytest.mark.parametrize("row", KINKS, ids=lambda r: f"{r[1]} ~ {r[2]}")
def test_a_point_on_the_kink_is_never_taken(row):
    question = Question(*sides(*row), ())
    values = (-1, 0, 1)
    for point in itertools.product(values, repeat=len(question.formula.declared)):
        arrays = {t.name: np.array(v, dtype=object) for t, v in zip(question.formula.declared, point, strict=True)}
        found = question.compare({}, arrays)
        assert found is None or found.entry is None


@pytest.mark.parametrize("row", WRONG, ids=lambda r: f"{r[1]} ~ {r[2]}")
def test_what_differs_elsewhere_is_refuted_off_the_kink(row):
    left, right, context = sides(*row)
    found = judge(left, right, context)
    assert found.verdict == "refuted"
    values = {name: float(fraction(v)) for name, v in found.counterexample.values.items()}
    assert len(set(values.values())) == len(values) and 0 not in values.values()


def fraction(text):
    p, _, q = text.partition("/")
    return int(p) / int(q or 1)


GRADIENTS = [
    ("input a[N], b[N]\nC = sum(n, maximum(a[n], b[n]))", "a", "G[n] = (a[n] >= b[n])", "proved"),
    ("input a[N], b[N]\nC = sum(n, maximum(a[n], b[n]))", "a", "G[n] = (a[n] > b[n])", "proved"),
    ("input a[N], b[N]\nC = sum(n, maximum(a[n], b[n]))", "a", "G[n] = (b[n] > a[n])", "refuted"),
    ("input a[N]\nC = sum(n, abs(a[n]))", "a", "G[n] = sign(a[n])", "proved"),
    ("input a[N]\nC = sum(n, abs(a[n]))", "a", "G[n] = 2*(a[n] >= 0) - 1", "proved"),
    ("input a[N]\nC = sum(n, relu(a[n]))", "a", "G[n] = (a[n] >= 0)", "proved"),
    ("input a[N]\nC = max(n, a[n])", "a", "G[n] = (a[n] >= C)", "proved"),
]


@pytest.mark.parametrize(("forward", "wrt", "claim", "verdict"), GRADIENTS)
def test_conventions_at_a_tie_do_not_matter(forward, wrt, claim, verdict):
    d = sb.derive(sb.formula(forward), wrt=[wrt])
    f = sb.formula(forward + "\n" + claim)
    slots = f.defining["G"].slots
    context = Context({e.name: e for e in (*d.program.equations, f.defining["G"])})
    assert judge(Entry("G", *slots), Entry("da", *slots), context).verdict == verdict


def test_a_step_keeps_to_the_assumptions():
    from symbackprop.proof.facts import Assumption, facts

    f = sb.formula("input p[N], u[N], s[N,N], k[N,N], q[N,N]\nC = sum(n, p[n]*u[n]*s[n,n]*k[n,n]*q[n,n])")
    given = [
        Assumption("sum", "p", 1), Assumption("norm", "u", 1), Assumption("symmetric", "s"),
        Assumption("antisymmetric", "k"), Assumption("orthogonal", "q"), Assumption("positive", "p"),
    ]  # fmt: skip
    known = facts(given, {}, {t.name: t.lengths for t in f.declared})
    before = draw(f, known, {"N": 3}, seed=4)
    after = nudged(f, known, before, seed=1)
    assert all((before[name] != after[name]).any() for name in before)
    assert after["p"].sum() == 1 and (after["p"] > 0).all() and (after["u"] ** 2).sum() == 1
    assert (after["s"] == after["s"].T).all() and (after["k"] == -after["k"].T).all()
    assert (after["q"].dot(after["q"].T) == np.eye(3, dtype=int)).all()


def test_shrinking_does_not_move_onto_a_kink():
    question = Question(*sides("input a, b", "2*(a >= b)", "(a > b)"), ())
    for seed in range(20):
        point = question.at({}, seed, 0)
        if point is not None and point.entry is not None:
            small = shrink(question, point)
            assert small.arrays["a"] > small.arrays["b"]
