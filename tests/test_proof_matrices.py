"""Inverses, determinants and sums whose sizes are numbers: identities, right and wrong."""

import numpy as np
import pytest
from sympy import Integer, S

from symbackprop.elimination import determinant, inverse
from symbackprop.functions import apply
from symbackprop.indices import Index, Total, size, totals
from symbackprop.matrix_terms import Determinant, Inverse
from symbackprop.proof.context import Context
from symbackprop.proof.facts import Assumption
from symbackprop.proof.judge import judge
from symbackprop.terms import Delta, Entry, Less, LessEqual, Where

N = size("N")
I = {c: Index(c, N) for c in "ijklmnpqrs"}  # noqa: E741


def matrix(name):
    return lambda a, b: Entry(name, I[a], I[b])


X, A, B = map(matrix, "XAB")
P = X("p", "q")


def inv(m, a, b):
    return Inverse(m("r", "s"), I["r"], I["s"], I[a], I[b])


def det(m):
    return Determinant(m("r", "s"), I["r"], I["s"])


def total(body, *names):
    return totals(body, *(I[c] for c in names))


def u(a):
    return Entry("u", I[a])


def v(a):
    return Entry("v", I[a])


def AXB(a, b):
    return total(A(a, "m") * X("m", "n") * B("n", b), "m", "n")


def ridge(a, b):
    return X(a, b) + Entry("lam") * Delta(I[a], I[b])


def along(a, b):
    return A(a, b) + Entry("t") * B(a, b)


def gram(a, b):
    m = Index("o", size("M"))
    return Total(Entry("R", m, I[a]) * Entry("R", m, I[b]), m)


bilinear = total(u("i") * inv(X, "i", "j") * v("j"), "i", "j")
m = Index("o", size("M"))
SYMMETRIC = (Assumption("symmetric", "X"),)
DEFINITE = (Assumption("positive_definite", "X"),)

RIGHT = {
    "inverse from the left": (total(inv(X, "i", "k") * X("k", "j"), "k"), Delta(I["i"], I["j"])),
    "inverse from the right": (total(X("i", "k") * inv(X, "k", "j"), "k"), Delta(I["i"], I["j"])),
    "d of a bilinear form": (
        bilinear.diff(P), -total(u("i") * inv(X, "i", "p"), "i") * total(inv(X, "q", "j") * v("j"), "j"),
    ),
    "d det": (det(X).diff(P), det(X) * inv(X, "q", "p")),
    "d log det": (apply("log", det(X)).diff(P), inv(X, "q", "p")),
    "det of a product": (det(AXB), det(A) * det(X) * det(B)),
    "d det of a product": (det(AXB).diff(P), det(AXB) * inv(X, "q", "p")),
    "inverse of a product": (
        inv(AXB, "i", "j"), total(inv(B, "i", "k") * inv(X, "k", "l") * inv(A, "l", "j"), "k", "l"),
    ),
    "inverse of a transpose": (Inverse(X("s", "r"), I["r"], I["s"], I["i"], I["j"]), inv(X, "j", "i")),
    "inverse of an inverse": (Inverse(inv(X, "r", "s"), I["r"], I["s"], I["i"], I["j"]), X("i", "j")),
    "det of an inverse": (Determinant(inv(X, "r", "s"), I["r"], I["s"]), 1 / det(X)),
    "ridge": (
        total(inv(ridge, "i", "k") * X("k", "j"), "k"), Delta(I["i"], I["j"]) - Entry("lam") * inv(ridge, "i", "j"),
    ),
    "push through": (
        total(inv(ridge, "i", "k") * X("k", "j"), "k"), total(X("i", "k") * inv(ridge, "k", "j"), "k"),
    ),
    "d det along a line": (
        det(along).diff(Entry("t")), det(along) * total(inv(along, "i", "j") * B("j", "i"), "i", "j"),
    ),
    "d inverse along a line": (
        inv(along, "i", "j").diff(Entry("t")),
        -total(inv(along, "i", "k") * B("k", "l") * inv(along, "l", "j"), "k", "l"),
    ),
    "d det of a Gram matrix": (
        det(gram).diff(Entry("R", m, I["q"])),
        2 * det(gram) * total(Entry("R", m, I["k"]) * inv(gram, "k", "q"), "k"),
    ),
}  # fmt: skip

WRONG = {
    "no transpose": (det(X).diff(P), det(X) * inv(X, "p", "q")),
    "sign": (bilinear.diff(P), total(u("i") * inv(X, "i", "p"), "i") * total(inv(X, "q", "j") * v("j"), "j")),
    "order": (inv(AXB, "i", "j"), total(inv(A, "i", "k") * inv(X, "k", "l") * inv(B, "l", "j"), "k", "l")),
    "det of a sum": (det(along), det(A) + Entry("t") * det(B)),
    "scaled": (Determinant(2 * X("r", "s"), I["r"], I["s"]), 2 * det(X)),
    "symmetric only if X is": (inv(X, "i", "j"), inv(X, "j", "i")),
}

three = Integer(3)
a3, b3 = Index("i", three), Index("j", three)
x = Entry("x", a3)
first, second, last = (Entry("x", S(n)) for n in range(3))
NUMBERS = {
    "a sum": (Total(x, a3), first + second + last),
    "neighbours": (Total(x * Entry("x", a3 + 1), a3), first * second + second * last),
    "pieces": (Where(Less(a3, 2), x, S.Zero) + Delta(a3, 2) * x, x),
    "cumulative": (
        Total(LessEqual(b3, a3) * Entry("x", b3), b3),
        Delta(a3, 0) * first + Delta(a3, 1) * (first + second) + Delta(a3, 2) * Total(x, a3),
    ),
}


@pytest.mark.parametrize("sides", [*RIGHT.values(), *NUMBERS.values()], ids=[*RIGHT, *NUMBERS])
def test_right_identities_are_proved(sides):
    assert judge(*sides, Context()).verdict == "proved"


@pytest.mark.parametrize("sides", WRONG.values(), ids=WRONG)
def test_wrong_identities_are_refuted(sides):
    assert judge(*sides, Context()).verdict == "refuted"


def test_what_holds_of_symmetric_and_definite_matrices():
    swapped = inv(X, "i", "j"), inv(X, "j", "i")
    assert judge(*swapped, Context(assumptions=SYMMETRIC)).verdict == "proved"
    logs = apply("log", det(X) ** 2), 2 * apply("log", det(X))
    assert judge(*logs, Context(assumptions=DEFINITE)).verdict == "proved"


def test_a_claim_wrong_at_one_entry_is_refuted_there():
    verdict = judge(Total(x * Entry("x", a3 + 1), a3), first * second + second * second, Context())
    assert verdict.verdict == "refuted" and set(verdict.counterexample.values) == {"x"}


def test_elimination_agrees_with_numpy():
    matrix = np.random.default_rng(0).normal(size=(4, 4))
    matrix[0, 0] = 0.0  # a pivot must be looked for
    assert determinant(matrix.tolist()) == pytest.approx(np.linalg.det(matrix))
    assert np.array(inverse(matrix.tolist())) == pytest.approx(np.linalg.inv(matrix))
