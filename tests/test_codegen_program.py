"""The generated module as people meet it: names, sizes, workspaces, errors, comments, and terms in odd places."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.codegen.compile import compile_program
from symbackprop.codegen.program import build
from symbackprop.errors import DataError
from tests.test_codegen import compare

LINEAR = "input x[N,D]\nparam W[D,M], b[M]\nz[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]\nC = sum(n, j, z[n,j]**2)/N"

ODD_TERMS = {
    "diagonal": "input s[N,N], v[N]\ny[i] = s[i,i]*v[i]\nC = sum(i, s[i,i])",
    "transposed": "input x[N,M]\ny[j,i] = 2*x[i,j] + x[0,j]",
    "reversed": "input x[N]\nindex i < N\ny[i] = x[N-1-i] + x[i+1] + x[i-1]",
    "coefficient": "input x[2*N]\nindex i < N\ny[i] = x[2*i] - x[2*i+1]",
    "product_slot": "input x[2*N]\nindex i < N\ny[i] = x[2*i]",
    "convolution": "input x[N], k[M]\nindex i < N+M-1\ny[i] = sum(j, x[i-j]*k[j])",
    "two_windows": "input x[N]\nindex i < N, j < 3, k < 2\ny[i] = sum(j, k, x[i+j-k]*(j+1))",
    "where_guards": "input x[N]\ny[i] = where(x[i] > 0, log(x[i]), 0) + where(i < 1, 0, 1/i)",
    "index_as_number": "input x[N,M]\ny[i,j] = x[i,j]*i/M + j",
    "size_alone": "input x[N]\nparam w[N,M]\ny[i] = M*x[i]\nz = sum(i, j, w[i,j])/(N*M)",
    "constant_sum": "input x[N]\nparam v[M]\nindex j < M\ny[i] = sum(j, x[i]**2) + sum(j, v[j])*x[i]",
    "broadcast_left": "param b[M]\ninput x[N]\nindex i < N, j < M\ny[i,j] = b[j]\nu[i,j] = 3\ns = pi/2",
    "outer_of_three": "input a[N], b[M], c[K]\ny[i,k] = sum(j, a[i]*b[j]*c[k])\nz = sum(i, j, k, a[i]*b[j]*c[k])",
    "chain_of_three": "input A[N,M], B[M,K], c[K]\ny[i] = sum(j, k, A[i,j]*B[j,k]*c[k])",
    "bilinear": "input A[N,N], x[N]\ny = sum(i, j, x[i]*A[i,j]*x[j])",
    "powers": "input x[N]\ny[i] = x[i]**3 + 1/(1 + x[i]**2)**2 - (1 + x[i]**2)**(3/2) + sqrt(1 + x[i]**2)",
    "negatives": "input x[N], u[N]\ny[i] = -x[i] - u[i]\nz[i] = -(x[i]*u[i]) - 2*x[i]\nw[i] = -u[i]",
    "every_function": (
        "input x[N]\ny[i] = exp(x[i]) + sin(x[i])*cos(x[i]) + tanh(x[i])*sigmoid(x[i]) + relu(x[i])"
        " + step(x[i]) + softplus(x[i]) + abs(x[i]) + sign(x[i]) + erf(x[i])"
    ),
    "batched_product": "input A[N,M,K], B[N,K,L]\ny[l,n,m] = sum(k, A[n,m,k]*B[n,k,l])",
    "interleaved": "input A[N,K], B[M,L,K]\ny[m,n,l] = sum(k, A[n,k]*B[m,l,k])",
    "labels_in_two_slots": "label s[N] < K, t[N] < M\ninput x[K,M]\ny[n] = x[s[n],t[n]]*t[n]",
    "label_and_shift": "label t[N] < K\ninput x[K]\ny[n] = x[t[n]+1] + x[t[n]-1]",
    "floor": "input x[N]\nindex i < 2*N\ny[i] = x[i//2]",
    "max_and_argmax": (
        "input x[N,M,K]\ny[n] = max(m, k, x[n,m,k])\n"
        "a[n,m] = argmax(k, x[n,m,k])\nb[n] = argmax(m, x[n,m,0])"
    ),
    "maxima": "input x[N], u[N]\ny[i] = maximum(x[i], u[i])*minimum(x[i], 1/2)",
    "grouped": "input x[N,(2,M)]\ny[n,(m,c)] = x[n,(c,m)] + x[n,(0,m)]\nz[n,k] = sum(c, x[n,(c,k)])",
    "two_recurrences": (
        "input x[T]\nparam w\nindex t < T\na[t] = w*b[t-1] + x[t]\nb[t] = tanh(a[t]) + a[t-1] - 2*a[t-2]\n"
        "a[-1] = 1\na[-2] = x[0]\nb[-1] = 0\nC = sum(t, a[t]*b[t]) + sum(t, a[t-1])"
    ),
}  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ODD_TERMS)
def test_odd_terms_have_the_values_of_the_loops(name, seed):
    compare(sb.formula(ODD_TERMS[name]), seed)


@pytest.mark.parametrize("name", [n for n in ODD_TERMS if n not in ("max_and_argmax",)])
def test_gradients_of_odd_terms_have_the_values_of_the_loops(name):
    compare(sb.derive(sb.formula(ODD_TERMS[name])).program, 3)


@pytest.mark.parametrize(
    "names", [("np", "array"), ("expit", "outputs"), ("print", "lambda"), ("t1", "v1"), ("self", "run")]
)
def test_names_that_the_program_uses_itself_are_no_trouble(names):
    a, b = names
    formula = sb.formula(f"input {a}[N]\nparam {b}[N]\nC = sum(n, exp({a}[n])*{b}[n]*tanh({a}[n]))")
    compare(sb.derive(formula).program, 0)


def test_the_module_stands_alone():
    module: dict = {}
    exec(build(sb.derive(sb.formula(LINEAR)).program, ["C", "dW"]).text, module)
    x, W, b = np.ones((5, 2)), np.ones((2, 3)), np.zeros(3)
    found = module["run"](x, W, b)
    assert set(found) == {"C", "dW"}
    np.testing.assert_allclose(found["C"], 5 * 3 * 4 / 5)
    np.testing.assert_allclose(found["dW"], np.full((2, 3), 4.0))


def test_a_workspace_writes_into_the_same_arrays():
    compiled = compile_program(sb.formula(LINEAR), ["z", "C"])
    workspace = compiled.workspace({"N": 2, "D": 1, "M": 1})
    first = workspace.step(np.ones((2, 1)), np.ones((1, 1)), np.zeros(1))
    kept = first["z"]
    second = workspace.step(np.ones((2, 1)), np.full((1, 1), 7.0), np.zeros(1))
    assert second["z"] is kept and kept[0, 0] == 7.0
    assert compiled.workspace({"N": 2, "D": 1, "M": 1}) is workspace
    assert compiled.workspace({"N": 2, "D": 1, "M": 1}, np.float32) is not workspace


def test_calls_return_arrays_of_their_own():
    compiled = compile_program(sb.formula("input x[N]\ny[n] = 2*x[n]"), ["y"])
    first = compiled(x=[1, 2])["y"]
    compiled(x=[5, 6])
    assert first.tolist() == [2.0, 4.0]


def test_only_what_the_outputs_need_is_computed():
    source = build(sb.derive(sb.formula(LINEAR)).program, ["C"])
    assert "dW" not in source.text and "dz" not in source.text
    assert source.inputs == ("x", "W", "b")


def test_lines_cite_the_numbers_of_their_equations():
    text = build(sb.formula(LINEAR), ["C"], references={"z": "(1)", "C": "(2)"}).text
    assert "# (1) z[n,j] =" in text and "# (2) C =" in text


def test_no_einsum_and_no_loop_over_samples_in_a_step():
    text = build(sb.derive(sb.formula(LINEAR)).program, ["C", "dx", "dW", "db"]).text
    assert "einsum" not in text and "for n in range" not in text
    assert text.count(".dot(") == 5  # z, C, dx, dW and the sum db


def test_sizes_that_no_array_fixes_are_asked_for():
    compiled = compile_program(sb.formula("size S\ninput x[N]\nindex i < N\ny[i] = x[S*i + 1]"), ["y"])
    with pytest.raises(DataError, match=r"S=\.\.\."):
        compiled(x=[1.0, 2.0, 3.0])
    assert compiled(x=[1.0, 2.0, 3.0], S=2)["y"].tolist() == [2.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.ones((3, 2)), "W": np.ones((3, 4)), "b": np.ones(4)}, "axis 0"),
        ({"x": np.ones((3, 2)), "W": np.ones((2, 4))}, "missing: b"),
        ({"x": np.ones(3), "W": np.ones((2, 4)), "b": np.ones(4)}, "2 axes"),
        ({"x": np.ones((3, 2)), "W": np.ones((2, 4)), "b": np.ones(4), "q": 1}, "'q'"),
    ],
)
def test_arrays_that_do_not_fit_are_named(arrays, message):
    with pytest.raises(DataError, match=message):
        compile_program(sb.formula(LINEAR), ["C"])(**arrays)


@pytest.mark.parametrize(
    ("labels", "message"), [([0, 3], r"t\[1\] is 3"), ([-1, 0], r"t\[0\] is -1"), ([0.5, 1], "whole numbers")]
)
def test_labels_outside_their_range_are_named(labels, message):
    compiled = compile_program(sb.formula("input z[N,K]\nlabel t[N] < K\nC = mean(n, z[n,t[n]])"), ["C"])
    with pytest.raises(DataError, match=message):
        compiled(z=np.ones((2, 3)), t=labels)


def test_an_output_that_nothing_defines_is_refused():
    with pytest.raises(DataError, match="no equation defines 'q'"):
        build(sb.formula(LINEAR), ["q"])


def test_labels_that_repeat_add_up():
    program = sb.derive(sb.formula("label t[N] < V\nparam W[V,D]\ny[n,d] = W[t[n],d]\nC = sum(n, d, y[n,d])")).program
    assert compile_program(program, ["dW"])(t=[1, 1, 0], W=np.ones((3, 1)))["dW"].ravel().tolist() == [1.0, 2.0, 0.0]


def test_a_window_over_the_state_of_a_recurrence():
    text = "input x[T,N]\nparam k[3]\nindex t < T, i < N\nh[t,i] = sum(r, k[r]*h[t-1,i+r-1]) + x[t-1,i]\nh[-1,i] = 1"
    random = np.random.default_rng(0)
    x, k = random.normal(size=(4, 5)), random.normal(size=3)
    state, wanted = np.ones(5), []
    for t in range(4):
        around = np.concatenate([[0], state, [0]])
        state = sum(k[r] * around[r : r + 5] for r in range(3)) + (x[t - 1] if t else 0)
        wanted.append(state)
    np.testing.assert_allclose(compile_program(sb.formula(text), ["h"])(x=x, k=k)["h"], wanted)


def test_a_title_cannot_leave_the_docstring(tmp_path):
    marker = tmp_path / "executed"
    hostile = f'x"""\nopen({str(marker)!r}, "w").close()\n"""\\'
    formula = sb.formula("input x[N]\nC = sum(n, x[n]**2)", title=hostile)
    source = sb.derive(formula).source()
    exec(compile(source, "generated", "exec"), {})
    assert not marker.exists()
