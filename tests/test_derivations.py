"""The worked derivations: every sheet builds, its checks passed, all formats hold it, and its numbers are right.

The folder is the list: a new derivation is tested here without a line being added.
"""

import html
import re
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

import derivations
import symbackprop as sb
from derivations import (
    bias_as_weight,
    composition,
    convolution,
    copying,
    digits,
    gradient_descent,
    graph_walked_backwards,
    iris,
    layer_jacobians,
    learning_rate,
    minima_and_plateaus,
    penalties,
    secant_and_tangent,
    through_time,
    total_derivative,
    two_neurons,
    xor,
)
from derivations.__main__ import main
from derivations._activation import slopes
from derivations._pictures import PICTURES, missing, path, picture, write_pictures
from derivations._pieces import number, values
from symbackprop.number_types import FLOAT
from symbackprop.sheet import pdf
from symbackprop.sheet.blocks import Plot, Statement, Table

needs_tex = pytest.mark.skipif(pdf.find_tex() is None, reason="no pdflatex")
NAMES = derivations.names()
COVERED = {f"S{k}" for k in range(1, 31)}
_OVERFULL_POINTS = 2.0


@cache
def sheet(name):
    return derivations.load(name).sheet()


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    """Each derivation in turn; the scope keeps its tests together, so that processes seldom make a sheet twice."""
    return request.param


def blocks(name):
    """All blocks of a sheet, those inside of statements included."""
    todo = [b for s in sheet(name).sections for b in s.blocks]
    while todo:
        b = todo.pop(0)
        todo = [*b.blocks, *todo] if isinstance(b, Statement) else todo
        yield b


def test_all_statements_of_the_first_issue_are_covered():
    assert {s for w in derivations.all_worked() for s in w.covers} >= COVERED


def test_the_readme_lists_the_folder():
    assert derivations.README.read_text() == derivations.readme_with_table()
    assert all(f"[{name}]({name}.py)" in derivations.table() for name in NAMES)


def _shown(svg):
    """What a picture says, numbers aside, and how much it draws."""
    root = ElementTree.fromstring(svg)
    texts = [e.text for e in root.iter() if e.text and e.text.strip() and not re.match(r"[−\d.]+(e[+−]\d+)?$", e.text)]
    texts = [t for t in texts if not re.match("10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+$", t)]
    drawn = [e for e in root.iter() if e.tag.endswith(("path", "circle", "rect"))]
    return texts, len(drawn)


def test_each_derivation_has_its_picture(name):
    svg = path(name).read_text(encoding="utf-8")
    assert len(svg) < 60_000 and _shown(svg) == _shown(picture(name, sheet(name))), "python -m derivations --pictures"
    texts, drawn = _shown(svg)
    assert drawn > 2 and not re.search(r"[$\\{}]", "".join(texts)), "LaTeX that _svg has no letters for"
    assert f'<img src="pictures/{name}.svg"' in derivations.README.read_text(encoding="utf-8")


def test_no_picture_without_a_derivation():
    assert {file.name for file in PICTURES.iterdir()} <= {f"{name}.svg" for name in NAMES}


def test_every_check_passed(name):
    checks = [b for b in blocks(name) if isinstance(b, Table) and b.header[-1] == "Result"]
    assert checks and all(row[-1] == "passed" for table in checks for row in table.rows)


def test_texts_are_written(name, tmp_path):
    for suffix in (".tex", ".html", ".md"):
        text = html.unescape(sheet(name).save(tmp_path / f"{name}{suffix}").read_text())
        assert derivations.load(name).title.partition("$")[0] in text
        assert len(text) > 3000 and "object at 0x" not in text
    listed = re.sub(r"<pre>.*?</pre>", "", sheet(name).to_html(), flags=re.DOTALL)
    assert "<code>" not in listed, "a formula that MathML could not hold"


@needs_tex
def test_tex_compiles_without_overfull_lines(name):
    document, log = pdf.compile_tex(sheet(name).to_tex())
    assert document.startswith(b"%PDF")
    too_wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(too_wide, default=0.0) <= _OVERFULL_POINTS


