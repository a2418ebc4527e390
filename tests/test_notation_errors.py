"""What the notation refuses: every row of its table, what the errors say, and that hostile text does no more."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import symbackprop as sb
from symbackprop.notation.messages import MESSAGES

BAD = [(key, bad) for key, row in MESSAGES.items() for bad in row.bad if bad or key == "nothing"]


@pytest.mark.parametrize(("key", "bad"), BAD, ids=[f"{key}-{bad[:24]!r}" for key, bad in BAD])
def test_bad_example_is_refused_with_its_message(key: str, bad: str) -> None:
    row = MESSAGES[key]
    with pytest.raises(row.error) as caught:
        sb.formula(bad)
    error = caught.value
    pattern = re.sub(r"\\\{.*?\\\}", ".*", re.escape(row.message))
    assert re.fullmatch(pattern, error.message, re.DOTALL), error.message
    assert error.line >= 1 and error.column >= 1
    assert "{" not in error.hint


def test_every_message_has_a_bad_example() -> None:
    assert {key for key, _ in BAD} == set(MESSAGES)


def refused(source: str) -> str:
    with pytest.raises(sb.ReadError) as caught:
        sb.formula(source)
    return str(caught.value)


def test_conflict_names_both_axes_and_the_caret() -> None:
    assert refused("input x[N,D]\nparam W[M,K]\nz[n,k] = sum(i, x[n,i]*W[i,k])") == (
        "line 3, column 26: the index 'i' runs to D (axis 1 of x), but here to M (axis 0 of W)\n"
        "    z[n,k] = sum(i, x[n,i]*W[i,k])\n"
        "                             ^\n"
        "an index has one range: use two"
    )


def test_clash_shows_both_lines() -> None:
    shown = refused("input x[N]\nz[n] = x[n]\nz[n] = 2*x[n]")
    assert "line 3" in shown and "line 2 is: z[n] = x[n]" in shown


def test_near_names_are_offered() -> None:
    assert "did you mean 'sigmoid'?" in refused("input x\ny = sigmod(x)")
    assert "did you mean 'weight'?" in refused("input weight\ny = wieght")
    assert "did you mean 'input'?" in refused("inptu x[N]\ny = 1")


def test_range_is_suggested_as_a_line() -> None:
    valid = refused("input x[N]\nparam w[R]\ny[h] = sum(r, x[h+r]*w[r])")
    assert "declare it: index h < N - R + 1" in valid
    strided = refused("size S, P\ninput x[H]\nparam w[R]\ny[h] = sum(r, x[S*h + r - P]*w[r])")
    assert "declare it: index h < (H + 2*P - R)//S + 1" in strided


def test_boundaries_are_suggested_as_lines() -> None:
    assert "h[-1,j] = 0" in refused("input x[T,D]\nh[t,j] = tanh(h[t-1,j] + x[t,j])")
    assert "h[-2] = 0" in refused("input x[T]\nh[t] = h[t-2] + x[t]\nh[-1] = 0")
    assert "h[T] = 0" in refused("input x[T]\nh[t] = h[t+1] + x[t]")


def test_power_sign_is_explained() -> None:
    assert "x**2" in refused("input x\ny = x^2")


HOSTILE = [
    "a = 9**9**9",
    "a = 9**9**9**9",
    "a = " + "9**64*" * 900 + "1",
    "a = " + "((((9**64)**64)**64)**64)",
    "a = " + "exp(" * 59 + "9" + ")" * 59,
    "input x\na = " + "tanh(" * 59 + "x" + ")" * 59,
    "input x\na = " + "sqrt(1+" * 59 + "x" + ")" * 59,
    "input x\na = " + "x**" * 2000 + "x",
    "input x\na = " + "-" * 5000 + "x",
    "a = " + "[" * 50_000,
    "a" * 200_000,
    "a = " + "1" * 150_000,
    "a = 1e" + "9" * 1000,
    "__import__('os').system('true')",
    "a = __class__",
    "a = ().__class__",
    "a = lambda: 0",
    "a = 'x'",
    'a = "x"',
    "a\x00 = 1",
    "a = \u202e1",
    "\ufeffa = 1",
    "a = ١",
    "input x[10**40]\na = x[10**39]",
    "size " + "N," * 1000 + "N\na = 1",
    "input x[N]\ny = " + "".join(f"sum(i{k}, " for k in range(59)) + "1" + ")" * 59,
    "a = 1\n" * 9000,
    "=" * 100,
    "index i < i\na = 1",
    "input x[x]\na = 1",
]


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_or_read_quickly(source: str) -> None:
    start = time.perf_counter()
    try:
        sb.formula(source)
    except sb.ReadError as error:
        assert len(str(error)) < 2_000
    assert time.perf_counter() - start < 3


PIECES = [
    *"xyzWbCnijkNDK()[],+-*/=<>.# \n019^\x00é_",
    *("x[n,i]", "W[i,j]", "t[n]", "sum(i, ", "max(j, ", "where(", "maximum(", "exp(", "log(", "sqrt(", "argmax(k, "),
    *("input x[N,D]\n", "param W[D,K]\n", "label t[N] < K\n", "index i < ", "size ", "const e > 0\n"),
    *("**", "//", "==", "!=", "<=", "inf", "pi", "1e-5", "0.5", "64", "(0,j)", "y[n] = ", "h[t-1]", "dx"),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("input x[N]\ny[n] = x[n]**x[n]**-x[n]")
def test_token_soup_raises_nothing_else(source: str) -> None:
    try:
        sb.formula(source)
    except sb.ReadError as error:
        assert error.line >= 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_raises_nothing_else(source: str) -> None:
    try:
        sb.formula(source)
    except sb.ReadError as error:
        assert error.line >= 1
