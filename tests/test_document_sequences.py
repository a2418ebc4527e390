"""Recurrent cells as pages write them, in rows and with slices, and their losses: verdicts of claims, in order.

Of every form something right and something wrong is claimed, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

CELL = (
    r"$$a_t = x_t W^\top + H_{t-1} U^\top + b^\top \in \mathbb{R}^{1 \times 2H}$$"
    r"$$i_t = \sigma(a_t[0{:}H]), \quad g_t = \tanh(a_t[H{:}2H])$$ $$C_t = C_{t-1} + i_t \odot g_t$$"
    r"$$H_t = \tanh(C_t)$$"
)
SLOPES = (
    r"Let $\delta i_t$ be the gradient of the loss by $i_t$. "
    r"$$\delta i_t = \delta C_t \odot g_t$$ $$\delta i_t = \delta C_t \odot i_t$$"
)
NORMALISED = (
    r"Samples $u_n \in \mathbb{R}^P$, and $a, c \in \mathbb{R}^P$. $$m = \frac{1}{B} \sum_{n=1}^B u_n$$"
    r"$$q = \frac{1}{B} \sum_{n=1}^B (u_n - m)^2$$ $$s = \sqrt{q + \epsilon}$$"
    r"$$r_n = \frac{u_n - m}{s}$$ $$o_n = a \odot r_n + c$$"
)
CELLS = r"$$h_t = \tanh(W h_{t-1} + b)%s$$ $$L = \frac12 \|h_T - y\|^2$$"
OVER_STEPS = r"$$\frac{\partial L}{\partial b} = \sum_{t=%s}^{T} (1 - h_t^2) \odot \frac{\partial L}{\partial h_t}$$"
RECURRENT = r"$$h_t = \tanh(W h_{t-1} + U x_t)$$"
BY_THE_STEP_BEFORE = (
    r"$$\frac{\partial L}{\partial h_{t-1}} = W^\top \left((%s) \odot \frac{\partial L}{\partial h_t}\right)$$"
)
FORMS = {
    "rules of a descent that come after the claims leave them as they are": (
        r"$$h_t = \tanh(W h_{t-1} + U x_t)$$ $$L = \sum_t \|h_t\|^2$$"
        r"$$\frac{\partial L}{\partial h_t} = 2 h_t + W^\top \left( (1 - h_{t+1}^2)"
        r" \odot \frac{\partial L}{\partial h_{t+1}} \right)$$"
        r"$$m = \beta m + (1 - \beta) g$$ $$W = (1 - \lambda \eta) W - \eta \frac{m}{1 - \beta^t}$$",
        ["proved"],
    ),
    "a cost of the last step, whose number only h_T shows": (
        RECURRENT
        + r"$$L = \frac12 \|h_T - y\|^2$$"
        + BY_THE_STEP_BEFORE % "1 - h_t^2"
        + BY_THE_STEP_BEFORE % "1 - h_{t-1}^2"
        + r"$$\frac{\partial L}{\partial h_T} = h_T - y$$",
        ["proved", "refuted", "proved"],
    ),
    "a state of which no cost is given": (
        RECURRENT + BY_THE_STEP_BEFORE % "1 - h_t^2" + BY_THE_STEP_BEFORE % "1 - h_t",
        ["unread", "refuted"],
    ),
    "an output of each step": (RECURRENT + r"$$o_t = V h_t$$" + BY_THE_STEP_BEFORE % "1 - h_t^2", ["refuted"]),
    "a step that stands for a number too": (
        RECURRENT + r"$$L = \sum_t \|h_t\|^2$$ $$q = 1 - \beta^t$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) W$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(h_t^2) W$$",
        ["proved", "unread"],
    ),
    # -- where steps begin
    "a sum over steps that begins at the one that is given": (
        CELLS % "" + OVER_STEPS % "1" + OVER_STEPS % "0" + OVER_STEPS % "2",
        ["proved", "unread", "refuted"],
    ),
    "steps said to begin at 0, and a sum that begins at 1": (
        CELLS % r", \quad t = 0, \dots, T" + OVER_STEPS % "1",
        ["unread"],
    ),
    "a function of the last value added to it, at a rate: no update": (
        r"$$h_{t+1} = h_t + \epsilon \tanh(W h_t)$$ $$L = \|h_{t+1}\|^2$$"
        r"$$\frac{\partial L}{\partial h_t} = 2 h_{t+1} + 2 \epsilon W^\top ((1 - \tanh^2(W h_t)) \odot h_{t+1})$$"
        r"$$\frac{\partial L}{\partial h_t} = 2 \epsilon W^\top ((1 - \tanh^2(W h_t)) \odot h_{t+1})$$",
        ["proved", "refuted"],
    ),
    "a step after the last one that is counted": (
        r"$$L = \frac12 \|h_T - y\|^2$$ Let $a_t = \frac{\partial L}{\partial h_t}$. $$a_T = h_T - y$$"
        r"$$\frac{\partial L}{\partial b} = \sum_{t=1}^{T-1} a_{t+1}$$",
        ["unread", "unread"],
    ),
    # -- rows
    "rows, weights and biases transposed": (
        r"$$a_t = x_t W^\top + h_{t-1} U^\top + b^\top$$ $$h_t = \tanh(a_t)$$ $$y_t = h_t V^\top$$"
        r"$$\frac{\partial L}{\partial W} = \sum_t \frac{\partial L}{\partial a_t}^\top x_t$$"
        r"$$\frac{\partial L}{\partial W} = \sum_t x_t^\top \frac{\partial L}{\partial a_t}$$"
        r"$$\frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial a_t}^\top$$"
        r"$$\frac{\partial L}{\partial x_t} = \frac{\partial L}{\partial a_t} W$$"
        r"$$\frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t}^\top h_t$$",
        ["proved", "refuted", "proved", "proved", "refuted"],
    ),
    # -- gates
    "gates by letters that count elsewhere, and weights without one": (
        r"$$z_t = \sigma(W_z x_t + U_z h_{t-1})$$ $$r_t = \sigma(W_r x_t + U_r h_{t-1})$$"
        r"$$\tilde h_t = \tanh(W x_t + U (r_t \odot h_{t-1}))$$"
        r"$$h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde h_t$$"
        r"$$\frac{\partial L}{\partial z_t} = \frac{\partial L}{\partial h_t} \odot (\tilde h_t - h_{t-1})$$"
        r"$$\frac{\partial L}{\partial z_t} = \frac{\partial L}{\partial h_t} \odot (h_{t-1} - \tilde h_t)$$"
        r"$$\frac{\partial L}{\partial \tilde h_t} = \frac{\partial L}{\partial h_t} \odot z_t$$"
        r"$$\frac{\partial L}{\partial \tilde h_t} = \frac{\partial L}{\partial h_t} \odot (1 - z_t)$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "one weight for the state and the input in one bracket": (
        r"$$o_t = \sigma(W_o [h_{t-1}, x_t] + b_o)$$ $$g_t = \tanh(W_g \cdot [h_{t-1}, x_t] + b_g)$$"
        r"$$C_t = C_{t-1} + g_t$$ $$h_t = o_t * \tanh(C_t)$$"
        r"$$\frac{\partial L}{\partial o_t} = \frac{\partial L}{\partial h_t} * \tanh(C_t)$$"
        r"$$\frac{\partial L}{\partial W_o} = \sum_t \left(\frac{\partial L}{\partial o_t} * o_t * (1 - o_t)\right)"
        r" [h_{t-1}, x_t]^\top$$"
        r"$$\frac{\partial L}{\partial W_o} = \sum_t \left(\frac{\partial L}{\partial o_t} * o_t * (1 - o_t)\right)"
        r" [x_t, h_{t-1}]^\top$$"
        r"$$\frac{\partial L}{\partial b_o} = \sum_t \frac{\partial L}{\partial o_t} * o_t$$",
        ["proved", "proved", "refuted", "refuted"],
    ),
    # -- targets whose entries sum to 1 at each step
    "targets of which words say the sum, at each step": (
        r"$$s_t = \tanh(s_{t-1} + x_t)$$ $$o_t = \mathrm{softmax}(V x_t)$$ $$E_t = -y_t^\top \log o_t$$"
        r"with $\mathbf{1}^\top y_t = 1$."
        r"$$\frac{\partial E_t}{\partial x_t} = V^\top (o_t - y_t)$$"
        r"$$\frac{\partial E_t}{\partial x_t} = V^\top (y_t - o_t)$$",
        ["proved", "refuted"],
    ),
    # -- a cell whose state is all that it ends in
    "a loss of the states alone": (
        r"$$a_t = W x_t + U h_{t-1}$$ $$h_t = \tanh(a_t)$$"
        r"$$\frac{\partial L}{\partial a_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)$$"
        r"$$\frac{\partial L}{\partial a_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t)$$"
        r"$$\frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t} h_{t-1}^\top$$",
        ["proved", "refuted", "proved"],
    ),
    "a path through the cell is missing": (
        r"$$i_t = \sigma(W x_t + U h_{t-1})$$ $$c_t = i_t \odot c_{t-1}$$ $$h_t = i_t \odot \tanh(c_t)$$"
        r"$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial c_t} \odot c_{t-1} + "
        r"\frac{\partial L}{\partial h_t} \odot \tanh(c_t)$$"
        r"$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial h_t} \odot \tanh(c_t)$$",
        ["proved", "refuted"],
    ),
    # -- vectors for each example, normalised by what all of them share
    "a batch of vectors normalised": (
        NORMALISED + r"$$\frac{\partial J}{\partial a} = \sum_{n=1}^B \frac{\partial J}{\partial o_n} \odot r_n$$"
        r"$$\frac{\partial J}{\partial a} = \sum_{n=1}^B \frac{\partial J}{\partial o_n} \odot u_n$$"
        r"$$\frac{\partial J}{\partial r_n} = \frac{\partial J}{\partial o_n} \odot a$$"
        r"$$\frac{\partial J}{\partial r_n} = \frac{\partial J}{\partial o_n} \odot c$$"
        r"$$\frac{\partial r_j}{\partial m} = -\frac{1}{s}$$ $$\frac{\partial r_j}{\partial m} = \frac{1}{s}$$",
        ["proved", "refuted", "proved", "refuted", "proved", "unread"],
    ),
    "products of vectors entry by entry beside a sum of them": (
        NORMALISED + r"$$\frac{\partial J}{\partial u_n} = \frac{\partial J}{\partial r_n} \cdot \frac{1}{s}"
        r" + \frac{\partial J}{\partial m} \cdot \frac{1}{B} + \frac{\partial J}{\partial s} \cdot \frac{r_n}{B}$$"
        r"$$\frac{\partial J}{\partial u_n} = \frac{\partial J}{\partial r_n} \cdot \frac{1}{s}"
        r" - \frac{\partial J}{\partial m} \cdot \frac{1}{B} + \frac{\partial J}{\partial s} \cdot \frac{r_n}{B}$$",
        ["proved", "refuted"],
    ),
    # -- slices and blocks
    "gates as slices": (
        CELL + r"$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial C_t} \odot g_t$$"
        r"$$\frac{\partial L}{\partial g_t} = \frac{\partial L}{\partial C_t} \odot g_t$$"
        r"$$\frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t}^\top H_{t-1}$$",
        ["proved", "refuted", "proved"],
    ),
    "blocks side by side": (
        CELL + r"$$\frac{\partial L}{\partial a_t} = [\frac{\partial L}{\partial i_t} \odot i_t \odot (1 - i_t) \mid "
        r"\frac{\partial L}{\partial g_t} \odot (1 - g_t^2)]$$"
        r"$$\frac{\partial L}{\partial a_t} = [\frac{\partial L}{\partial g_t} \odot (1 - g_t^2) \mid "
        r"\frac{\partial L}{\partial i_t} \odot i_t \odot (1 - i_t)]$$"
        r"$$\frac{\partial L}{\partial a_t} = [\frac{\partial L}{\partial i_t} \odot i_t \odot (1 - i_t) \mid "
        r"\frac{\partial L}{\partial g_t} \odot (1 - g_t)]$$",
        ["proved", "refuted", "refuted"],
    ),
    "blocks of declared matrices": (
        r"$A \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{m \times p}$, $x \in \mathbb{R}^{n+p}$"
        r"$$M = [A \mid B]$$ $$f = \operatorname{tr}(M^\top M)$$ $$\frac{\partial f}{\partial A} = 2 A$$"
        r"$$\frac{\partial f}{\partial B} = 2 A$$ $$\frac{\partial f}{\partial B} = B$$",
        ["proved", "refuted", "refuted"],
    ),
    "slices of a declared vector": (
        r"$z \in \mathbb{R}^{2n}$ $$u = z[:n], \quad v = z[n:]$$ $$f = u^\top v$$"
        r"$$\frac{\partial f}{\partial u} = v$$ $$\frac{\partial f}{\partial v} = v$$",
        ["proved", "refuted"],
    ),
    "slices that could count from one": (
        r"$z \in \mathbb{R}^{2n}$ $$u = z[1:n]$$ $$f = u^\top u$$ $$\frac{\partial f}{\partial u} = 2u$$"
        r"$$\frac{\partial f}{\partial u} = u$$ $$\frac{\partial f}{\partial z_1} = 0$$",
        ["proved", "unread", "unread"],  # of the free u
    ),
    "slices beyond the end": (
        r"$z \in \mathbb{R}^{2n}$ $$u = z[0:3n]$$ $$f = u^\top u$$ $$\frac{\partial f}{\partial u} = u$$",
        ["unread"],
    ),
    # -- δ before a symbol
    "a delta that words call a gradient": (CELL + SLOPES, ["proved", "refuted"]),
    "a delta that a formula defines": (
        CELL + r"$$\delta i_t = \frac{\partial L}{\partial i_t}$$ $$\delta i_t = \delta C_t \odot g_t$$"
        r"$$\delta g_t = \delta C_t \odot g_t$$",
        ["proved", "proved", "refuted"],
    ),
    "a delta named after a symbol that words name": (
        CELL + r"Let $\delta h_t$ denote the total gradient at $H_t$."
        r"$$\delta C_t = \delta h_t \odot (1 - H_t^2)$$",
        ["refuted"],  # the path from one step to the next is missing
    ),
    "a delta that nothing names": (CELL + SLOPES.partition(".")[2], ["unread", "unread"]),
    "a delta of changes": (
        r"$x \in \mathbb{R}^n$ $$L = x^\top x$$ The derivative tells that $\delta x$ is small: "
        r"$$\delta L = 2 x^\top \delta x$$ $$\frac{\partial L}{\partial x} = 2 x$$",
        ["unread", "proved"],
    ),
    # -- conditions
    "a condition with a letter that nothing says": (
        r"$$h_t = \tanh(U x_t + W h_{t-1} + b)$$ $$o_t = V h_t + c$$"
        "\n\nFor $t < \\tau$ there are two paths:\n"
        r"$$\frac{\partial L}{\partial h_t} = V^\top \frac{\partial L}{\partial o_t} + "
        r"W^\top \mathrm{diag}(1 - h_{t+1}^2) \frac{\partial L}{\partial h_{t+1}}$$"
        "\n\nFor $t < \\tau$ there are two paths:\n"
        r"$$\frac{\partial L}{\partial h_t} = V^\top \frac{\partial L}{\partial o_t} + "
        r"W \mathrm{diag}(1 - h_{t+1}^2) \frac{\partial L}{\partial h_{t+1}}$$"
        "\n\nThere are two paths:\n"
        r"$$\frac{\partial L}{\partial h_t} = V^\top \frac{\partial L}{\partial o_t} + "
        r"W \mathrm{diag}(1 - h_{t+1}^2) \frac{\partial L}{\partial h_{t+1}}$$",
        ["proved", "unread", "refuted"],
    ),
    # -- what one step uses
    "weights as one step uses them": (
        r"$$a^{(t)} = b + W h^{(t-1)} + U x^{(t)}$$ $$h^{(t)} = \tanh(a^{(t)})$$ $$o^{(t)} = V h^{(t)}$$"
        r"$$\nabla_W L = \sum_t \sum_i \frac{\partial L}{\partial h_i^{(t)}} \nabla_{W^{(t)}} h_i^{(t)}$$"
        r"$$\nabla_W L = \sum_t \sum_i \frac{\partial L}{\partial a_i^{(t)}} \nabla_{W^{(t)}} h_i^{(t)}$$"
        r"$$\nabla_{W^{(t)}} h_i^{(t)} = \nabla_{W^{(t-1)}} h_i^{(t)}$$",
        ["proved", "refuted", "unread"],
    ),
    "a loss of each step that no formula gives": (
        r"$$a_t = W x_t + U h_{t-1}$$ $$h_t = \sigma(a_t)$$ $$\hat y_t = \operatorname{softmax}(V h_t)$$"
        r"$$L = \sum_{t=1}^T L_t$$"
        r"$$\frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t} h_{t-1}^\top$$"
        r"$$\frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t} h_t^\top$$"
        r"$$\frac{\partial L}{\partial h_t} = \frac{\partial L_t}{\partial h_t} + "
        r"U^\top \frac{\partial L}{\partial a_{t+1}}$$"
        r"$$\frac{\partial L}{\partial h_t} = \frac{\partial L_t}{\partial h_t}$$"
        r"$$\frac{\partial L}{\partial V} = \sum_t \hat y_t h_t^\top$$",
        ["proved", "unread", "proved", "unread", "unread"],
    ),
    "a loss of each step that a formula gives": (
        r"$$h_t = \tanh(W x_t + U h_{t-1})$$ $$L_t = \tfrac12 \lVert h_t \rVert^2$$ $$L = \sum_{t=1}^T L_t$$"
        r"$$\frac{\partial L_t}{\partial h_t} = h_t$$ $$\frac{\partial L_t}{\partial h_t} = 2 h_t$$",
        ["proved", "refuted"],
    ),
    "the prime of a loss of two arguments": (
        r"$$C(a, y) = \tfrac12 (a - y)^2$$ $$C'(a, y) = a - y$$ $$C'(a, y) = y - a$$ $$C'(y, a) = a - y$$",
        ["proved", "unread", "unread"],
    ),
    "indicators as people type them": (
        r"$y \in \{1,\dots,K\}$, $o \in \mathbb{R}^K$ $$L = -\log \frac{e^{o_y}}{\sum_j e^{o_j}}$$"
        r"$$p_i = \frac{e^{o_i}}{\sum_j e^{o_j}}$$ $$\frac{\partial L}{\partial o_i} = p_i - I\{i = y\}$$"
        r"$$\frac{\partial L}{\partial o_i} = p_i - \mathbf{l}\{i = y\}$$"
        r"$$\frac{\partial L}{\partial o_i} = p_i - I\{i \neq y\}$$"
        r"$$\frac{\partial L}{\partial o_i} = p_i + \mathbf{l}\{i = y\}$$",
        ["proved", "proved", "refuted", "refuted"],
    ),
    "a star between numbers of units": (
        r"$$u = b c, \quad v = a + u, \quad f = 3 v$$ $$\top$$"
        r"$$\frac{df}{da} = \frac{df}{dv} * \frac{dv}{da} = 3 * 1$$"
        r"$$\frac{df}{da} = 2 * 1$$",
        ["proved", "proved", "unread"],
    ),
    # -- letters beside the steps
    "a size with the letter of a state, and words below a state": (
        CELL + r"From $t = T$ down to $t = 1$, with a width of $H$ and $C_{\text{last}}$ at the end:"
        r"$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial C_t} \odot g_t$$"
        r"$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial C_{\text{last}}} \odot g_t$$",
        ["proved", "unread"],
    ),
    # -- derivatives by what every step uses
    "the derivative of a step follows from that of the step before": (
        r"$x_t, h_t, y_t \in \mathbb{R}$ $$h_t = f(w x_t + u h_{t-1})$$ $$L = \sum_{t=1}^T (h_t - y_t)^2$$"
        r"$$\frac{d h_t}{d u} = f'(w x_t + u h_{t-1}) \left( h_{t-1} + u \frac{d h_{t-1}}{d u} \right)$$"
        r"$$\frac{d h_t}{d u} = f'(w x_t + u h_{t-1}) \left( h_{t-1} + \frac{d h_{t-1}}{d u} \right)$$"
        r"$$\frac{d h_t}{d w} = \frac{\partial h_t}{\partial h_{t-1}} \frac{d h_{t-1}}{d w}$$"
        r"$$\frac{\partial L}{\partial u} = \sum_{t=1}^T (h_t - y_t) \frac{\partial h_t}{\partial u}$$",
        ["proved", "refuted", "refuted", "refuted"],
    ),
    "of the output of a step, and of the first two steps": (
        r"$x_t, h_t, y_t \in \mathbb{R}$ $$h_t = \tanh(w x_t + u h_{t-1})$$ $$o_t = v h_t$$ $$E_t = (o_t - y_t)^2$$"
        r"$$\frac{\partial E_t}{\partial u} = 2 (o_t - y_t) v \frac{\partial h_t}{\partial u}$$"
        r"$$\frac{\partial E_t}{\partial u} = 2 (o_t - y_t) \frac{\partial h_t}{\partial u}$$"
        r"$$\frac{d h_1}{d w} = (1 - h_1^2) x_1$$ $$\frac{d h_2}{d w} = (1 - h_2^2) x_2$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a sum of named derivatives from the step that is given": (
        r"$$h_t = \tanh(W h_{t-1} + b)$$ $$L = \frac12 \|h_T - y\|^2$$ $$\delta_t = \frac{\partial L}{\partial h_t}$$"
        r"$$\frac{\partial L}{\partial b} = \sum_{t=1}^{T} (1 - h_t^2) \odot \delta_t$$"
        r"$$\frac{\partial L}{\partial b} = \sum_{t=0}^{T} (1 - h_t^2) \odot \delta_t$$",
        ["proved", "unread"],
    ),
    "where some derivatives may be of one step alone, nothing is refuted": (
        r"$x_t \in \mathbb{R}$ $$h_t = f(w x_t + u h_{t-1})$$ $$\frac{\partial h_t}{\partial u} ="
        r" \frac{\partial h_t}{\partial u} + \frac{\partial h_t}{\partial h_{t-1}}"
        r" \frac{\partial h_{t-1}}{\partial u}$$",
        ["unread"],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_a_cell_is_read_as_it_is_meant(name):
    text, verdicts = FORMS[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == verdicts, [(c.reading, c.reason) for c in report.claims]