def test_pictures_are_written_where_they_are_missing(tmp_path, monkeypatch):
    monkeypatch.setattr("derivations._pictures.PICTURES", tmp_path)
    monkeypatch.setattr("derivations._pictures.names", lambda: ["chain_of_three", "logistic_derivative"])
    (tmp_path / "gone.svg").write_text("of a derivation that is no more")
    assert len(write_pictures(missing())) == 2 and missing() == []
    assert sorted(p.stem for p in tmp_path.iterdir()) == ["chain_of_three", "logistic_derivative"]
    (tmp_path / "chain_of_three.svg").write_text("old")
    assert [p.stem for p in write_pictures(["chain_of_three"])] == ["chain_of_three"]
    texts, _ = _shown((tmp_path / "chain_of_three.svg").read_text())
    assert {"x", "w", "s", "u", "v", "y"} <= set(texts)
    assert "the bound 1/4" in _shown((tmp_path / "logistic_derivative.svg").read_text())[0]


def test_the_command_writes_what_is_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("derivations.__main__.find_tex", lambda: None)
    assert main(["chain_of_three", "--out", str(tmp_path)]) == 0
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".html", ".md", ".tex"]
    assert "no PDFs: install TeX" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["no_such_derivation"])
    assert "there are" in capsys.readouterr().err


# The numbers, once more and without the package ---------------------------------------------------------------------


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_graph_walked_backwards_by_plain_numpy():
    p = {k: np.array(v) for k, v in graph_walked_backwards.POINT.items()}
    a = sigmoid(p["X"] @ p["W1"] + p["b1"])
    z = a @ p["W2"] + p["b2"]
    dz = 2 * (z - p["Y"]) / z.size
    dz1 = dz @ p["W2"].T * a * (1 - a)
    wanted = {"C": np.mean((z - p["Y"]) ** 2), "dZ2": dz, "dW2": a.T @ dz, "db2": dz.sum(0), "dZ1": dz1}
    wanted |= {"dW1": p["X"].T @ dz1, "db1": dz1.sum(0), "dX": dz1 @ p["W1"].T}
    text = sheet("graph_walked_backwards").to_tex()
    for name, value in wanted.items():
        for v in np.ravel(value):
            assert number(v) in text, name
    titles = [s.title for s in sheet("graph_walked_backwards").sections]
    nodes = [t for t in titles if t in ("MSE", "Linear 2", "Sigmoid", "Linear 1")]
    assert nodes == ["MSE", "Linear 2", "Sigmoid", "Linear 1"]


def test_two_neurons_by_plain_numpy():
    x, y = (np.array(two_neurons.POINT[k]) for k in "xy")
    w1, w2 = two_neurons.POINT["w1"], two_neurons.POINT["w2"]

    def cost(w1, w2):
        return np.mean((sigmoid(sigmoid(x * w1) * w2) - y) ** 2)

    z = sigmoid(x * w1)
    p = sigmoid(z * w2)
    d1 = np.mean(2 * (p - y) * p * (1 - p) * w2 * z * (1 - z) * x)
    d2 = np.mean(2 * (p - y) * p * (1 - p) * z)
    text = sheet("two_neurons").to_tex()
    new = w1 - two_neurons.RATE * d1, w2 - two_neurons.RATE * d2
    for value in (d1, d2, *new, cost(w1, w2), cost(*new)):
        assert number(abs(value), 6) in text
    assert "three factors" in text and "five factors" in text and text.count(r"\leftarrow") >= 4
    costs = two_neurons.descent(derived(two_neurons), two_neurons.POINT, 200)
    assert costs[0] == pytest.approx(cost(w1, w2)) and all(b < a for a, b in pairwise(costs))


def derived(module):
    return sb.derive(sb.formula(module.FORMULA))


def test_secant_tangent_and_mean_value():
    f = secant_and_tangent.Square(derived(secant_and_tangent))
    assert (f.slope(4), f.secant(4, 5), f.slope(secant_and_tangent.MIDDLE)) == (8, 9, 9)
    assert f.value(5) - f.value(4) == 9
    plots = [b for b in blocks("secant_and_tangent") if isinstance(b, Plot)]
    assert len(plots) == 2 and all(len(p.series) == 5 for p in plots)
    (_, curve), (_, secant) = ((s.label, dict(s.points)) for s in plots[0].series[:2])
    assert curve[4.0] == 16 and (secant[7.0] - secant[1.0]) / 6 == 9


