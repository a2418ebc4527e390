"""Time: each claim has its own, one that takes long takes nothing from the others, and a document ends."""

import time

import pytest

import symbackprop as sb
from symbackprop.claims.latex.verdicts import passes
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.stopping import Stopped, stopping

THREE = r"Let $x > 0$ and $y = x^2$. $$\frac{dy}{dx} = 3x$$ $$\frac{dy}{dx} = 2x$$ $$\frac{dy}{dx} = x + x$$"
SCALED = r"""Let $X \in \mathbb{R}^{n \times m}$, $Y \in \mathbb{R}^{k \times m}$, $W \in \mathbb{R}^{k \times n}$.
$$Z = W X \qquad J = \frac{1}{2 m} \lVert Z - Y \rVert_F^2$$
$$dZ = Z - Y$$ $$dW = \frac{1}{m} dZ X^\top$$"""


def test_a_claim_that_takes_all_its_time_leaves_the_others_theirs(monkeypatch):
    whole = passes.judged

    def slow(document, claim, deadline, mending=True):
        if claim is document.claims[0]:
            while time.process_time() < deadline:
                pass
            return Judgement("unread", reason="time ran out")
        return whole(document, claim, deadline, mending)

    monkeypatch.setattr(passes, "judged", slow)
    monkeypatch.setattr(passes, "_SECONDS_OF_VERDICT", 0.3)
    started = time.process_time()
    assert [c.verdict for c in sb.verify(THREE).claims] == ["unread", "proved", "proved"]
    assert time.process_time() - started < 5


def test_claims_beyond_the_time_of_the_document_say_so(monkeypatch):
    monkeypatch.setattr(passes, "_SECONDS_OF_DOCUMENT", 0.0)
    report = sb.verify(THREE)
    assert {c.verdict for c in report.claims} == {"unread"}
    assert all("time" in c.reason for c in report.claims)


def test_no_claim_takes_more_than_its_time():
    rows = "".join(rf"$$\nabla_x f = {k} A^\top B x + \tanh(A x) \odot e^{{B x}}$$" + "\n" for k in range(2))
    text = (
        r"$A, B \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $f = \mathbf 1^\top \tanh(A e^{B \tanh(A x)})$"
        + rows
    )
    started = time.process_time()
    report = sb.verify(text)
    assert time.process_time() - started < (len(report.claims) + 1) * (passes.SECONDS_OF_CLAIM + 1)


@pytest.mark.parametrize(
    "text, verdicts",
    [
        (SCALED, ["proved", "proved"]),
        (SCALED.replace(r"\frac{1}{m} dZ", "dZ"), ["refuted", "proved"]),  # then dZ is the derivative itself
        (SCALED.replace(r"\frac{1}{m} dZ", r"\frac{2}{m} dZ"), ["refuted", "refuted"]),
        (
            SCALED.replace("dZ = Z - Y", "dZ = 2 (Z - Y)").replace(r"\frac{1}{m} dZ", r"\frac{1}{2m} dZ"),
            ["refuted"] * 2,
        ),
    ],
)
def test_a_common_scale_is_fixed_by_the_parameters(text, verdicts):
    assert [c.verdict for c in sb.verify(text).claims] == verdicts


class _Finaliser:
    def __del__(self):
        for _ in range(200_000):
            pass


def test_a_stop_that_a_finaliser_swallows_comes_again():
    started = time.process_time()
    with pytest.raises(Stopped), stopping(0.1):
        while time.process_time() - started < 30:
            _Finaliser()
            for _ in range(50_000):
                pass
