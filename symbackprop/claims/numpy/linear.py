"""NumPy's linear algebra: products, einsum, traces, inverses, determinants."""

from typing import Any

from sympy import Expr, Integer

from symbackprop.claims.numpy.arrays import HEAVY, TABLE, IndexArray, combine, lifted
from symbackprop.claims.numpy.axes import BadShape, axis_index, broadcast, show
from symbackprop.claims.numpy.indexing import row
from symbackprop.claims.numpy.reductions import summed as summed_over
from symbackprop.claims.numpy.trace import NotLifted, size_one
from symbackprop.functions import apply
from symbackprop.indices import Index, fresh, totals
from symbackprop.matrix_terms import Determinant, Inverse
from symbackprop.terms import Delta, Less, LessEqual, Where


def contraction(operands: list[IndexArray], letters: list[str], result: str) -> IndexArray:
    """Einstein's sum: operands with a letter for each axis, the letters that are left."""
    lengths: dict[str, Expr] = {}
    for a, word in zip(operands, letters, strict=True):
        if len(word) != a.ndim:
            raise BadShape(f"{len(word)} letters for an array with {a.ndim} axes")
        for letter, n in zip(word, a.sizes, strict=True):
            if letter in lengths and not size_one(n) and not size_one(lengths[letter]) and lengths[letter] != n:
                raise BadShape(f"axes of lengths {lengths[letter]} and {n} multiplied")
            if letter not in lengths or size_one(lengths[letter]):
                lengths[letter] = n
    shape = tuple(lengths[c] for c in result)
    index: dict[str, Expr] = {c: axis_index(shape, k) for k, c in enumerate(result)}
    summed = []
    for c, n in lengths.items():
        if c not in index:
            i = Integer(0) if size_one(n) else fresh(Index("j", n))
            index[c] = i
            summed += [i] if isinstance(i, Index) else []
    expr: Expr = Integer(1)
    for a, word in zip(operands, letters, strict=True):
        expr *= _placed(a, [index[c] for c in word])
    for i in reversed(summed):
        expr = summed_over(expr, i)
    return IndexArray(expr, shape, HEAVY if summed else 1 + sum(a.weight for a in operands))


def _placed(a: IndexArray, at: list[Expr]) -> Expr:
    rule = {}
    for k, target in enumerate(at):
        i = axis_index(a.sizes, k)
        if isinstance(i, Index) and i != target:
            rule[i] = target
    return a.expr.xreplace(rule) if rule else a.expr


@row("einsum")
def einsum(subscripts: str, *operands: Any, **_: Any) -> IndexArray:
    text = subscripts.replace(" ", "")
    if "..." in text:
        raise NotLifted("einsum with an ellipsis")
    left, arrow, result = text.partition("->")
    words = left.split(",")
    if not arrow:
        result = "".join(sorted(c for c in set(left) - {","} if left.count(c) == 1))
    arrays = [lifted(x) for x in operands]
    if len(words) != len(arrays):
        raise BadShape(f"einsum {subscripts!r} with {len(arrays)} operands")
    return contraction(arrays, words, result)


@row("matmul")
def matmul(a: Any, b: Any) -> IndexArray:
    a, b = lifted(a), lifted(b)
    if not a.ndim or not b.ndim:
        raise BadShape("@ with a number")
    if a.ndim == 1 or b.ndim == 1:
        left = "abcdefgh"[: a.ndim - 1] + "z"
        right = ("ABCDEFGH"[: b.ndim - 2] + "z" + "Y") if b.ndim > 1 else "z"
        if a.ndim > 2 and b.ndim > 2:
            raise BadShape("@ of a stack and a vector")
        return _checked(a, b, left, right, (left + right).replace("z", ""))
    stack = max(a.ndim, b.ndim) - 2
    letters = "abcdefgh"[:stack]
    left = letters[stack - (a.ndim - 2) :] + "yz"
    right = letters[stack - (b.ndim - 2) :] + "zx"
    return _checked(a, b, left, right, letters + "yx")


