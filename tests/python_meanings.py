"""Functions of which the interpreter must return what Python returns: scopes, aliases, order, loops."""

MEANINGS = [
    """
import numpy as np
def f(x):
    fs = []
    for k in range(3):
        fs.append(lambda y: y * k)
    return [g(2) for g in fs]
""",
    """
import numpy as np
def f(x):
    y = x
    y += 1
    return x.sum(), y.sum()
""",
    """
K = 3
def g(a, b=K, *c, d=4, **e):
    return a, b, c, d, e["z"] if "z" in e else 0
K = 5
def f(x):
    return g(1), g(1, 2, 3, 4, d=7, z=8), K
""",
    """
import numpy as np
def f(x):
    def inner(a):
        return a + n
    n = 5
    return inner(1)
""",
    """
import numpy as np
def f(x):
    total = 0
    for i in range(10):
        if i % 2: continue
        if i > 6: break
        total += i
    else:
        total = -1
    for i in range(2): pass
    else: total += 100
    return total, i
""",
    """
import numpy as np
def f(x):
    a, (b, c) = 1, (2, 3)
    a, b = b, a
    x[0], x[1] = x[1], x[0]
    return a, b, c, x
""",
    """
import numpy as np
def f(x):
    x = [x for x in [1, 2, 3]]
    return x, [(i, j) for i in range(3) for j in range(i) if i + j > 1], {k: v for k, v in zip("ab", range(2))}
""",
    """
import numpy as np
def f(x):
    l = [1, 2, 3]
    m = l
    m += [4]
    l = l + [5]
    return l, m, l[-1], l[1:3], m.pop(), m
""",
    """
import numpy as np
def f(x):
    return 1 < 2 < 3, 1 < 3 < 2, not 0, 0 or 5, 1 and 2, None is None, 3 in [1, 3], 7 // 2, -7 // 2, (
        -7 % 3, 2 ** -1, -2 ** 2)
""",
    """
import numpy as np
def f(x):
    v = x[:, None] * x[None, :]
    v[1] += 3
    w = v[0]
    w *= 2
    np.add.at(v, (np.array([0, 0]), np.array([1, 1])), 1.0)
    return v, v.T[::-1], v[..., 0], v[v > 1], np.maximum.reduce(v), v.max(axis=0, keepdims=True)
""",
    """
import numpy as np
def f(x):
    return np.where(x > 0.5, x, -x), np.einsum("i,j->ij", x, x), (
        np.stack([x, x]).reshape(-1)), np.array([[1, 2], [3, 4]]) @ np.ones(2), (
        np.eye(3, dtype=int), x.astype(int), np.arange(3)[::-1], np.zeros((2, 3), dtype=float),
        np.zeros_like(x, dtype=bool))
""",
    """
import numpy as np
def f(x):
    y = x.copy()
    def change():
        y[0] = 9
    change()
    return y
""",
    """
import numpy as np
def f(x):
    i = 0
    while i < 5:
        i += 1
        if i == 3: break
    else:
        i = 99
    del x
    return i
""",
    """
import numpy as np
def f(x, s=sum):
    sum = 3
    return sum, s([1, 2])
""",
    """
len = 5
def f(x):
    return len
""",
    """
import numpy as np
def f(x):
    for x[0] in [5.0, 6.0]: pass
    return x
""",
    """
import numpy as np
def f(x):
    a = [[0] * 2] * 2
    a[0][0] = 1
    return a
""",
    """
import numpy as np
def f(x): return x
def f(x): return 2 * x
""",
    """
import math as m
from math import pi as PI, exp
def f(x):
    return m.sqrt(2), PI, exp(1.0), m.inf, m.pi
""",
    """
import numpy as np
def f(x):
    d = {"a": 1}
    d["b"] = 2
    d["a"] += 5
    return d, d.get("c", 9), list(d.values()), len(d)
""",
    """
import numpy as np
def f(x):
    return max(3, 1), min([4, 2]), abs(-3), round(2.567, 1), sum([1, 2], 10), int(3.9), bool(0), (
        list(reversed([1, 2])), tuple([1]))
""",
]