@pytest.mark.parametrize(("name", "high"), [("sigmoid", 0.25), ("tanh", 1.0)])
def test_the_bound_is_attained_at_the_origin_alone(name, high):
    xs = np.linspace(-5, 5, 1001)
    derivative = slopes(name, xs)[1]
    by_definition = {"sigmoid": sigmoid(xs) * sigmoid(-xs), "tanh": 1 / np.cosh(xs) ** 2}[name]
    assert np.allclose(derivative, by_definition, rtol=1e-10)
    assert derivative.max() == high and list(xs[derivative == high]) == [0.0] and derivative.min() > 0


def test_relu_has_two_slopes_and_a_convention():
    assert list(slopes("relu", np.array([-2.0, 0.0, 2.0]))[1]) == [0, 0, 1]
    rows = next(b for b in blocks("relu_derivative") if isinstance(b, Table) and "from the left" in b.header[1]).rows
    assert {row[1:] for row in rows} == {("$0$", "$1$")}


def test_layer_jacobians_by_plain_numpy():
    p = {k: np.array(v) for k, v in layer_jacobians.POINT.items()}
    z = p["W"] @ p["a"] + p["b"]
    d = layer_jacobians.layer("relu")
    found = {pair: layer_jacobians.jacobian_at(d, *pair) for pair in (("z", "a"), ("z", "b"), ("h", "z"), ("h", "a"))}
    assert set(np.sign(z)) == {-1, 1}
    assert np.array_equal(found["z", "a"], p["W"]) and np.array_equal(found["z", "b"], np.eye(3))
    assert np.array_equal(found["h", "z"], np.diag((z > 0).astype(float)))
    assert np.array_equal(found["h", "a"], np.diag(z > 0) @ p["W"])
    by_w = layer_jacobians.jacobian_at(d, "z", "W")
    assert np.array_equal(by_w, np.einsum("jk,i->jki", np.eye(3), p["a"]))


def test_the_paths_add_up_to_the_total_derivative():
    d = derived(total_derivative)
    at = values(d, total_derivative.POINT)
    terms = total_derivative.path_terms(at, d)
    assert terms.shape == (3, 2) and np.allclose(terms.sum(axis=0), at["da1"])
    assert np.abs(terms - at["da1"]).min() > 1e-3, "no path alone is the derivative"
    rules = next(b for b in blocks("total_derivative") if isinstance(b, Table) and "needs" in b.header[2]).rows
    total = {row[0] for row in rules if row[2].startswith("total")}
    assert total == {"$a^{(1)}$", "$x$"}


def test_descent_goes_against_the_sign_and_arrives():
    points = gradient_descent.descend(gradient_descent.derivation())
    X, Y = gradient_descent.X, gradient_descent.Y
    for before, after in pairwise(points):
        assert np.allclose(before.gradient, 2 / len(Y) * X.T @ (X @ before.w - Y))
        assert np.array_equal(np.sign(after.w - before.w), -np.sign(before.gradient)) and after.cost < before.cost
    assert np.allclose(points[-1].w, [2, -1], atol=1e-3)


def test_the_reversed_order_is_the_transposed_layout():
    found = composition.jacobians(composition.vector_derivation())
    p = {k: np.array(v) for k, v in composition.POINT.items()}
    u = np.tanh(p["A"] @ p["x"])
    f, g = p["B"] * 2 * u, (1 - u**2)[:, None] * p["A"]
    assert np.allclose(found["yx"], f @ g) and np.allclose(found["yx"].T, g.T @ f.T)
    with pytest.raises(ValueError, match="mismatch"):
        found["ux"] @ found["yu"]


def test_a_bias_is_the_weight_of_a_constant_input():
    plain, with_one = bias_as_weight.both_forms()
    letters = bias_as_weight.symbols()
    symbolic = bias_as_weight.pairs(
        bias_as_weight.gradients(plain, letters, bias_as_weight.SYMBOLS),
        bias_as_weight.gradients(with_one, bias_as_weight.augmented(letters), bias_as_weight.SYMBOLS),
    )
    assert len(symbolic) == 9 and all(a == b and a.free_symbols for _, a, b in symbolic)
    p = {k: np.array(v) for k, v in bias_as_weight.POINT.items()}
    found = bias_as_weight.gradients(with_one, bias_as_weight.augmented(p), FLOAT)
    h = sigmoid(p["W"].T @ p["x"] + p["b"])
    y = sigmoid(p["w"] @ h + p["c"])
    assert float(found["y"]) == pytest.approx(y)
    assert np.allclose(np.asarray(found["dV"][0], dtype=float), y * (1 - y) * p["w"] * h * (1 - h))


