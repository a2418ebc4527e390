"""Ways to spoil a claim, and ways to write it otherwise, as changes of the NumPy text that claims are set from.

What is common to all notations stands in ``tests.mutants``; here is what sums, indices, layers and derivative symbols
add. A rewriting is a change of the text, or a habit of the writer (a ``Style``).
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import partial

from tests.latex_rendering import Style
from tests.latex_rows import Derivation
from tests.latex_truth import points
from tests.mutants import MUTATIONS, REWRITINGS, changed

Change = Callable[[Derivation, str], Iterator[str]]

_COMMON = (
    "sign", "factor", "transpose", "inner_sign", "other_sign", "lost_left_term", "lost_right_term", "lost_path",
    "lost_factor", "lost_activation", "lost_mean", "hadamard_as_product", "product_as_hadamard", "inner_transpose",
    "lost_transpose", "swapped", "lost_function", "mean_for_sum", "wrong_power", "constant",
)  # fmt: skip


def _plain(change: Callable[[str], Iterator[str]]) -> Change:
    return lambda row, source: change(source)


def _each(change: Callable[[ast.expr], Iterator[ast.expr]]) -> Change:
    return lambda row, source: changed(source, change)


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _indices(e: ast.Subscript) -> list[ast.expr]:
    return list(e.slice.elts) if isinstance(e.slice, ast.Tuple) else [e.slice]


def _is_entry(e: ast.expr) -> bool:
    return isinstance(e, ast.Subscript) and isinstance(e.value, ast.Name)


def _with_indices(e: ast.Subscript, indices: list[ast.expr]) -> ast.expr:
    return _parsed(f"{ast.unparse(e.value)}[{','.join(ast.unparse(i) for i in indices)}]")


def _swapped_indices(e: ast.expr) -> Iterator[ast.expr]:
    if _is_entry(e) and len(_indices(e)) == 2:
        yield _with_indices(e, _indices(e)[::-1])


def _wrong_index(row: Derivation, source: str) -> Iterator[str]:
    used = sorted({ast.unparse(i) for e in ast.walk(_parsed(source)) if _is_entry(e) for i in _indices(e)})

    def change(e: ast.expr) -> Iterator[ast.expr]:
        for k, index in enumerate(_indices(e) if _is_entry(e) else []):
            for other in used:
                if other != ast.unparse(index):
                    yield _with_indices(e, [*_indices(e)[:k], _parsed(other), *_indices(e)[k + 1 :]])

    return changed(source, change)


def _is_sum(e: ast.expr) -> bool:
    return isinstance(e, ast.Call) and ast.unparse(e.func) == "sum" and isinstance(e.args[0], ast.GeneratorExp)


def _lost_sum(e: ast.expr) -> Iterator[ast.expr]:
    if _is_sum(e):
        yield e.args[0].elt


def _lost_delta(e: ast.expr) -> Iterator[ast.expr]:
    if isinstance(e, ast.Compare):
        yield ast.Constant(1)


def _extra_mean(row: Derivation, source: str) -> Iterator[str]:
    sizes = sorted({s for shape in row.shapes.values() for s in shape})
    yield from (f"({source}) / {s}" for s in sizes if len(s) == 1)


def _other(row: Derivation, source: str, wanted: Callable[[str, str], bool]) -> Iterator[str]:
    """A name replaced by another of the same shape."""
    values = points(row.name)[0].names
    tensors = [k for k in values if k != "C" and (k in row.shapes or k in points(row.name)[0].values or k[0] == "d")]
    shapes = {k: getattr(values[k], "shape", ()) for k in tensors if not callable(values[k])}

    def change(e: ast.expr) -> Iterator[ast.expr]:
        if isinstance(e, ast.Name) and e.id in shapes:
            for k in sorted(shapes):
                if k != e.id and shapes[k] == shapes[e.id] and wanted(e.id, k):
                    yield ast.Name(k, ast.Load())

    return changed(source, change)


def _is_other_layer(old: str, new: str) -> bool:
    return old[:-1] == new[:-1] and old[-1].isdigit() and new[-1].isdigit()


def _is_other_derivative(old: str, new: str) -> bool:
    return old[0] == new[0] == "d" and len(old) > 1 < len(new) and not _is_other_layer(old, new)


SPOILINGS: dict[str, Change] = {
    **{name: _plain(MUTATIONS[name]) for name in _COMMON},
    "swapped_indices": _each(_swapped_indices),
    "wrong_index": _wrong_index,
    "lost_sum": _each(_lost_sum),
    "lost_delta": _each(_lost_delta),
    "extra_mean": _extra_mean,
    "wrong_layer": partial(_other, wanted=_is_other_layer),
    "wrong_derivative": partial(_other, wanted=_is_other_derivative),
    "wrong_variable": partial(_other, wanted=lambda a, b: not a.startswith("d") and not b.startswith("d")),
}


def _terms_apart(e: ast.expr) -> Iterator[ast.expr]:
    """A sum, or a quotient, of a sum of terms, term by term."""
    if _is_sum(e) and isinstance(e.args[0].elt, ast.BinOp) and isinstance(e.args[0].elt.op, ast.Add | ast.Sub):
        body, over = e.args[0].elt, ast.unparse(e.args[0].generators[0])
        parts = [f"sum({ast.unparse(p)}{over})" for p in (body.left, body.right)]
        yield ast.BinOp(_parsed(parts[0]), body.op, _parsed(parts[1]))
    if isinstance(e, ast.BinOp) and isinstance(e.op, ast.Div) and isinstance(e.left, ast.BinOp):
        if isinstance(e.left.op, ast.Add | ast.Sub):
            left, right = (ast.BinOp(p, ast.Div(), e.right) for p in (e.left.left, e.left.right))
            yield ast.BinOp(left, e.left.op, right)


def _share_inside(e: ast.expr) -> Iterator[ast.expr]:
    """(a b)/n as a (b/n), and the sum of a over n as the sum of a/n."""
    if isinstance(e, ast.BinOp) and isinstance(e.op, ast.Div):
        inner = e.left
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult | ast.MatMult):
            yield ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, ast.Div(), e.right))
        if _is_sum(inner):
            over = ast.unparse(inner.args[0].generators[0])
            yield _parsed(f"sum(({ast.unparse(inner.args[0].elt)}) / {ast.unparse(e.right)}{over})")


def _renamed(row: Derivation, source: str) -> Iterator[str]:
    """All sums' indices by other letters."""
    found = re.findall(r"for (\w) in", source)
    free = iter("rsuv")
    for old, new in zip(dict.fromkeys(found), free, strict=False):
        source = re.sub(rf"\b{old}\b(?!\()", new, source)
    if found:
        yield source


