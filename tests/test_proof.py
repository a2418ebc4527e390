"""What a verdict promises: right claims proved, wrong ones refuted, nothing false ever proved."""

import time

import pytest
from sympy import S

import symbackprop as sb
from symbackprop.equations import Formula
from symbackprop.functions import apply
from symbackprop.indices import Index, Total, size
from symbackprop.proof import polynomial, powers
from symbackprop.proof.atoms import OutOfTime, Workspace, thaw
from symbackprop.proof.context import Context
from symbackprop.proof.equal import free_indices, prove, same_normal_form
from symbackprop.proof.facts import Assumption, facts
from symbackprop.proof.judge import judge
from symbackprop.proof.reading import Reader
from symbackprop.proof.refute import refute
from symbackprop.terms import Delta, Entry, Partial

from .formulas import FORMULAS
from .proof_claims import SCALAR_RIGHT, SCALAR_WRONG
from .proof_layers import LAYERS
from .proof_mutants import mutants

N, M = size("N"), size("M")
i, j, k = Index("i", N), Index("j", N), Index("k", N)


def scalar_sides(left, right):
    f = sb.formula(f"input x, y, p, q\nl = {left} + 0*x\nr = {right} + 0*x")
    context = Context(f, (Assumption("positive", "p"), Assumption("unit", "q")))
    return f.defining["l"].rhs, f.defining["r"].rhs, context


@pytest.mark.parametrize("left,right", SCALAR_RIGHT)
def test_right_identities_of_scalars_are_proved(left, right):
    assert judge(*scalar_sides(left, right)).verdict == "proved"


@pytest.mark.parametrize("left,right", SCALAR_WRONG)
def test_wrong_identities_of_scalars_are_refuted(left, right):
    verdict = judge(*scalar_sides(left, right))
    assert verdict.verdict == "refuted"
    assert verdict.counterexample.claimed != verdict.counterexample.true or "10**15" in right
    assert not same_normal_form(*scalar_sides(left, right))  # the algebra alone does not prove it either


def layer_sides(forward, wrt, claim, assumptions):
    d = sb.derive(sb.formula(forward), wrt=[wrt])
    upstream = ""
    if d.upstream is not None:
        shape = ",".join(map(str, d.upstream.shape))
        upstream = f"\ninput {d.upstream.name}[{shape}]" if shape else f"\ninput {d.upstream.name}"
    g = sb.formula(forward + upstream + "\n" + claim.replace(";", "\n"))
    extra = tuple(e for e in g.equations if e.name not in d.program.defining)
    formula = Formula({**d.program.tensors, **g.tensors}, (*d.program.equations, *extra))
    claimed = formula.defining["G"].left
    context = Context(formula, tuple(Assumption(*a) for a in assumptions))
    return claimed, Entry(d.adjoint_of(wrt).name, *claimed.slots), context


RIGHT = [pytest.param(f, w, c, a, id=n) for n, f, w, right, _, a in LAYERS for c in right]
WRONG = [pytest.param(f, w, c, a, id=n) for n, f, w, _, wrong, a in LAYERS for c in wrong]


@pytest.mark.parametrize("forward,wrt,claim,assumptions", RIGHT)
def test_right_gradients_are_proved(forward, wrt, claim, assumptions):
    assert judge(*layer_sides(forward, wrt, claim, assumptions)).verdict == "proved"


@pytest.mark.parametrize("forward,wrt,claim,assumptions", WRONG)
def test_wrong_gradients_are_refuted(forward, wrt, claim, assumptions):
    assert judge(*layer_sides(forward, wrt, claim, assumptions)).verdict == "refuted"


# Evaluating points of these takes long.
NOT_PROVED = {"conv2d", "max_pool", "lstm", "attention", "flatten"}


def pairs(name):
    """(what the chain rule says, what the laws made of it) for each path of each adjoint."""
    d = sb.derive(sb.formula(FORMULAS[name]))
    for adjoint in d.adjoints.values():
        for path in adjoint.paths:
            written = [s for s in path.steps if not s.before.atoms(Partial)]
            if written:
                yield Context(d.program), written[0].before, path.steps[-1].after


@pytest.mark.parametrize("name", [n for n in FORMULAS if n not in NOT_PROVED])
def test_every_derivation_is_proved_from_the_chain_rule_to_its_result(name):
    for context, before, after in pairs(name):
        assert judge(before, after, context).verdict == "proved"