def test_iris_is_learnt_with_the_derived_gradients():
    trained = iris.train()
    assert trained.history.loss[-1] < 0.1 < 0.9 < trained.history.loss[0]
    assert all(b < a for a, b in pairwise(trained.history.loss))
    assert np.mean([iris.accuracy(iris.train(seed)) for seed in range(iris.SEEDS)]) >= 0.94
    assert len(trained.history.gradient_norms) == 4


def test_xor_needs_two_hidden_units():
    alone, history = xor.train_neuron()
    assert not xor.solved(alone) and history.loss[-1] == pytest.approx(np.log(2), abs=1e-4)
    trainer, history = xor.train()
    p = trainer.parameters
    h = np.tanh(xor.X @ p["0.weight"].T + p["0.bias"])
    logits = h @ p["2.weight"][0] + p["2.bias"][0]
    assert list(logits > 0) == [False, True, True, False] and history.loss[-1] < 0.01


def test_penalties_by_plain_numpy():
    X, y = penalties.points(penalties.SEEN, penalties.SEED)
    for k, p in enumerate(penalties.PENALTIES):
        w = penalties.weights(k)
        wanted = 2 / len(y) * X.T @ (X @ w - y) + p.l1 * np.sign(w) + p.l2 * w
        assert all(np.allclose(found, wanted) for found in penalties.gradients(k))
    least = np.linalg.solve(2 / len(y) * X.T @ X + penalties.PENALTIES[1].l2 * np.eye(8), 2 / len(y) * X.T @ y)
    assert np.allclose(penalties.weights(1), least, atol=1e-3)
    assert list(np.abs(penalties.weights(2)) < 1e-3) == [False] * 2 + [True] * 6


def test_backpropagation_through_time_by_plain_numpy():
    p = {k: np.array(v) for k, v in through_time.POINT.items()}
    x, U, V, y = p["x"], p["U"], p["V"], p["y"]
    h = [p["h0"]]
    for t in range(3):
        h.append(np.tanh(p["W"] @ x[t] + U @ h[-1]))
    dU, dW, later = 0, 0, np.zeros(2)
    for t in (2, 1, 0):
        dh = V.T @ (V @ h[t + 1] - y[t]) + U.T @ later
        later = dh * (1 - h[t + 1] ** 2)
        dU, dW = dU + np.outer(later, h[t]), dW + np.outer(later, x[t])
    at = values(through_time.derivation(), through_time.POINT)
    assert np.allclose(at["dU"], dU) and np.allclose(at["dW"], dW) and np.allclose(at["dh0"], U.T @ later)
    text = sheet("through_time").to_tex()
    assert all(number(abs(v)) in text for v in (*dU.ravel(), *dW.ravel()))


def test_gradients_fade_through_time_and_the_state_is_used():
    norms = through_time.fading(through_time.derivation(), 0.5)
    assert norms[0] < 0.5 ** (len(norms) - 1) * norms[-1] * 1.001 and norms[0] > 0
    assert through_time.accuracy(through_time.LONGER) >= 0.99
    X, y = through_time.sequences(4, 12, 0)
    assert np.array_equal(y[:, 2:, 0], (X[:, 2:, 0] != X[:, :-2, 0]) * 1.0)


def test_convolution_by_plain_numpy():
    x, K, dy = (np.array(convolution.POINT[k], dtype=float) for k in ("x", "K", "dy"))
    z = sum(K[r, s] * x[r : r + 4, s : s + 4] for r in range(2) for s in range(2))
    dz = np.zeros((4, 4))
    for p in range(2):
        for q in range(2):
            window = z[2 * p : 2 * p + 2, 2 * q : 2 * q + 2]
            row, column = divmod(int(window.argmax()), 2)
            dz[2 * p + row, 2 * q + column] = dy[p, q]
    dx = np.zeros((5, 5))
    for r in range(2):
        for s in range(2):
            dx[r : r + 4, s : s + 4] += K[r, s] * dz
    dK = [[np.sum(x[r : r + 4, s : s + 4] * dz) for s in range(2)] for r in range(2)]
    at = convolution.at_point()
    for name, wanted in {"z": z, "dz": dz, "dx": dx, "dK": dK, "db": dz.sum()}.items():
        assert np.array_equal(at[name], wanted), name


