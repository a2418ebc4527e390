"""What a tree of ``symbackprop.matrix`` is worth, by NumPy: the meaning that its printed form has."""

from functools import singledispatch

import numpy as np

from symbackprop import matrix as m

FUNCTIONS = {
    "exp": np.exp, "log": np.log, "tanh": np.tanh, "sin": np.sin, "cos": np.cos, "sqrt": np.sqrt, "abs": np.abs,
    "sign": np.sign, "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "relu": lambda x: np.maximum(x, 0),
    "step": lambda x: (x > 0).astype(float), "softplus": lambda x: np.logaddexp(x, 0), "max": np.maximum,
    "min": np.minimum, "<": np.less, ">": np.greater, r"\le": np.less_equal, r"\ge": np.greater_equal,
    r"\ne": np.not_equal, "=": np.equal,
}  # fmt: skip


@singledispatch
def value(tree, arrays, sizes):
    raise AssertionError(f"no value for {type(tree).__name__}")


def _number(expr, sizes):
    return expr.xreplace(sizes)


@value.register
def _(tree: m.Named, arrays, sizes):
    a = np.asarray(arrays[tree.tensor], dtype=float)
    return a.reshape(a.shape + (1,) * (2 - a.ndim))


@value.register
def _(tree: m.Number, arrays, sizes):
    return np.array([[float(_number(tree.expr, sizes))]])


@value.register
def _(tree: m.Ones, arrays, sizes):
    return np.ones((int(_number(tree.size, sizes)), 1))


@value.register
def _(tree: m.Identity, arrays, sizes):
    return np.eye(int(_number(tree.size, sizes)))


@value.register
def _(tree: m.OneHot, arrays, sizes):
    return np.eye(int(_number(tree.classes, sizes)))[np.asarray(arrays[tree.labels], dtype=int)]


@value.register
def _(tree: m.Transpose, arrays, sizes):
    return value(tree.of, arrays, sizes).T


@value.register
def _(tree: m.Diagonal, arrays, sizes):
    column = value(tree.of, arrays, sizes)
    assert column.shape[1] == 1
    return np.diag(1 / column[:, 0] if tree.inverse else column[:, 0])


@value.register
def _(tree: m.MatMul, arrays, sizes):
    product = value(tree.factors[0], arrays, sizes)
    for factor in tree.factors[1:]:
        factor = value(factor, arrays, sizes)
        scalar = product.shape == (1, 1) or factor.shape == (1, 1)
        product = product * factor if scalar else product @ factor
    return product


@value.register
def _(tree: m.Hadamard, arrays, sizes):
    factors = [value(f, arrays, sizes) for f in tree.factors]
    assert len({f.shape for f in factors} - {(1, 1)}) <= 1, "an entrywise product of unlike shapes"
    return np.prod(np.broadcast_arrays(*factors), axis=0)


@value.register
def _(tree: m.Quotient, arrays, sizes):
    return value(tree.above, arrays, sizes) / value(tree.below, arrays, sizes)


@value.register
def _(tree: m.Scaled, arrays, sizes):
    result = np.array([[float(tree.sign)]])
    for part, invert in ((tree.above, False), (tree.below, True)):
        if part is not None:
            factor = value(part, arrays, sizes)
            assert factor.shape == (1, 1)
            result = result / factor if invert else result * factor
    return result if tree.of is None else result * value(tree.of, arrays, sizes)


@value.register
def _(tree: m.Added, arrays, sizes):
    terms = [value(t, arrays, sizes) for t in tree.terms]
    assert len({t.shape for t in terms} - {(1, 1)}) <= 1, "a sum of unlike shapes"
    return sum(terms[1:], terms[0])


@value.register
def _(tree: m.Power, arrays, sizes):
    return value(tree.of, arrays, sizes) ** float(tree.exponent)


@value.register
def _(tree: m.Applied, arrays, sizes):
    return np.asarray(FUNCTIONS[tree.function](*(value(t, arrays, sizes) for t in tree.of)), dtype=float)


@value.register
def _(tree: m.SquaredNorm, arrays, sizes):
    return np.sum(value(tree.of, arrays, sizes) ** 2).reshape(1, 1)