def _checked(a: IndexArray, b: IndexArray, left: str, right: str, result: str) -> IndexArray:
    m, n = a.sizes[left.index("z")], b.sizes[right.index("z")]
    if m != n:
        raise BadShape(f"matmul of shapes {show(a.sizes)} and {show(b.sizes)}: {m} is not {n}")
    return contraction([a, b], [left, right], result)


@row("dot")
def dot(a: Any, b: Any, out: Any = None) -> IndexArray:
    a, b = lifted(a), lifted(b)
    if not a.ndim or not b.ndim:
        return a * b
    if b.ndim > 2:
        right = "ABCDEFGH"[: b.ndim - 2] + "zY"
        left = "abcdefgh"[: a.ndim - 1] + "z"
        return _checked(a, b, left, right, (left + right).replace("z", ""))
    left = "abcdefgh"[: a.ndim - 1] + "z"
    right = "zx" if b.ndim == 2 else "z"
    return _checked(a, b, left, right, (left + right).replace("z", ""))


@row("inner")
def inner(a: Any, b: Any) -> IndexArray:
    a, b = lifted(a), lifted(b)
    if not a.ndim or not b.ndim:
        return a * b
    left, right = "abcdefgh"[: a.ndim - 1] + "z", "ABCDEFGH"[: b.ndim - 1] + "z"
    return _checked(a, b, left, right, (left + right).replace("z", ""))


@row("vdot")
def vdot(a: Any, b: Any) -> IndexArray:
    a, b = lifted(a), lifted(b)
    if a.sizes != b.sizes:
        raise NotLifted("vdot of arrays of different shapes")
    return TABLE["sum"](a * b)


@row("outer")
def outer(a: Any, b: Any, out: Any = None) -> IndexArray:
    a, b = TABLE["ravel"](lifted(a)), TABLE["ravel"](lifted(b))
    return contraction([a, b], ["a", "b"], "ab")


TABLE["multiply.outer"] = outer


@row("tensordot")
def tensordot(a: Any, b: Any, axes: Any = 2) -> IndexArray:
    a, b = lifted(a), lifted(b)
    if isinstance(axes, int):
        axes = (list(range(a.ndim - axes, a.ndim)), list(range(axes)))
    first, second = ([x] if isinstance(x, int) else list(x) for x in axes)
    left = list("abcdefgh"[: a.ndim])
    right = list("ABCDEFGH"[: b.ndim])
    for k, m in zip(first, second, strict=True):
        if a.sizes[k] != b.sizes[m]:
            raise BadShape(f"tensordot over axes of lengths {a.sizes[k]} and {b.sizes[m]}")
        right[m] = left[k]
    shared = set(left) & set(right)
    result = "".join(c for c in left + right if c not in shared)
    return contraction([a, b], ["".join(left), "".join(right)], result)


@row("trace")
def trace(a: Any, offset: int = 0, **_: Any) -> IndexArray:
    array = _matrix(a)
    if offset:
        raise NotLifted("a trace off the diagonal")
    return contraction([array], ["aa"], "")


@row("diagonal")
def diagonal(a: Any, offset: int = 0, **_: Any) -> IndexArray:
    if offset:
        raise NotLifted("a diagonal beside the main one")
    return contraction([_matrix(a)], ["aa"], "a")


@row("diag")
def diag(v: Any, k: int = 0) -> IndexArray:
    array = lifted(v)
    if k:
        raise NotLifted("a diagonal beside the main one")
    return diagonal(array) if array.ndim == 2 else diagflat(array)


@row("diagflat")
def diagflat(v: Any, k: int = 0) -> IndexArray:
    array = TABLE["ravel"](lifted(v))
    shape = (array.sizes[0], array.sizes[0])
    delta = Delta(axis_index(shape, 0), axis_index(shape, 1))
    return IndexArray(delta * array.expr, shape, array.weight + 1)


def _matrix(a: Any) -> IndexArray:
    array = lifted(a)
    if array.ndim != 2 or array.sizes[0] != array.sizes[1]:
        raise BadShape(f"a square matrix is wanted, not shape {show(array.sizes)}")
    return array