def test_descents_stop_in_minima_and_stand_on_plateaus():
    zeros = np.sort(np.roots([1, 0, -1, 0.2]).real)
    assert np.allclose(minima_and_plateaus.stationary(), zeros)
    ends = [minima_and_plateaus.descend(start)[-1] for start in minima_and_plateaus.STARTS]
    assert np.allclose(ends, [zeros[0], zeros[0], zeros[2], zeros[2]])
    w, x = minima_and_plateaus.FAR, minima_and_plateaus.INPUTS
    a = sigmoid(w * x)
    wanted = {"SQUARED": np.mean(2 * (a - 1) * a * (1 - a) * x), "LOGARITHMIC": np.mean((a - 1) * x)}
    for name, slope in wanted.items():
        assert minima_and_plateaus.unit(getattr(minima_and_plateaus, name), w)[1][0] == pytest.approx(slope)
    assert abs(wanted["SQUARED"]) < 1e-4 < 1 < abs(wanted["LOGARITHMIC"])


def test_few_points_are_overfitted_and_two_things_cure_it():
    (seen, new), *cured = (minima_and_plateaus.errors(*of) for of in ((10, 0.0), (10, 0.02), (200, 0.0)))
    assert seen < 0.05 < 0.5 < new and all(low > seen and high < 0.75 * new for low, high in cured)
    assert all(minima_and_plateaus.laws(k) == minima_and_plateaus.laws(1) for k in (2, 5))


def test_a_quadratic_descends_exactly_below_two_over_the_largest_eigenvalue():
    A, start = learning_rate.A, learning_rate.START
    assert np.allclose(np.linalg.eigvalsh(A), [1, 10])
    for alpha in (0.005, 0.1, 0.19, 0.2, 0.21):
        points, costs = learning_rate.descend(alpha, 30)
        step = np.eye(2) - alpha * A
        wanted = np.array([np.linalg.matrix_power(step, t) @ start for t in range(31)])
        assert np.allclose(points, wanted) and np.allclose(costs, np.einsum("ti,ij,tj->t", wanted, A, wanted) / 2)
        assert (np.abs(np.linalg.eigvals(step)).max() < 1 - 1e-9) == (alpha < 0.2)


def test_a_schedule_is_fast_at_first_and_exact_at_last():
    large, small, falling = (learning_rate.excess(*of)[1] for of in ((0.2, False), (0.002, False), (0.2, True)))
    assert min(large.min(), small.min(), falling.min()) > 0, "nothing is below least squares"
    assert falling[-1] < large[-1] / 100 and falling[-1] < small[-1] / 100 and falling[4] < small[4]


def test_attention_by_plain_numpy():
    Q, K, V, dO = (np.array(copying.POINT[k]) for k in ("Q", "K", "V", "dO"))
    e = np.tril(np.exp(Q @ K.T / np.sqrt(2)))
    P = e / e.sum(axis=1, keepdims=True)
    dP = dO @ V.T
    dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    at = values(copying.attention(), copying.POINT)
    wanted = {
        "P": P,
        "O": P @ V,
        "dP": dP,
        "dS": dS,
        "dQ": dS @ K / np.sqrt(2),
        "dK": dS.T @ Q / np.sqrt(2),
        "dV": P.T @ dO,
    }
    for name, value in wanted.items():
        assert np.allclose(at[name], value), name


def test_a_transformer_copies_what_it_was_never_shown():
    shown, never = copying.split()
    assert not set(map(tuple, shown)) & set(map(tuple, never)) and len(never) > 1000
    read, asked = copying.sequences(never)
    assert (copying.train()[0].predict(read) == asked).all(axis=1).mean() >= 0.99
    assert np.allclose(np.triu(copying.weights(), 1), 0) and np.allclose(copying.weights().sum(axis=1), 1)


def test_digits_are_read_by_a_convolutional_net():
    trained = digits.train(digits.SEED)
    assert digits.accuracy(trained) >= 0.97 and len(trained.y) == 450
    assert np.trace(digits.confusion(trained)) == round(digits.accuracy(trained) * 450)
    assert digits.difference(trained) < 1e-12