@pytest.mark.parametrize("name", ["linear", "layer_norm", "cross_entropy", "info_nce", "logistic", "embedding"])
def test_mutants_are_never_proved(name):
    refuted = 0
    for context, before, after in pairs(name):
        for _, mutant in list(mutants(after))[:12]:
            verdict = judge(before, mutant, context, seconds=2).verdict
            if verdict == "refuted":
                refuted += 1
                assert not same_normal_form(before, mutant, context, time.process_time() + 2)
            else:  # a mutation may hit upon something that is true: then no point separates the sides
                assert refute(before, mutant, context, free_indices(before, mutant), seeds=12) is None
    assert refuted >= 5


def test_dividing_by_a_leading_term_keeps_its_coefficient():
    """2a/(2a + b) is 1 - b/(2a + b); without the coefficient it would be 2 - 2b/(2a + b)."""
    w = Workspace(facts((), {}, {}))
    reader = Reader(w, {})
    a, b = reader.read(Entry("a")), reader.read(Entry("b"))
    for coefficient in (2, 3, -5):
        below = polynomial.add(polynomial.scale(a, coefficient), b)
        quotient = polynomial.multiply(w, polynomial.scale(a, coefficient), powers.power(w, below, -1))
        expected = powers.minus({(): 1}, polynomial.multiply(w, b, powers.power(w, below, -1)))
        assert powers.minus(quotient, expected) == {} or quotient == expected


def test_batch_norm_with_a_wrong_coefficient_is_not_proved():
    formula = next(f for n, f, *_ in LAYERS if n == "batch_norm_compact")
    for wrong in ("2*v[d]/(2*v[d] + eps)", "v[d]/(2*v[d] + eps)", "(v[d] - eps)/(v[d] + eps)"):
        f = sb.formula(formula + f"s[d] = mean(n, u[n,d]**2)\nG[d] = {wrong}")
        d = f.defining["s"].indices[0]
        assert judge(Entry("G", d), Entry("s", d), Context(f)).verdict == "refuted"
        assert not same_normal_form(Entry("G", d), Entry("s", d), Context(f))


def test_names_of_bound_indices_are_never_captured():
    x, y = Entry("x", i, j), Entry("y", j)
    right = Total(Total(x * y, j), i)
    assert same_normal_form(right, Total(Total(Entry("x", j, i) * Entry("y", i), i), j), Context())
    # Σ_i (Σ_i a_i) b_i against Σ_i a_i b_i: an inner index must not be taken for an outer one
    a, b = Entry("a", i), Entry("b", i)
    apart = Total(Total(a, i) * b, i)
    assert judge(apart, Total(a * b, i), Context()).verdict == "refuted"
    assert judge(apart, Total(Total(Entry("a", k) * b, k), i), Context()).verdict == "proved"
    assert judge(Total(a, i) ** 2, Total(Total(a * Entry("a", j), j), i), Context()).verdict == "proved"


def test_sums_that_differ_in_how_they_are_connected_are_told_apart():
    A = lambda p, q: Entry("A", p, q)  # noqa: E731
    cycle = Total(Total(Total(A(i, j) * A(j, k) * A(k, i), k), j), i)
    path = Total(Total(Total(A(i, j) * A(j, k) * A(i, k), k), j), i)
    turned = Total(Total(Total(A(k, i) * A(i, j) * A(j, k), j), i), k)
    assert judge(cycle, turned, Context()).verdict == "proved"
    assert judge(cycle, path, Context()).verdict == "refuted"
    symmetric = Context(assumptions=(Assumption("symmetric", "A"),))
    assert judge(cycle, path, symmetric).verdict == "proved"


def test_deltas_respect_ranges():
    m, n = Index("m", M), Index("n", N)
    assert judge(Total(Delta(i, j) * Entry("x", j), j), Entry("x", i), Context()).verdict == "proved"
    # m and n run over axes of different lengths: the sum is x[n] only where n < M
    verdict = judge(Total(Delta(m, n) * Entry("x", m), m), Total(Entry("x", m), m) + 0 * Entry("y", n), Context(), [n])
    assert verdict.verdict == "refuted"


def test_contradictory_assumptions_prove_nothing():
    x = Entry("x")
    bad = Context(assumptions=(Assumption("positive", "x"),))
    nowhere = (-x) ** S.Half  # positive x: not defined anywhere
    assert prove(nowhere - nowhere + nowhere, nowhere, bad) is None
    assert judge(nowhere, 2 * nowhere, bad).verdict == "unread"


