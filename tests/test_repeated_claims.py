"""A claim that stands twice in a row is judged once: its copies have the verdict, each at its own place."""

import symbackprop as sb

NET = r"$$z = W x + b$$ $$a = \tanh(z)$$ $$L = \frac{1}{2} \sum_i (a_i - y_i)^2$$"
WRONG = r"\frac{\partial L}{\partial b} = a - y \\"


def test_hundreds_of_lines_alike_are_all_judged() -> None:
    text = NET + r"\begin{align*}" + "\n".join([WRONG] * 300) + r"\end{align*}"
    claims = sb.verify(text).claims
    assert [c.verdict for c in claims] == ["refuted"] * 300
    assert len({c.line for c in claims}) == 300
    assert {c.diagnosis for c in claims} == {claims[0].diagnosis} != {None}


def test_what_is_written_between_counts() -> None:
    first = r"$$\frac{\partial L}{\partial b} = a - y$$"
    text = NET + first + r" With $$L = \frac{1}{2} \sum_i (z_i - y_i)^2, \quad a = z$$ " + first
    assert [c.verdict for c in sb.verify(text).claims] == ["refuted", "proved"]


def test_of_the_copies_of_a_wrong_line_the_first_is_the_first_wrong_one() -> None:
    text = NET + r"\begin{align*}" + "\n".join([WRONG] * 3) + r"\end{align*}"
    report = sb.verify(text)
    assert report.first_wrong == report.claims[0].id != report.claims[1].id
