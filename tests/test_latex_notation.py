"""What people write in hand derivations: for each notation a document, and the verdicts of its claims in order.

Of every notation one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

NET = (
    r"$$net_{h1} = w_1 i_1 + b_1, out_{h1} = \frac{1}{1+e^{-net_{h1}}}$$"
    r"$$E_{total} = \frac12 (target_{o1} - out_{h1})^2$$"
)
DOCUMENTS = {
    # -- fonts and superscripts
    "a font command as a superscript takes one group": (
        r"$x, \mathrm{k} \in \mathbb{R}$, $x > 0$ $$x^\mathrm{k} + 1 = 1 + x^\mathrm{k}$$"
        r"$$x^\mathit{k} + 1 = 2 + x^\mathit{k}$$",
        ["proved", "refuted"],
    ),
    "script type is a font": (
        r"$$\mathcal{L} = \frac12 (y-t)^2, \frac{\partial \mathcal{L}}{\partial y} = y - t$$"
        r"$$\frac{\partial \mathcal L}{\partial y} = t-y$$",
        ["proved", "refuted"],
    ),
    "a script letter beside a plain one of another meaning": (
        r"$x \in \mathbb{R}^L$, $\mathcal{L} = \frac12 \sum_{l=1}^{L} x_l^2$."
        r" $$\frac{\partial \mathcal{L}}{\partial x_j} = x_j$$ $$\frac{\partial \mathcal{L}}{\partial x_j} = L x_j$$",
        ["proved", "refuted"],
    ),
    "entries of a bold vector in plain type": (
        r"$\mathbf{x}, \mathbf{w} \in \mathbb{R}^n$ $$ y = \mathbf{w}^\top\mathbf{x}, C = y^2$$"
        r"$$\frac{\partial C}{\partial w_i} = 2 y x_i$$ $$\frac{\partial C}{\partial \mathbf{w}} = y \mathbf{x}$$",
        ["proved", "refuted"],
    ),
    "a bold and a plain letter in one formula are two symbols": (
        r"$\mathbf{x} \in \mathbb{R}^n$, $x \in \mathbb{R}$ $$ f = x^2 \|\mathbf{x}\|^2$$"
        r"$$\frac{\partial f}{\partial \mathbf{x}} = 2 x^2 \mathbf{x}$$"
        r"$$\frac{\partial f}{\partial x} = 2 x \|\mathbf{x}\|^2$$ $$\frac{\partial f}{\partial x} = 2 x$$",
        ["proved", "proved", "refuted"],
    ),
    "a plain letter that may be the bold one or another": (
        r"$\mathbf{x} \in \mathbb{R}^n$ $$f = \|\mathbf{x}\|^2$$ $$\frac{\partial f}{\partial x} = 2$$",
        ["unread"],
    ),
    "TeX takes one character of a number": (
        r"$x>0$ $$f = x^2$$ $$\frac{\partial f}{\partial x} = 2 x^.5$$",
        ["unread"],
    ),
    # -- names of several letters
    "names with subscripts in plain italics": (
        NET + r"$$\frac{\partial E_{total}}{\partial out_{h1}} = -(target_{o1} - out_{h1})$$"
        r"$$\frac{\partial out_{h1}}{\partial net_{h1}} = out_{h1}(1 - out_{h1})$$"
        r"$$\frac{\partial out_{h1}}{\partial net_{h1}} = out_{h1}(1 + out_{h1})$$",
        ["proved", "proved", "refuted"],
    ),
    "names in italics, upright and as words are one": (
        r"$$\text{net} = w x + b, \text{out} = \sigma(\text{net}), loss = (\text{out} - t)^2$$"
        r"$$\frac{dloss}{d\text{out}} = 2(out - t)$$"
        r"$$\frac{\partial\mathrm{loss}}{\partial w} = 2(out - t) out (1-out) x$$"
        r"$$\frac{\partial loss}{\partial w} = 2(out - t) out (1-out)$$",
        ["proved", "proved", "refuted"],
    ),
    "a name that no table has, differentiated by": (
        r"$$zed = u v, y = zed^2$$ $$\frac{\partial y}{\partial zed} = 2 zed$$"
        r"$$\frac{\partial y}{\partial u} = 2 zed$$",
        ["proved", "refuted"],
    ),
    "functions in plain italics": (
        r"$$y = exp(-z^2)$$ $$\frac{dy}{dz} = -2z exp(-z^2)$$ $$\frac{dy}{dz} = 2z exp(-z^2)$$",
        ["proved", "refuted"],
    ),
    "letters that stand alone too are a product": (
        r"$$f = abc + a^2$$ $$\frac{df}{da} = bc + 2a$$ $$\frac{df}{db} = a$$",
        ["proved", "refuted"],
    ),
    "a word whose letters all stand alone too": (
        r"$n, e, t >0$ $$net = n e t$$ $$\frac{\partial net}{\partial n} = et$$",
        ["unread"],
    ),
    "words that are no symbol": (r"$$ L = x^2$$ $$ \frac{dL}{dx} = 2x \text{ done}$$", ["unread"]),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_notation_has_its_verdicts(name):
    text, expected = DOCUMENTS[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == expected, [(c.verdict, c.reading, c.reason) for c in report.claims]