def _factor_into_sum(e: ast.expr) -> Iterator[ast.expr]:
    if isinstance(e, ast.BinOp) and isinstance(e.op, ast.Mult) and _is_sum(e.right):
        inner = e.right.args[0]
        bound = ast.unparse(inner.generators[0].target)
        if bound not in {n.id for n in ast.walk(e.left) if isinstance(n, ast.Name)}:
            over = ast.unparse(inner.generators[0])
            yield _parsed(f"sum({ast.unparse(e.left)} * ({ast.unparse(inner.elt)}){over})")


def _inserted(row: Derivation, source: str, table: dict[str, str], head: str) -> Iterator[str]:
    """Names replaced by what the table says of them."""

    def change(e: ast.expr) -> Iterator[ast.expr]:
        name = e.value if _is_entry(e) else e
        if not isinstance(name, ast.Name) or not name.id.startswith(head):
            return
        for key, value in table.items():
            if key == name.id.removeprefix(head) and not _is_entry(e):
                yield _parsed(value)
            elif _is_entry(e) and key.startswith(name.id.removeprefix(head) + "[") and " " not in key:
                yield from _at_indices(key, value, e)

    return changed(source, change)


def _at_indices(key: str, value: str, e: ast.Subscript) -> Iterator[ast.expr]:
    formal, actual = re.findall(r"\w", key[key.index("[") :]), [ast.unparse(i) for i in _indices(e)]
    if set(re.findall(r"for (\w) in", value)) & set(actual):
        return
    for k, old in enumerate(formal):
        value = re.sub(rf"\b{old}\b(?!\[|\()", f"#{k}#", value)
    for k, new in enumerate(actual):
        value = value.replace(f"#{k}#", new)
    yield _parsed(value)


def _named_put_in(row: Derivation, source: str) -> Iterator[str]:
    return _inserted(row, source, row.forward, "")


def _chain_written_out(row: Derivation, source: str) -> Iterator[str]:
    return _inserted(row, source, row.claims, "d")


def _slope_written_out(e: ast.expr) -> Iterator[ast.expr]:
    if isinstance(e, ast.Call) and ast.unparse(e.func) == "dsigma":
        of = ast.unparse(e.args[0])
        yield _parsed(f"sigma({of}) * (1 - sigma({of}))")


_SAME = (
    "double_minus", "double_and_half", "plus_zero", "terms_exchanged", "minus_as_plus", "factors_exchanged",
    "transposed_product", "expanded_square",
)  # fmt: skip

REWRITINGS_IN_LATEX: dict[str, Change] = {
    **{name: _plain(REWRITINGS[name]) for name in _SAME},
    "terms_apart": _each(_terms_apart),
    "share_inside": _each(_share_inside),
    "indices_renamed": _renamed,
    "factor_into_sum": _each(_factor_into_sum),
    "named_put_in": _named_put_in,
    "chain_written_out": _chain_written_out,
    "slope_written_out": _each(_slope_written_out),
}

HABITS: dict[str, Style] = {
    "dots": Style(product=r" \cdot "),
    "circles": Style(hadamard=r"\circ"),
    "stars": Style(hadamard="*"),
    "plain_t": Style(transposed="^T"),
    "sans_t": Style(transposed=r"^{\mathsf T}"),
    "slashes": Style(slash=True),
    "shares_before": Style(share=True),
    "grown_brackets": Style(brackets=(r"\left( ", r" \right)")),
    "square_brackets": Style(brackets=(r"\bigl[ ", r" \bigr]")),
    "bounds": Style(bounds=True),
    "diagonal_matrices": Style(diagonal=True),
    "inner_products": Style(inner=True),
    "one_line": Style(derivative=r"\partial ABOVE / \partial BELOW"),
    "nablas": Style(derivative=r"(\nabla_{BELOW} ABOVE)"),
    "bars": Style(derivative=r"\bar BELOW"),
    "macros": Style(derivative=r"\pd{ABOVE}{BELOW}", preamble=r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}"),
    "thin_spaces": Style(spacing=r" \, "),
}
