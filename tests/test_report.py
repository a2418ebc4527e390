"""What a person reads: inputs, assumptions and layout echoed, verdicts, the first wrong step; what is defined anew."""

import pytest

import symbackprop as sb
from symbackprop.claims.report import Claim, Report

HOMEWORK = r"""Let $x \in \mathbb{R}^{n}$ and $\lambda > 0$.
\begin{align*}
z &= W x + b \\ a &= \tanh(z) \\ C &= \frac12 \lVert a - y \rVert^2 + \frac{\lambda}{2}\lVert W \rVert_F^2
\end{align*}
\begin{align}
\frac{\partial C}{\partial z} &= (a-y)\odot(1-z^2) \label{eq:dz} \\
\frac{\partial C}{\partial b} &= (a-y)\odot(1-z^2) \label{eq:db} \\
\frac{\partial C}{\partial W} &= \frac{\partial C}{\partial z} x^\top + \lambda W \label{eq:dw}
\end{align}
"""


def test_a_report_says_what_it_rests_on_and_ends_in_a_sentence():
    lines = str(sb.verify(HOMEWORK)).split("\n")
    assert lines[0] == "inputs: x[n], lambda"
    assert lines[1].startswith("inputs by use: ") and all(f"{v}[" in lines[1] for v in "bWy")
    assert lines[2] == "assumed: lambda positive"
    assert [x[:1] for x in lines if x[:1] in "✓✗≈?"] == ["✗", "✗", "✓"]
    assert "    wrong variable; right would be" in "\n".join(lines) and "    follows from eq:dz" in lines
    assert lines[-2:] == [
        "1 proved, 2 refuted",
        "The first wrong step is eq:dz, line 6 (wrong variable); 1 more follows from it.",
    ]


def test_a_layout_other_than_the_usual_is_said():
    text = r"$x \in \mathbb{R}^{n}$, $W \in \mathbb{R}^{m \times n}$ $$z = W x$$ $$\frac{\partial z}{\partial x} = W$$"
    assert "layout: numerator" in str(sb.verify(text)).split("\n")
    assert "layout" not in str(sb.verify(HOMEWORK))


def test_what_is_defined_anew_is_noted_with_where_and_by_what_it_differs():
    text = "Let $x > 0$.\n$$f = x^2$$ $$\\frac{df}{dx} = 2 x$$\nNow\n$$f = x^3$$ $$\\frac{df}{dx} = 3 x^2$$"
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == ["proved", "proved"] and report.exit_code == 3
    (note,) = report.notes
    assert note.startswith("redefined: f in line 4, first in line 2; for x = ")
    value, was = note.rpartition("it is ")[2].split(", was ")
    x = float(note.partition("x = ")[2].split(" ")[0])
    assert (float(value), float(was)) == (x**3, x**2)
    assert f"note: {note}" in str(report) and report.to_dict()["notes"] == [note]


def test_the_same_definition_again_is_a_claim_and_nothing_is_defined_anew():
    report = sb.verify("Let $x > 0$.\n$$f = (x + 1)^2$$ $$f = x^2 + 2x + 1$$")
    assert report.exit_code == 0 and report.notes == () and report.summary["proved"] == 1


@pytest.mark.parametrize(
    "claims, sentence",
    [
        ((("a", "proved", None),), "1 proved"),
        ((("a", "refuted", "sign"),), "The first wrong step is a, line 1 (sign)."),
        ((("a", "refuted", "other"),), "The first wrong step is a, line 1."),
        ((), "nothing to judge"),
    ],
)
def test_the_last_line(claims, sentence):
    found = tuple(Claim(i, 1, 1, "x = x", None, v, diagnosis=d) for i, v, d in claims)
    assert str(Report(None, found)).split("\n")[-1] == sentence


def test_a_document_whose_only_formula_breaks_off_says_where() -> None:
    report = sb.verify("The gradient:\n$$\\frac{a}{$$\n")
    assert report.exit_code == 2 and "line 2, column 12" in report.notes[0] and "nothing to judge" in str(report)
    assert sb.verify("No formula,\nonly words.").notes == ()
