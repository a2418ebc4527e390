"""The derivative of x squared: secants, tangents, and the mean value between them."""

from fractions import Fraction

import symbackprop as sb
from derivations._pieces import number, section, text_number, worked_sheet
from symbackprop.evaluation import evaluate
from symbackprop.number_types import FRACTION
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.sheet import Sheet

TITLE = "Secant, tangent and mean value of $x^2$"
COVERS = ("S7",)
SHOWS = "f'(4) = 8, yet f(5) - f(4) = 9 = f'(4.5): a secant's slope is a tangent's, in between; with a plot"

FORMULA = "input x\ny = x**2"
FROM, TO = Fraction(4), Fraction(5)
MIDDLE = (FROM + TO) / 2


class Square:
    """f and f' at fractions, from the derivation, without rounding."""

    def __init__(self, derivation: sb.Derivation) -> None:
        self._program = derivation.program
        self._slope = derivation.adjoint_of("x").name

    def value(self, x: Fraction) -> Fraction:
        return evaluate(self._program, {"x": x}, numbers=FRACTION, only=["y"])["y"]

    def slope(self, x: Fraction) -> Fraction:
        return evaluate(self._program, {"x": x}, numbers=FRACTION, only=[self._slope])[self._slope]

    def secant(self, a: Fraction, b: Fraction) -> Fraction:
        """The slope of the line through two points of the graph."""
        return (self.value(b) - self.value(a)) / (b - a)


def sheet() -> Sheet:
    """The derivative, three slopes that look as if they disagreed, and why they do not."""
    d = sb.derive(sb.formula(FORMULA))
    f = Square(d)
    extra = [_slopes(f), _limit(f), _mean_value(), _pictures(f)]
    return worked_sheet(d, TITLE, extra=extra)


def _slopes(f: Square) -> Section:
    a, b, m = (number(v) for v in (FROM, TO, MIDDLE))
    rows = (
        Row(f"f'({a})", "=", number(f.slope(FROM)), f"tangent at ${a}$"),
        Row(f"f({b}) - f({a})", "=", f"{number(f.value(TO))} - {number(f.value(FROM))} = {number(f.secant(FROM, TO))}",
            f"secant from ${a}$ to ${b}$"),
        Row(f"f'({m})", "=", number(f.slope(MIDDLE)), f"tangent at ${m}$"),
    )  # fmt: skip
    text = (
        f"With $f(x) = x^2$: the derivative at {a} promises a rise of {number(f.slope(FROM))} for a step of 1, and the "
        f"function rises by {number(f.secant(FROM, TO))}. Both are right. The derivative is the slope at one point; "
        "the slope grows along the step."
    )
    return section("Three slopes", Paragraph(text), Equations(rows))


def _limit(f: Square) -> Section:
    steps = [Fraction(1, 10**k) for k in range(5)]
    rows = tuple((text_number(h), text_number(f.secant(FROM, FROM + h))) for h in steps)
    algebra = Equations((
        Row(r"\frac{f(x + h) - f(x)}{h}", "=", r"\frac{2xh + h^2}{h}"),
        Row("", "=", "2x + h", "for every $h \\ne 0$"),
        Row("", r"\to", "2x = f'(x)", "as $h \\to 0$"),
    ))  # fmt: skip
    return section(
        "The secant becomes the tangent",
        Paragraph("The slope of the secant over a step $h$ differs from that of the tangent by exactly $h$:"),
        algebra,
        Paragraph(f"From $x = {number(FROM)}$:"),
        Table(("$h$", f"$(f({number(FROM)} + h) - f({number(FROM)}))/h$"), rows, numeric=(0, 1)),
    )


def _mean_value() -> Section:
    claim = Paragraph(
        "For $f(x) = x^2$ and all $a < b$ the slope of the secant is the slope of the tangent in the middle: "
        r"$\frac{f(b) - f(a)}{b - a} = f'\left(\frac{a + b}{2}\right)$."
    )
    proof = Equations((
        Row(r"\frac{b^2 - a^2}{b - a}", "=", "b + a", "$b^2 - a^2 = (b - a)(b + a)$"),
        Row("", "=", r"2 \cdot \frac{a + b}{2} = f'\left(\frac{a + b}{2}\right)", "$f'(x) = 2x$"),
    ))  # fmt: skip
    text = (
        "The mean value theorem says the same of every differentiable function, without naming the place: some $c$ "
        "between $a$ and $b$ has $f(b) - f(a) = f'(c) \\, (b - a)$. That is why a small step against the gradient "
        "lowers a cost, and a large one may not: the slope that counts is that at $c$, not that at the start."
    )
    return section("The mean value", Statement("Theorem", (claim,)), Statement("Proof", (proof,)), Paragraph(text))


def _pictures(f: Square) -> Section:
    a, b, m = (number(v) for v in (FROM, TO, MIDDLE))
    whole = _plot(f, Fraction(1), Fraction(7), Fraction(0), "The curve, the secant and the two tangents.")
    near = _plot(
        f, FROM - Fraction(1, 2), TO + Fraction(1, 2), f.slope(FROM),
        f"The same near the secant, with the tangent at {a} taken off, so that it lies flat: the secant from {a} to "
        f"{b} is steeper, and parallel to the tangent at {m}.",
    )  # fmt: skip
    return section("The picture", whole, near)


def _plot(f: Square, low: Fraction, high: Fraction, slope_off: Fraction, caption: str) -> Plot:
    """Curve and lines from low to high, less the line through the first point with slope ``slope_off``."""

    def lowered(x: Fraction, y: Fraction) -> tuple[float, float]:
        return float(x), float(y - (f.value(FROM) + slope_off * (x - FROM) if slope_off else 0))

    def line(through: Fraction, slope: Fraction) -> tuple[tuple[float, float], ...]:
        return tuple(lowered(x, f.value(through) + slope * (x - through)) for x in (low, high))

    xs = [low + (high - low) * Fraction(k, 60) for k in range(61)]
    a, m = number(FROM), number(MIDDLE)
    series = (
        Series("$x^2$", tuple(lowered(x, f.value(x)) for x in xs)),
        Series(f"secant, slope ${number(f.secant(FROM, TO))}$", line(FROM, f.secant(FROM, TO))),
        Series(f"tangent at ${a}$, slope ${number(f.slope(FROM))}$", line(FROM, f.slope(FROM)), "dashed"),
        Series(f"tangent at ${m}$, slope ${number(f.slope(MIDDLE))}$", line(MIDDLE, f.slope(MIDDLE)), "dashed"),
        Series("", tuple(lowered(x, f.value(x)) for x in (FROM, MIDDLE, TO)), "dots"),
    )
    return Plot(caption, series, "$x$", "$y$" if not slope_off else "$y$ above the tangent")
