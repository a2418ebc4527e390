"""True gradients as text, ways to spoil them, and ways to write them otherwise.

A row is (wrt, declarations and loss as NumPy, shape rows, the true gradient as NumPy): the code is the test's own and
is run both by the judge and, independently, at random points by the test. Mutations act on the syntax tree.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    name: str
    shapes: dict
    wrt: str
    loss: str
    gradient: str
    assume: dict | None = None


_MLP = {"X": ("N", "D"), "W": ("D", "M"), "V": ("M", "K"), "Y": ("N", "K")}
_REG = {"X": ("N", "D"), "w": ("D",), "y": ("N",)}
_SQ = {"A": ("n", "n"), "x": ("n",), "b": ("n",)}
_V = {"x": ("n",), "y": ("n",)}
_P = "np.exp(X @ W) / np.sum(np.exp(X @ W), axis=1, keepdims=True)"
_S = "np.exp(x) / np.sum(np.exp(x))"
_CE = {"X": ("N", "D"), "W": ("D", "K"), "Y": ("N", "K")}
_H = "np.tanh(X @ W)"

ROWS = [
    Row("mse_w", _REG, "w", "np.sum((X @ w - y)**2) / (2 * X.shape[0])", "X.T @ (X @ w - y) / X.shape[0]"),
    Row("mse_X", _REG, "X", "np.sum((X @ w - y)**2) / 2", "np.outer(X @ w - y, w)"),
    Row("mse_y", _REG, "y", "np.sum((X @ w - y)**2)", "-2 * (X @ w - y)"),
    Row("ridge", _REG, "w", "np.sum((X @ w - y)**2) + 3 * np.sum(w**2)", "2 * X.T @ (X @ w - y) + 6 * w"),
    Row("tanh_w", _REG, "w", "np.sum(np.tanh(X @ w) * y)", "X.T @ (y * (1 - np.tanh(X @ w)**2))"),
    Row("tanh_X", _REG, "X", "np.sum(np.tanh(X @ w) * y)", "np.outer(y * (1 - np.tanh(X @ w)**2), w)"),
    Row("exp_w", _REG, "w", "np.sum(np.exp(X @ w) * y)", "X.T @ (np.exp(X @ w) * y)"),
    Row("poisson", _REG, "w", "np.sum(np.exp(X @ w) - y * (X @ w))", "X.T @ (np.exp(X @ w) - y)"),
    Row("mean_w", _REG, "w", "np.mean((X @ w)**3)", "3 * X.T @ ((X @ w)**2) / X.shape[0]"),
    Row("mlp_V", _MLP, "V", f"np.sum(({_H} @ V - Y)**2) / 2", f"{_H}.T @ ({_H} @ V - Y)"),
    Row("mlp_W", _MLP, "W", f"np.sum(({_H} @ V - Y)**2) / 2", f"X.T @ ((({_H} @ V - Y) @ V.T) * (1 - {_H}**2))"),
    Row("mlp_X", _MLP, "X", f"np.sum(({_H} @ V - Y)**2) / 2", f"((({_H} @ V - Y) @ V.T) * (1 - {_H}**2)) @ W.T"),
    Row("mlp_Y", _MLP, "Y", f"np.sum(({_H} @ V - Y)**2) / 2", f"Y - {_H} @ V"),
    Row("linear_V", _MLP, "V", "np.sum((X @ W @ V) * Y)", "W.T @ (X.T @ Y)"),
    Row("linear_W", _MLP, "W", "np.sum((X @ W @ V) * Y)", "X.T @ Y @ V.T"),
    Row("linear_X", _MLP, "X", "np.sum((X @ W @ V) * Y)", "Y @ V.T @ W.T"),
    Row("quadratic_x", _SQ, "x", "x @ A @ x + b @ x", "A @ x + A.T @ x + b"),
    Row("quadratic_A", _SQ, "A", "x @ A @ x + b @ x", "np.outer(x, x)"),
    Row("bilinear_A", _SQ, "A", "b @ A @ x", "np.outer(b, x)"),
    Row("bilinear_x", _SQ, "x", "b @ A @ x", "A.T @ b"),
    Row("bilinear_b", _SQ, "b", "b @ A @ x", "A @ x"),
    Row("squares_A", _SQ, "A", "np.sum((A @ x - b)**2)", "2 * np.outer(A @ x - b, x)"),
    Row("squares_x", _SQ, "x", "np.sum((A @ x - b)**2)", "2 * A.T @ (A @ x - b)"),
    Row("trace_A", _SQ, "A", "np.sum(A * A.T)", "2 * A.T"),
    Row("frobenius", _SQ, "A", "np.sum(A**2) / 2", "A + 0 * A.T"),
    Row("tanh_A", _SQ, "A", "np.sum(b * np.tanh(A @ x))", "np.outer(b * (1 - np.tanh(A @ x)**2), x)"),
    Row("exp_x", _V, "x", "np.sum(np.exp(x) * y)", "np.exp(x) * y"),
    Row("tanh_x", _V, "x", "np.sum(np.tanh(x) * y)", "y * (1 - np.tanh(x)**2)"),
    Row("product", _V, "x", "np.sum(x**2 * y)", "2 * x * y"),
    Row("cubes", _V, "x", "np.sum(x**3) + np.sum(x * y)", "3 * x**2 + y"),
    Row("gauss", _V, "x", "np.sum(np.exp(-(x - y)**2))", "-2 * (x - y) * np.exp(-(x - y)**2)"),
    Row("ratio", _V, "x", "np.sum(y / (1 + x**2))", "-2 * x * y / (1 + x**2)**2"),
    Row("square_of_sum", _V, "x", "np.sum(x)**2 + x @ y", "2 * np.sum(x) * np.ones(x.shape) + y"),
    Row("dot", _V, "x", "(x @ y)**2", "2 * (x @ y) * y"),
    Row("logistic", _V, "x", "np.sum(y / (1 + np.exp(-x)))", "y * np.exp(-x) / (1 + np.exp(-x))**2"),
    Row("softmax_x", _V, "x", f"np.sum(y * ({_S}))", f"({_S}) * (y - np.sum(y * ({_S})))"),
    Row("logsumexp", _V, "x", "np.log(np.sum(np.exp(x))) - x @ y", f"{_S} - y"),
    Row("variance", _V, "x", "np.mean((x - np.mean(x))**2) + x @ y", "2 * (x - np.mean(x)) / x.shape[0] + y"),
    Row("silu", _V, "x", "np.sum(x / (1 + np.exp(-x)))", "1 / (1 + np.exp(-x)) + x * np.exp(-x) / (1 + np.exp(-x))**2"),
    Row("sines", _V, "x", "np.sum(np.sin(x) * y)", "np.cos(x) * y"),
    Row("cross_entropy", _CE, "W", f"-np.sum(Y * np.log({_P})) / X.shape[0]", f"X.T @ ({_P} - Y) / X.shape[0]",
        {"Y": "one_hot"}),
]  # fmt: skip

Change = Callable[[ast.expr], Iterator[ast.expr]]


def places(tree: ast.expr, change: Change) -> Iterator[str]:
    """The source with one place changed, for each place and each change there."""
    for node in list(ast.walk(tree)):
        for name, value in ast.iter_fields(node):
            for k, child in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(child, ast.expr) or (isinstance(node, ast.Call) and name == "func"):
                    continue
                for new in change(child):
                    if isinstance(value, list):
                        value[k] = new
                        yield ast.unparse(tree)
                        value[k] = child
                    else:
                        setattr(node, name, new)
                        yield ast.unparse(tree)
                        setattr(node, name, child)


def changed(source: str, change: Change) -> Iterator[str]:
    """All ways in which a change applies to the source."""
    yield from places(ast.parse(source, mode="eval"), change)  # type: ignore[arg-type]


def _binary(*kinds: type) -> Callable[[ast.expr], bool]:
    return lambda e: isinstance(e, ast.BinOp) and isinstance(e.op, kinds)


def _swap_operator(old: type, new: type) -> Change:
    def change(e: ast.expr) -> Iterator[ast.expr]:
        if _binary(old)(e):
            yield ast.BinOp(e.left, new(), e.right)

    return change


def _keep(kind: type, side: str) -> Change:
    def change(e: ast.expr) -> Iterator[ast.expr]:
        if _binary(kind)(e):
            yield getattr(e, side)

    return change


def _is_transpose(e: ast.expr) -> bool:
    return isinstance(e, ast.Attribute) and e.attr == "T"


def _add_transpose(e: ast.expr) -> Iterator[ast.expr]:
    if isinstance(e, ast.Name) and e.id.isupper():
        yield ast.Attribute(e, "T", ast.Load())


def _drop_transpose(e: ast.expr) -> Iterator[ast.expr]:
    if _is_transpose(e):
        yield e.value


def _other_name(e: ast.expr) -> Iterator[ast.expr]:
    near = {"x": "y", "y": "x", "b": "x", "w": "y", "A": "A.T", "X": "Y", "Y": "X", "W": "V", "V": "W"}
    if isinstance(e, ast.Name) and e.id in near:
        yield ast.parse(near[e.id], mode="eval").body


def _function(old: str, new: str | None) -> Change:
    def change(e: ast.expr) -> Iterator[ast.expr]:
        if isinstance(e, ast.Call) and ast.unparse(e.func) == f"np.{old}":
            yield e.args[0] if new is None else ast.parse(f"np.{new}({ast.unparse(e.args[0])})", mode="eval").body

    return change


def _power(by: int) -> Change:
    def change(e: ast.expr) -> Iterator[ast.expr]:
        if _binary(ast.Pow)(e) and isinstance(e.right, ast.Constant):
            yield ast.BinOp(e.left, ast.Pow(), ast.Constant(e.right.value + by))

    return change


def _constant(e: ast.expr) -> Iterator[ast.expr]:
    if isinstance(e, ast.Constant) and isinstance(e.value, int) and e.value > 1:
        yield ast.Constant(e.value + 1)


def _swapped(e: ast.expr) -> Iterator[ast.expr]:
    if _binary(ast.MatMult)(e):
        yield ast.BinOp(e.right, ast.MatMult(), e.left)
    if isinstance(e, ast.Call) and ast.unparse(e.func) == "np.outer":
        yield ast.Call(e.func, e.args[::-1], [])


def _whole(template: str) -> Callable[[str], Iterator[str]]:
    return lambda source: iter([template.format(source)])


def _at_places(change: Change) -> Callable[[str], Iterator[str]]:
    return lambda source: changed(source, change)


MUTATIONS: dict[str, Callable[[str], Iterator[str]]] = {
    "sign": _whole("-({})"),
    "factor": _whole("2 * ({})"),
    "half": _whole("({}) / 2"),
    "transpose": _whole("({}).T"),
    "inner_sign": _at_places(_swap_operator(ast.Add, ast.Sub)),
    "other_sign": _at_places(_swap_operator(ast.Sub, ast.Add)),
    "lost_left_term": _at_places(_keep(ast.Sub, "left")),
    "lost_right_term": _at_places(_keep(ast.Add, "left")),
    "lost_path": _at_places(_keep(ast.Add, "right")),
    "lost_factor": _at_places(_keep(ast.Mult, "left")),
    "lost_activation": _at_places(_keep(ast.Mult, "right")),
    "lost_mean": _at_places(_keep(ast.Div, "left")),
    "hadamard_as_product": _at_places(_swap_operator(ast.Mult, ast.MatMult)),
    "product_as_hadamard": _at_places(_swap_operator(ast.MatMult, ast.Mult)),
    "inner_transpose": _at_places(_add_transpose),
    "lost_transpose": _at_places(_drop_transpose),
    "swapped": _at_places(_swapped),
    "wrong_variable": _at_places(_other_name),
    "lost_function": _at_places(_function("tanh", None)),
    "wrong_function": _at_places(_function("exp", "tanh")),
    "mean_for_sum": _at_places(_function("sum", "mean")),
    "wrong_power": _at_places(_power(1)),
    "constant": _at_places(_constant),
}


def _apply(e: ast.expr, template: str) -> ast.expr:
    return ast.parse(template.format(ast.unparse(e)), mode="eval").body


def _rewrite(kind: type, build: Callable[[str, str], str]) -> Change:
    def change(e: ast.expr) -> Iterator[ast.expr]:
        if _binary(kind)(e):
            yield ast.parse(build(ast.unparse(e.left), ast.unparse(e.right)), mode="eval").body

    return change


def _rewritten(function: str, template: str) -> Change:
    def change(e: ast.expr) -> Iterator[ast.expr]:
        if isinstance(e, ast.Call) and ast.unparse(e.func) == f"np.{function}" and len(e.args) == 1 and not e.keywords:
            yield ast.parse(template.format(ast.unparse(e.args[0])), mode="eval").body

    return change


REWRITINGS: dict[str, Callable[[str], Iterator[str]]] = {
    "double_minus": _whole("-(-({}))"),
    "one_times": _whole("1 * ({})"),
    "double_and_half": _whole("(2 * ({})) / 2"),
    "plus_zero": _whole("({}) + 0"),
    "twice_transposed": _whole("({}).T.T"),
    "third_power": _whole("({0}) * ({0})**2 / ({0})**2"),
    "terms_exchanged": _at_places(_rewrite(ast.Add, lambda a, b: f"({b}) + ({a})")),
    "minus_as_plus": _at_places(_rewrite(ast.Sub, lambda a, b: f"({a}) + (-1) * ({b})")),
    "factors_exchanged": _at_places(_rewrite(ast.Mult, lambda a, b: f"({b}) * ({a})")),
    "transposed_product": _at_places(_rewrite(ast.MatMult, lambda a, b: f"(({b}).T @ ({a}).T).T")),
    "quotient_as_power": _at_places(_rewrite(ast.Div, lambda a, b: f"({a}) * ({b})**(-1.0)")),
    "expanded_square": _at_places(
        lambda e: iter([_apply(e.left, "({0}) * ({0})")]) if _binary(ast.Pow)(e) and ast.unparse(e.right) == "2"
        else iter(())),
    "tanh_by_exp": _at_places(_rewritten("tanh", "(np.exp({0}) - np.exp(-({0}))) / (np.exp({0}) + np.exp(-({0})))")),
    "tanh_by_logistic": _at_places(_rewritten("tanh", "2 / (1 + np.exp(-2 * ({0}))) - 1")),
    "exp_in_halves": _at_places(_rewritten("exp", "np.exp(({0}) / 2)**2")),
    "exp_inverted": _at_places(_rewritten("exp", "1 / np.exp(-({0}))")),
    "sum_as_mean": _at_places(_rewritten("sum", "np.sum(2 * ({0})) / 2")),
}  # fmt: skip