def _square(a: Any) -> tuple[IndexArray, Index, Index]:
    array = _matrix(a)
    i, j = axis_index(array.sizes, 0), axis_index(array.sizes, 1)
    if not isinstance(i, Index) or not isinstance(j, Index):
        raise NotLifted("a 1 by 1 matrix")
    return array, i, j


@row("linalg.inv")
def inv(a: Any) -> IndexArray:
    if all(size_one(n) for n in lifted(a).sizes):
        return 1 / lifted(a)
    array, i, j = _square(a)
    row_, column = fresh(i), fresh(j)
    body = array.expr.xreplace({i: row_, j: column})
    return IndexArray(Inverse(body, row_, column, i, j), array.sizes, array.weight + 4)


@row("linalg.det")
def det(a: Any) -> IndexArray:
    if all(size_one(n) for n in lifted(a).sizes):
        return TABLE["reshape"](lifted(a), ())
    array, i, j = _square(a)
    return IndexArray(Determinant(array.expr, i, j), (), array.weight + 4)


TABLE["linalg.pinv"] = inv


@row("linalg.slogdet")
def slogdet(a: Any) -> tuple[IndexArray, IndexArray]:
    value = det(a)
    logarithm = combine(lambda x: apply("log", apply("abs", x)), value)
    return TABLE["sign"](value), logarithm


@row("linalg.solve")
def solve(a: Any, b: Any) -> IndexArray:
    return matmul(inv(a), b)


@row("linalg.matrix_power")
def matrix_power(a: Any, n: int) -> IndexArray:
    array = inv(a) if n < 0 else lifted(a)
    result = array if n else TABLE["eye"](array.sizes[0])
    for _ in range(abs(n) - 1):
        result = matmul(result, array)
    return result


@row("kron")
def kron(a: Any, b: Any) -> IndexArray:
    raise NotLifted("np.kron")


@row("cross")
def cross(a: Any, b: Any, **_: Any) -> IndexArray:
    a, b = lifted(a), lifted(b)
    shape = broadcast(a.sizes, b.sizes)
    if a.sizes[-1] != 3 or b.sizes[-1] != 3:
        raise BadShape("a cross product of vectors that do not have three entries")
    parts = [a[..., m] * b[..., n] - a[..., n] * b[..., m] for m, n in ((1, 2), (2, 0), (0, 1))]
    del shape
    return TABLE["stack"](parts, axis=-1)


@row("convolve")
def convolve(a: Any, v: Any, mode: str = "full") -> IndexArray:
    a, v = lifted(a), lifted(v)
    if a.ndim != 1 or v.ndim != 1:
        raise BadShape("a convolution of what is no vector")
    n, k = a.sizes[0], v.sizes[0]
    whole = n + k - 1
    length, shift = {"full": (whole, Integer(0)), "valid": (n - k + 1, k - 1)}.get(mode, (None, None))
    if length is None or (mode == "valid" and (n - k).is_negative):
        raise NotLifted(f"convolution of mode {mode!r}")
    at = axis_index((length,), 0)
    j = axis_index(v.sizes, 0)
    tap = fresh(j) if isinstance(j, Index) else j
    slot = at + shift - tap
    taken = _at(a, slot)
    weighed = v.expr.xreplace({j: tap}) if isinstance(j, Index) else v.expr
    return IndexArray(totals(taken * weighed, *([tap] if isinstance(tap, Index) else [])), (length,), 6 + a.weight)


def _at(a: IndexArray, slot: Expr) -> Expr:
    """A vector's entry at a position, zero outside."""
    i = axis_index(a.sizes, 0)
    inside = LessEqual(0, slot) * Less(slot, a.sizes[0])
    return Where(inside, a.expr.xreplace({i: slot}) if isinstance(i, Index) else a.expr, 0)


@row("correlate")
def correlate(a: Any, v: Any, mode: str = "valid") -> IndexArray:
    return convolve(a, TABLE["flip"](lifted(v)), mode)
