"""Activations that carry the number of their layer: ``g^{[l]}(z^{[l]})``, ``\\sigma^l(z^l)``.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

COST = r"$$J(\mathbf{v}) = \frac12 \sum_{i=1}^{n} (t^{(i)} - \varphi(\mathbf{v} \cdot \mathbf{u}^{(i)}))^2$$"
SLOPE = (
    r"$$\frac{\partial J}{\partial v_j} = \sum_{i=1}^{n} (\varphi(\mathbf{v} \cdot \mathbf{u}^{(i)}) - t^{(i)})"
    r" u_j^{(i)}$$"
)
FUNCTIONS = {
    "one after the other": (
        r"Logistic: $$g(z) = \frac{1}{1 + e^{-z}}$$ $$g'(z) = g(z) (1 - g(z))$$ $$g(z) = \frac{e^z}{1 + e^z}$$"
        r"$$g(z) = 1 - g(-z)$$ $$g(z) = g(-z)$$"
        r"Hyperbolic: $$g(z) = \tanh z$$ $$g'(z) = 1 - g(z)^2$$ $$g'(z) = g(z) (1 - g(z))$$",
        ["proved", "proved", "proved", "refuted", "proved", "refuted"],
    ),
    "what was made of the first is over": (
        r"$$g(z) = \max(0, z)$$ $$a = g(w x)$$ $$\frac{da}{dw} = [w x > 0] x$$"
        r"$$g(z) = \tanh z$$ $$a = g(w x)$$ $$\frac{da}{dw} = (1 - a^2) x$$ $$\frac{da}{dw} = [w x > 0] x$$",
        ["proved", "proved", "refuted"],
    ),
    "one that custom knows stays what it is": (
        r"$$\sigma(x) = \frac{1}{1 + e^{-x}}$$ $$\sigma(x) = \frac12 (1 + \tanh x)$$"
        r"$$\sigma'(x) = \sigma(x)(1 - \sigma(x))$$",
        ["refuted", "proved"],
    ),
    "any one first, and then an example": (
        r"$g \colon \mathbb{R} \to \mathbb{R}$ $$a = g(w x)$$ $$\frac{da}{dw} = g'(w x) x$$"
        r"$$g(z) = \tanh z$$ $$\frac{da}{dw} = (1 - a^2) x$$ $$\frac{da}{dw} = (1 - a) x$$",
        ["proved", "proved", "refuted"],
    ),
    "given at an expression": (
        r"$$\varphi(\mathbf{v} \cdot \mathbf{u}) = \mathbf{v} \cdot \mathbf{u}$$"
        + COST
        + SLOPE
        + SLOPE.replace("v_j} =", "v_j} = -"),
        ["proved", "refuted"],
    ),
    "in a chain that names its argument": (
        r"$$\varphi(s) = \varphi(\mathbf{v} \cdot \mathbf{u}) = \tanh(\mathbf{v} \cdot \mathbf{u})$$" + COST + SLOPE,
        ["refuted"],
    ),
    "at one expression alone": (
        r"$$\phi(w x) = \frac{1}{1 + e^{-w x}}$$ $$L = -y \log \phi(w x) - (1 - y) \log(1 - \phi)$$"
        r"$$\frac{dL}{dw} = (\phi - y) x$$ $$\frac{dL}{dw} = (\phi(w x) + y) x$$",
        ["proved", "refuted"],
    ),
    "a slope whose argument goes without saying": (
        r"$$z = w \times x + b$$ $$a = \varphi(z)$$"
        r"$$\frac{\partial a}{\partial x} = \frac{\partial a}{\partial z} \times \frac{\partial z}{\partial x}"
        r" = \varphi' \times w$$ $$\frac{\partial a}{\partial b} = \varphi' \times 1$$"
        r"$$\frac{\partial a}{\partial w} = \varphi' \times w$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "that could be of two": (
        r"$$h = \sigma(u)$$ $$u = v x$$ $$y = \sigma(w h)$$ $$\frac{\partial y}{\partial w} = \sigma' h$$",
        ["unread"],
    ),
    "a value at another point is no definition": (
        r"$$f(x) = x^2$$ $$u = 3 w$$ $$f(2 u) = 4 u^2$$ $$f(2 u) = 2 u^2$$",
        ["proved", "refuted"],
    ),
}
FORMS = {  # how a layer is written, its activation, and the slope of that
    "in brackets": ("[%s]", "g^{[l]}", "g'^{[l]}"),
    "in brackets, the prime behind": ("[%s]", "g^{[l]}", "g^{[l]'}"),
    "in brackets, and without in the slope": ("[%s]", "g^{[l]}", "g'"),
    "in round ones": ("(%s)", "f^{(l)}", "{f^{(l)}}'"),
    "bare": ("%s", "\\varphi^l", "\\varphi'^l"),
    "bare, and without in the slope": ("%s", "\\sigma^{l}", "\\sigma'"),
    "never": ("%s", "\\sigma", "\\sigma'"),
}
LAYER = "$$z^{%(l)s} = W^{%(l)s} a^{%(k)s} + b^{%(l)s}$$ $$a^{%(l)s} = %(g)s(z^{%(l)s})$$"
CLAIMS = (
    r"$$\frac{\partial C}{\partial z^{%(l)s}} ="
    r" ((W^{%(m)s})^\top \frac{\partial C}{\partial z^{%(m)s}}) \odot %(slope)s(z^{%(l)s})$$"
    r"$$\frac{\partial C}{\partial z^{%(l)s}} = \frac{\partial C}{\partial a^{%(l)s}} \odot %(slope)s(a^{%(l)s})$$"
    r"$$\frac{\partial C}{\partial W^{%(l)s}} = \frac{\partial C}{\partial z^{%(l)s}} (a^{%(k)s})^\top$$"
)


@pytest.mark.parametrize("form", FORMS)
def test_an_activation_with_its_layer_is_a_function(form: str) -> None:
    label, activation, slope = FORMS[form]
    written = {"l": label % "l", "k": label % "l-1", "m": label % "l+1", "g": activation, "slope": slope}
    assert [c.verdict for c in sb.verify((LAYER + CLAIMS) % written).claims] == ["proved", "refuted", "proved"]


def test_a_hidden_state_before_brackets_is_no_function() -> None:
    text = (
        r"$$h^{(l)} = \tanh(W^{(l)} h^{(l-1)})$$"
        r"$$\frac{\partial C}{\partial W^{(l)}} ="
        r" (\frac{\partial C}{\partial h^{(l)}} \odot (1 - h^{(l)} \odot h^{(l)})) (h^{(l-1)})^\top$$"
    )
    assert [c.verdict for c in sb.verify(text).claims] == ["proved"]


def test_a_letter_before_square_brackets_alone_is_a_function() -> None:
    text = (
        r"$$h = a[z]$$ $$u = \psi h + \beta$$ $$y = a[u]$$"
        r"$$\frac{\partial y}{\partial \psi} = h \frac{\partial y}{\partial u}$$"
        r"$$\frac{\partial y}{\partial \beta} = [u > 0]$$"
        r"$$\frac{\partial y}{\partial \psi} = \psi \frac{\partial y}{\partial u}$$"
    )
    assert [c.verdict for c in sb.verify(text).claims] == ["proved", "unread", "refuted"]


NET = r"$$z = u + v x$$ $$h = a(z)$$ $$y = c + w h$$"


@pytest.mark.parametrize("slope", [r"\frac{\partial a(z)}{\partial z}", "a'(z)"])
def test_a_letter_before_round_brackets_is_a_function_where_a_slope_shows_it(slope: str) -> None:
    claims = r"$$\frac{\partial y}{\partial w} = h$$ $$\frac{\partial y}{\partial u} = w [z > 0]$$"
    claims += r"$$\frac{\partial y}{\partial w} = z$$"
    found = sb.verify(NET + f"$${slope} = [z > 0]$$" + claims).claims
    assert [c.verdict for c in found] == ["unread", "proved", "unread", "refuted"]
    given = sb.verify(r"$$a(z) = \max(0, z)$$" + NET + f"$${slope} = [z > 0]$$" + claims).claims
    assert [c.verdict for c in given] == ["proved", "proved", "proved", "refuted"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_be_given_at_an_expression_and_another_one_later(name: str) -> None:
    text, expected = FUNCTIONS[name]
    assert [c.verdict for c in sb.verify(text).claims] == expected