def test_a_wrong_normal_form_proves_nothing(monkeypatch):
    monkeypatch.setattr("symbackprop.proof.judge.same_normal_form", lambda *a, **k: True)
    monkeypatch.setattr("symbackprop.proof.equal.same_normal_form", lambda *a, **k: True)
    x = Entry("x", i)
    assert judge(x**2, x, Context()).verdict == "refuted"
    assert prove(x**2, x, Context()) is None


def test_the_deadline_holds():
    big = sum((Entry(f"x{n}") for n in range(12)), S.Zero)
    claim = 1 / (1 + big) ** 12 + sum((Entry(f"x{n}") for n in range(12)), S.Zero) ** 9
    start = time.process_time()
    verdict = judge(claim.expand(deep=False) * (1 + big) ** 12, 1 + big**9 * (1 + big) ** 12, Context(), seconds=1)
    assert verdict.verdict in ("agrees", "proved") and time.process_time() - start < 3
    with pytest.raises(OutOfTime):
        w = Workspace(facts((), {}, {}), time.process_time() - 1, largest=10**9)
        polynomial.whole_power(w, Reader(w, {}).read(1 + big), 12)


def test_a_counterexample_is_small_and_true():
    x, W = Entry("x", j), Entry("W", i, j)
    found = refute(Total(W * x, j), Total(Entry("W", j, i) * x, j), Context(), [i])
    assert found.sizes == {"N": 2}
    (a, b), (c, d) = found.values["W"]
    assert b != c and set(found.values) == {"W", "x"} and len(found.entry) == 1
    assert all(len(text) <= 4 for text in (a, b, c, d))


MAXIMUM = "input z[N,K], r[N]\nindex k < K\na[n,k] = {body}\nm[n] = max(j, a[n,j])\n"


@pytest.mark.parametrize("mask", ["a[n,k] == m[n]", "a[n,k] >= m[n]"])
def test_the_mask_of_a_maximum_is_its_first_place_unless_ties_are_common(mask):
    text = MAXIMUM + f"G[n,k] = r[n]*({mask})\nH[n,k] = r[n]*(argmax(j, a[n,j]) == k)"
    for body, proved in (("z[n,k]", True), ("relu(z[n,k])", False)):
        f = sb.formula(text.format(body=body))
        n, k = f.defining["G"].indices
        context = Context(f)
        assert same_normal_form(Entry("G", n, k), Entry("H", n, k), context) is proved
        assert (judge(Entry("G", n, k), Entry("H", n, k), context).verdict == "proved") is proved


def test_a_name_that_is_kept_may_hide_a_kink():
    """[a >= 0] is 1 for a = relu(z), and not [a > 0]: also where a is not unfolded."""
    f = sb.formula("input z[N]\na[n] = relu(z[n])\nG[n] = (a[n] >= 0)\nH[n] = (a[n] > 0)\nI[n] = 1 + 0*z[n]")
    (n,) = f.defining["a"].indices
    for keep in (frozenset(), frozenset({"a"})):
        assert not same_normal_form(Entry("G", n), Entry("H", n), Context(f, keep=keep))
    assert judge(Entry("G", n), Entry("H", n), Context(f)).verdict == "refuted"
    assert judge(Entry("G", n), Entry("I", n), Context(f)).verdict == "proved"


def test_frozen_polynomials_come_back():
    w = Workspace(facts((), {}, {}))
    p = Reader(w, {}).read(Entry("x", i) + 2)
    assert thaw(frozenset(p.items())) == p


def test_no_name_of_a_free_index_is_taken_for_a_dummy():
    m = Index("m", M)
    for number in range(40):
        i = Index(f"~{number}", N)
        h, g = apply("sigmoid", Entry("z", j)), apply("sigmoid", Entry("z", i))
        inner = Total(h * Entry("W", j, m), j)
        left = (1 - g) * Total(Entry("W", i, m) * inner, m)
        right = (1 - g) * Total(Total(h * Entry("W", j, m) * Entry("W", i, m), m), j)
        assert same_normal_form(left, apply("sigmoid", -Entry("z", i)) * right / (1 - g), Context()), i.name


def test_both_numbers_of_a_counterexample_are_told_apart():
    x = apply("exp", Entry("x"))
    found = judge(x + S(10) ** -11, x, Context()).counterexample
    assert found is not None and found.claimed != found.true
