"""Small changes to one operation of a person's code, each with the name of the mistake that it mends.

A change takes the operation and its operands and does something else instead: another sign, one operand alone, the
other order, another axis. Which of them mends a wrong gradient is found by trying; ``mending`` does that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from operator import mul
from typing import Any

from symbackprop.claims.numpy.arrays import TABLE, IndexArray, lifted
from symbackprop.claims.numpy.trace import Site

Do = Callable[..., Any]  # (operation, *operands, **options) -> array


@dataclass(frozen=True)
class Change:
    """``places``: which operations; ``do``: what is done instead."""

    diagnosis: str
    places: frozenset[int]
    do: Do


def _at(diagnosis: str, k: int, do: Do) -> Change:
    return Change(diagnosis, frozenset({k}), do)


def _table(name: str, *order: int) -> Do:
    """Another operation, on the operands in another order."""
    return lambda f, *args, **kw: TABLE[name](*([args[k] for k in order] if order else args))


def _operand(k: int) -> Do:
    return lambda f, *args, **kw: lifted(args[k])


def _then(change: Callable[[Any], Any]) -> Do:
    return lambda f, *args, **kw: change(f(*args, **kw))


def _transposed(k: int) -> Do:
    return lambda f, *args, **kw: f(*(TABLE["transpose"](a) if m == k else a for m, a in enumerate(args)), **kw)


_COMPARISONS = ("greater", "less", "greater_equal", "less_equal")

# What may be done instead of an operation, by its name, the most frequent mistakes first.
INSTEAD: dict[str, list[tuple[str, Do]]] = {
    "add": [
        ("sign", _table("subtract")), ("sign", _table("subtract", 1, 0)),
    ],
    "subtract": [
        ("sign", _table("add")), ("sign", _table("subtract", 1, 0)),
    ],
    "multiply": [
        ("product_as_hadamard", _table("matmul")), ("product_as_hadamard", _table("matmul", 1, 0)),
        ("other", _table("divide")),
    ],
    "matmul": [
        ("hadamard_as_product", _table("multiply")), ("order", _table("matmul", 1, 0)),
        ("transpose", _transposed(0)), ("transpose", _transposed(1)), ("other", _operand(0)), ("other", _operand(1)),
    ],
    "divide": [("factor", _operand(0)), ("factor", _table("multiply")), ("swapped", _table("divide", 1, 0))],
    "negative": [("sign", _operand(0))],
    "transpose": [("transpose", _operand(0))],
    "outer": [("order", _table("outer", 1, 0))],
    "power": [("missing_term", _then(lambda y: 1 - y)), ("factor", _operand(0))],
    "sum": [("missing_mean", _table("mean"))],
    "mean": [("factor", _table("sum"))],
    "sin": [("wrong_function", _table("cos"))],
    "cos": [("wrong_function", _table("sin"))],
    "tanh": [("wrong_function", _table("expit"))],
    "exp": [("wrong_function", _operand(0))],
    **{c: [("wrong_branch", _table(d)) for d in _COMPARISONS if d != c] for c in _COMPARISONS},
}  # fmt: skip
INSTEAD["dot"] = INSTEAD["matmul"]
_PRODUCTS = ("matmul", "dot", "outer", "linalg.solve", "linalg.inv")
_MOST_MATRICES = 6
_ONE_OPERAND = {"add": "extra_term", "subtract": "extra_term", "multiply": "extra_activation_derivative"}


def changes(sites: Sequence[Site], spare: Sequence[IndexArray], slopes: Sequence[IndexArray]) -> Iterator[Change]:
    """Changes to try, the likeliest first. ``spare``: values that may have been meant; ``slopes``: derivatives of the
    activations of the forward pass."""
    for k, site in enumerate(sites):
        for diagnosis, do in INSTEAD.get(site.name, ()):
            yield _at(diagnosis, k, do)
        if site.name in ("sum", "mean", "cumsum"):
            yield from _other_axes(k, site)
        if site.name in ("matmul", "dot"):
            yield from _regrouped(k, sites)
            yield from _reordered(k, sites)
    yield from _transposed_throughout(sites)
    for k, site in enumerate(sites):
        if isinstance(site.result, IndexArray) and site.name in ("matmul", "dot", "multiply", "subtract"):
            for slope in slopes:
                if slope.sizes == site.result.sizes:
                    yield _at("missing_activation_derivative", k, _then(partial(mul, slope)))
    for k, site in enumerate(sites):
        yield from _other_operands(k, site, spare)
    for k, site in enumerate(sites):
        if site.name in _ONE_OPERAND:
            yield from (_at(_ONE_OPERAND[site.name], k, _operand(m)) for m in range(2))
    for k, site in enumerate(sites):
        yield from _factors(k, site, spare)


def _other_axes(k: int, site: Site) -> Iterator[Change]:
    array = site.args[0]
    used = site.kwargs.get("axis", site.args[1] if len(site.args) > 1 else None)
    for axis in range(array.ndim if isinstance(array, IndexArray) else 0):
        if axis != used:
            yield _at("wrong_index", k, _with_options({**site.kwargs, "axis": axis}))


def _with_options(options: dict[str, Any]) -> Do:
    return lambda f, a, *_, **__: f(a, **options)


def _transposed_throughout(sites: Sequence[Site]) -> Iterator[Change]:
    """A matrix transposed wherever it is multiplied, and two of them."""
    uses: dict[Any, set[int]] = {}
    for k, site in enumerate(sites):
        for a in site.args if site.name in _PRODUCTS else ():
            if isinstance(a, IndexArray) and a.ndim == 2 and a.sizes[0] == a.sizes[1]:
                uses.setdefault(a.expr, set()).add(k)
    for count in (1, 2):
        for chosen in combinations(list(uses)[:_MOST_MATRICES], count):
            places = frozenset().union(*(uses[x] for x in chosen))
            if len(places) > 1 or count > 1:
                yield Change("transpose", places, partial(_transposing, chosen))


def _transposing(chosen: Sequence[Any], f: Do, *args: Any, **kw: Any) -> Any:
    return f(*(TABLE["transpose"](a) if isinstance(a, IndexArray) and a.expr in chosen else a for a in args), **kw)


def _factors_of(k: int, sites: Sequence[Site]) -> list[Any]:
    """The factors of a chain of products that ends at a place."""
    factors = [sites[k].args[0]]
    while True:
        first = factors[0]
        made = next((s for s in sites[:k] if s.result is first and s.name == "matmul"), None)
        if made is None:
            return factors
        factors[:1] = made.args


def _reordered(k: int, sites: Sequence[Site]) -> Iterator[Change]:
    """A chain of products with two neighbours swapped."""
    factors = _factors_of(k, sites)
    for m in range(len(factors)):

        def swap(f: Do, a: Any, d: Any, m: int = m) -> Any:
            whole = [*factors, d]
            whole[m : m + 2] = whole[m + 1], whole[m]
            return _chain(whole)

        if len(factors) > 1:
            yield _at("order", k, swap)


def _regrouped(k: int, sites: Sequence[Site]) -> Iterator[Change]:
    """``A @ B @ D`` where ``A @ (B * D)`` was meant: the factors of a chain of products grouped anew."""
    factors = _factors_of(k, sites)
    for m in range(1, len(factors)):
        left, right = factors[:m], factors[m:]

        def regroup(f: Do, a: Any, d: Any, left: Any = left, right: Any = right) -> Any:
            return _chain([*left, TABLE["multiply"](_chain(right), d)])

        yield _at("hadamard_as_product", k, regroup)


def _chain(factors: Sequence[Any]) -> Any:
    result = factors[0]
    for f in factors[1:]:
        result = TABLE["matmul"](result, f)
    return result


def _other_operands(k: int, site: Site, spare: Sequence[IndexArray]) -> Iterator[Change]:
    for m, operand in enumerate(site.args):
        if not isinstance(operand, IndexArray) or not operand.expr.free_symbols:
            continue
        for other in spare:
            if other.sizes == operand.sizes and other.expr != operand.expr:
                yield _at("wrong_variable", k, _replaced(m, other))


def _replaced(m: int, other: IndexArray) -> Do:
    return lambda f, *args, **kw: f(*(other.copy() if n == m else a for n, a in enumerate(args)), **kw)


def _factors(k: int, site: Site, spare: Sequence[IndexArray]) -> Iterator[Change]:
    """An operand that should have been multiplied by an input."""
    for m, operand in enumerate(site.args):
        sizes = operand.sizes if isinstance(operand, IndexArray) else site.result.sizes
        if site.name in ("add", "subtract", "multiply", "divide", "matmul", "dot"):
            for other in spare:
                if other.ndim and other.sizes == sizes[len(sizes) - other.ndim :]:
                    yield _at("factor", k, _scaled(m, other))


def _scaled(m: int, other: IndexArray) -> Do:
    return lambda f, *args, **kw: f(*(a * other if n == m else a for n, a in enumerate(args)), **kw)
