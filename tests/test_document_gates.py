"""Gates and projections that are called i, r, k or q: their letters name matrices, and count nothing.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

CELL = (
    r"$$f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)$$ $$i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)$$"
    r"$$g_t = \tanh(W_g x_t + U_g h_{t-1} + b_g)$$ $$c_t = f_t \odot c_{t-1} + i_t \odot g_t$$"
    r"$$h_t = \tanh(c_t)$$"
)
UNIT = (
    r"$$r = \sigma(W_r x + U_r h)$$ $$z = \sigma(W_z x + U_z h)$$ $$n = \tanh(W_n x + U_n (r \odot h))$$"
    r"$$g = (1 - z) \odot h + z \odot n$$"
)
STEPS = (
    r"$$u_{ot} = V_o x_t + b_o$$ $$u_{f,t} = V_f x_t + b_f$$"
    r"$$o_t = \sigma(u_{ot}), \quad f_t = \sigma(u_{ft})$$"
    r"$$h_t = f_t \odot h_{t-1} + o_t$$"
)
ANY = (
    r"$$u_{kt} = \sum_{i=1}^N V_{ki} x_{ti} + V_{kh} h_{t-1} + b_k$$, where $k$ is the letter of the gate."
    r"$$o_t = \sigma(u_{ot}), \quad f_t = \sigma(u_{ft})$$ $$h_t = o_t \times f_t$$"
)
SCORE = r"$$q = W_q x, \quad k = W_k x$$ $$s = q^\top k$$"
FORMS = {
    "a gate's letter before the step, with a comma or without": (
        STEPS + r"$$\frac{\partial L}{\partial u_{o,t}} = \frac{\partial L}{\partial o_t} \odot o_t \odot (1 - o_t)$$"
        r"$$\frac{\partial L}{\partial u_{ft}} = \frac{\partial L}{\partial f_t} \odot o_t \odot (1 - o_t)$$",
        ["proved", "refuted"],
    ),
    "a sum for any gate, whose letter stands for each": (
        ANY + r"$$\frac{du_{ot}}{dV_{oi}} = x_{ti} + V_{oh} \frac{dh_{t-1}}{dV_{oi}}$$"
        r"$$\frac{du_{ot}}{dV_{oi}} = V_{oh} \frac{dh_{t-1}}{dV_{oi}}$$",
        ["proved", "refuted"],
    ),
    "what is defined for one letter beside gates with their own is for no other": (
        r"$$u_{ot} = V_o h_{t-1}$$ $$u_{jt} = h_{t-1} + h_{t-1}$$ $$o_t = \sigma(u_{ot})$$ $$h_t = o_t$$"
        r"$$\frac{\partial L}{\partial V_o} = \sum_t \frac{\partial L}{\partial u_{ot}} h_{t-1}^\top$$"
        r"$$\frac{\partial L}{\partial V_o} = 0$$",
        ["unread", "unread", "unread"],
    ),
    "a letter that also counts is no gate": (
        r"$$i_t = \sigma(u_{i,t})$$ $$h_t = h_{t-1} + i_t$$ $$C = \sum_i u_{i,t}$$"
        r"$$\frac{\partial i_t}{\partial u_{i,t}} = i_t (1 - i_t)$$",
        ["unread"],
    ),
    "a letter of which no equation says that it is a gate": (
        r"$$o_t = \sigma(u_{o,t})$$ $$h_t = h_{t-1} + o_t$$"
        r"$$\frac{do_t}{du_{o,t}} = o_t (1 - o_t) + u_{j,t} - u_{j,t}$$",
        ["unread"],
    ),
    "an input gate i of a sequence": (
        CELL + r"$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial c_t} \odot g_t$$"
        r"$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial c_t} \odot i_t$$",
        ["proved", "refuted"],
    ),
    "a reset gate r and a state n of one step": (
        UNIT + r"$$\frac{\partial L}{\partial n} = \frac{\partial L}{\partial g} \odot z$$"
        r"$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial g} \odot (h - n)$$",
        ["proved", "refuted"],
    ),
    "a query q and a key k": (
        SCORE + r"$$\frac{\partial s}{\partial W_q} = k x^\top$$ $$\frac{\partial s}{\partial W_k} = k x^\top$$",
        ["proved", "refuted"],
    ),
    "an index that is no symbol is an index still": (
        r"$$z_i = W_i^\top x + b_i$$ $$a_i = \sigma(z_i)$$ $$\frac{\partial a_i}{\partial z_i} = a_i (1 - a_i)$$"
        r"$$\frac{\partial a_i}{\partial z_i} = a_i$$",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_letters_of_gates_name(form: str) -> None:
    text, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(text).claims] == verdicts
