"""Python files for ``test_verify_python``: as people write them, and as nobody should.

STYLES: name, text, the question as options, verdicts by claim. HOSTILE: name, the body of ``forward``, what the answer
says of it.
"""

LAYER = "--wrt x --shape x=N"

STYLES = [
    ("star", """
from numpy import *
def forward(x):
    return sum(maximum(x, 0) ** 2)
def gradient(x):
    return 2 * maximum(x, 0)
""", LAYER, {"dx": "proved"}),
    ("names of a library, others for them", """
import numpy.linalg as la
from numpy import exp as e, log, sum as total
from scipy.special import expit
def forward(x):
    return total(log(1 + e(x))) + la.norm(x) ** 2
def gradient(x):
    return expit(x) + 2 * x
""", LAYER, {"dx": "proved"}),
    ("constants, defaults, keywords, a lambda", """
import math
import numpy as np
LAM, EPS = 0.5, 1e-3
C = math.sqrt(2 / math.pi)
slope = lambda u, k=1.0: k * u
def penalty(v, *, weight=LAM):
    return weight * np.sum(v ** 2)
def forward(x):
    return penalty(x) + penalty(x, weight=C) + EPS
def gradient(x):
    return slope(x, k=2 * LAM) + slope(k=2 * C, u=x)
""", LAYER, {"dx": "proved"}),
    ("loops over time, enumerate, zip, comprehension, append", """
import numpy as np
def states(x, w):
    hs = [np.zeros(2)]
    for t, row in enumerate(x):
        hs.append(np.tanh(w * row + hs[-1]))
    return hs
def forward(x, w):
    return sum([np.sum(h ** 2) for h in states(x, w)[1:]])
def gradient(x, w):
    hs = states(x, w)
    dw, dh = np.zeros_like(w), 0
    for row, h in zip(reversed(x), reversed(hs)):
        da = (dh + 2 * h) * (1 - h ** 2)
        dw += da * row
        dh = da
    return dw
""", "--wrt w --shape x=3,2 --shape w=2", {"dw": "proved"}),
    ("while, break, slices written in place", """
import numpy as np
def forward(x):
    y, k = x.copy(), 0
    while True:
        if k >= 2:
            break
        y[k] *= 3
        k += 1
    return np.sum(y ** 2)
def gradient(x):
    g = 2 * x
    g[:2] = 18 * x[:2]
    return g
""", "--wrt x --shape x=4", {"dx": "proved"}),
    ("several gradients in a tuple", """
import numpy as np
def forward(x, w, b):
    with np.errstate(all="ignore"):
        return np.mean((x @ w + b) ** 2)
def gradient(x, w, b):
    print(f"shapes {x.shape}")
    e = x @ w + b
    return 2 * x.T @ e / len(x), e.mean()
""", "--wrt w --wrt b --shape x=N,D --shape w=D --shape b=", {"dw": "proved", "db": "refuted"}),
    ("one-hot labels", """
import numpy as np
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
def forward(z, Y):
    return -np.sum(Y * np.log(softmax(z))) / len(z)
def gradient(z, Y):
    return (softmax(z) - Y) / z.shape[0]
""", "--wrt z --shape z=N,K --shape Y=N,K --assume Y=one_hot", {"dz": "proved"}),
    ("a backward pass", """
import numpy as np
def forward(x, W, b):
    return x @ W + b
def gradient(dout, x, W, b):
    return {"dx": dout @ W, "dW": x.T @ dout, "db": dout.sum(0)}
""", "--backward --shape x=N,D --shape W=D,D --shape b=D", {"dx": "refuted", "dW": "proved", "db": "proved"}),
    ("numbers alone", """
import numpy as np
def forward(x):
    return np.sum(np.sort(x) ** 2)
def gradient(x):
    return 2 * x
""", "--wrt x --shape x=4", {"dx": "agrees"}),
]  # fmt: skip

_DEEP = "return " + "(" * 80 + "-" * 80 + "x" + ")" * 80

HOSTILE = [
    ("a module", "import os\nos.system('touch evil')", "the module os is not interpreted"),
    ("a file", "open('evil', 'w').write('x')", "open() is not interpreted"),
    ("classes", "().__class__.__base__.__subclasses__()", "the attribute .__class__ is not interpreted"),
    ("exec", 'exec(\'open("evil", "w")\')', "exec() is not interpreted"),
    ("import", "__import__('os').system('touch evil')", "__import__() is not interpreted"),
    ("getattr", "getattr(np, 'save')('evil', x)", "getattr() is not interpreted"),
    ("np.save", "np.save('evil.npy', x)", "numpy.save is none of the functions"),
    ("np.load", "np.load('evil.npy', allow_pickle=True)", "numpy.load is none of the functions"),
    ("tofile", "x.tofile('evil')", "the attribute .tofile is not interpreted"),
    ("ctypes", "np.ctypeslib.load_library('evil', '.')", "numpy.ctypeslib is none of the functions"),
    ("a function handed over", "np.sum(x, axis=open)", "open() is not interpreted"),
    ("a format", "return '{0.__class__}'.format(x)", "returns a value of type Text"),
    ("an endless loop", "while True:\n    pass", "more than 200000 steps"),
    ("an endless loop of arithmetic", "while True:\n    x = x + 1", "more than 200000 steps"),
    ("a huge range", "for i in range(10**12):\n    pass", "a range of that length"),
    ("a huge array", "np.zeros(10**9)", "an array of 1000000000 entries"),
    ("a huge broadcast", "a = np.arange(9999)\na[:, None] * a", "an array of 99980001 entries"),
    ("a huge product", "a = np.eye(900)\nnp.kron(a, a)", "an array of 656100000000 entries"),
    ("a huge einsum", "a = np.ones(9999)\nnp.einsum('i,j,k->', a, a, a)", "entries"),
    ("a huge repetition", "np.repeat(x, 10**9)", "an array of 4000000000 entries"),
    ("doubling", "for i in range(60):\n    x = np.concatenate([x, x])", "an array of 1048576 entries"),
    ("a type of huge texts", "np.zeros(3, dtype='U1000000000')", "the text 'U1000000000' handed to"),
    ("an exponent", "9**9**9", "a whole number of that length"),
    ("squares", "a = 3\nfor i in range(99):\n    a = a * a", "a whole number of"),
    ("a power of a matrix", "np.linalg.matrix_power(np.eye(2) * 2, 10**9)", "an exponent beyond 512"),
    ("a long text", "'a' * 10**10", "a list or text of that length"),
    ("a long list", "[0] * 10**10", "a list or text of that length"),
    ("nested tuples", "t = (1, 1)\nfor i in range(99):\n    t = (t, t)\nreturn t", "lists of more items"),
    ("a list in itself", "t = [1]\nt.append(t)\nreturn t", "lists of more items"),
    ("recursion", "return forward(x)", "functions that call one another too deep"),
    ("deep nesting", _DEEP, "nested more than 60 deep"),
    ("deeper nesting", "return " + "+".join(["x"] * 30_000), "cannot be parsed"),
    ("a generator", "yield x", "'yield' in a function"),
    ("try", "try:\n    pass\nexcept ValueError:\n    pass", "Try is a kind of statement"),
    ("no Python", "return (x", "is no Python"),
]
