"""Activations that carry the number of their layer: ``g^{[l]}(z^{[l]})``, ``\\sigma^l(z^l)``.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

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
