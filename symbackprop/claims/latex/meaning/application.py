"""Functions of values: those of the table, those of matrices, those that the document defines."""

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.claims.latex.meaning.correlations import flipped
from symbackprop.claims.latex.meaning.functions_of import applied, derivative_of, known
from symbackprop.claims.latex.meaning.labels import label_text
from symbackprop.claims.latex.meaning.powers import power
from symbackprop.claims.latex.meaning.scope import Defined, Local
from symbackprop.claims.latex.meaning.slots import entry_of
from symbackprop.claims.latex.meaning.superscripts import raised
from symbackprop.claims.latex.meaning.unknown_costs import cost_value
from symbackprop.claims.latex.meaning.values import Mismatch, Value, scalar
from symbackprop.claims.latex.syntax.parser import located
from symbackprop.claims.latex.syntax.scripts import flattened, refusal
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Node,
    Script,
    Superscript,
)
from symbackprop.errors import ReadError
from symbackprop.indices import Total, fresh, totals
from symbackprop.matrix_terms import Determinant
from symbackprop.terms import Entry, Maximum, Minimum

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def apply_value(el: "Elaborator", node: Apply, local: Local) -> Value:
    name = node.name
    if node.below and name != "log":
        raise refusal(f"a subscript on {name}", node)
    argument = node.argument
    if node.power is not None and node.power.label is not None:
        return _of_layer(el, node, node.power.label, local)
    if name.startswith("cost:") and isinstance(argument, Group):
        return cost_value(el, name.partition(":")[2], argument, local)
    if isinstance(argument, Group) and argument.kind in ("(", "[", "{") and len(argument.items) == 1:
        argument = argument.items[0]
    if name == "softmax" and isinstance(argument, Script) and not node.primes:
        entry = _softmax_entry(el, node, argument, local)
        if entry is not None:
            return _powered(el, entry, node.power, node, local)
    if name in ("max", "min") and node.power is None and isinstance(argument, Script):
        inside = argument.base
        if isinstance(inside, Group) and len(inside.items) > 1 and not argument.below:  # the square of max(0, x)
            return raised(el, el.value(replace(node, argument=inside), local), argument.above, node, local)
    if name in ("max", "min") and isinstance(argument, Group):
        items = [el.value(i, local) for i in argument.items]
        if len(items) < 2:
            raise refusal(f"{name} of one thing", node)
        return reduce(lambda a, b: _extremum(el, name, a, b), items)
    if name == "tr":
        el.factors.add(argument)
    v = el.value(argument, local)
    if name.startswith("defined:"):
        v = _defined(el, el.scope.functions[name.partition(":")[2]], v, node)
    elif name.startswith("unknown:"):
        v = v.map(lambda e: applied(name, e) if not node.primes else derivative_of(name, e, node.primes))
    elif name in ("tr", "det", "diag", "softmax", "logsumexp", "vec", "sum", "mean", "flip"):
        if node.primes:
            raise refusal(f"a prime on {name}", node)
        v = _matrix_function(el, name, v, node)
    elif not known(name):
        raise refusal(f"the function {name} is not known", node)
    elif node.primes:
        v = v.map(lambda e: derivative_of(name, e, node.primes))
    else:
        v = v.map(lambda e: applied(name, e))
    if node.below:
        base = el.number(node.below[0], local)
        v = v.map(lambda e: e / applied("log", base))
    return _powered(el, v, node.power, node, local)


def _of_layer(el: "Elaborator", node: Apply, label: Node, local: Local) -> Value:
    """``g^{[l]}(z)``: the activation of a layer, an unknown elementwise function for each.

    What refutes it has to refute the one that the document gives under that letter too.
    """
    bare = node.power is not None and node.power == Superscript(label=label, bracket=node.power.bracket)
    given = known(node.name) or node.name.startswith("defined:")
    if not bare or not (given or node.name.startswith("unknown:")):
        raise refusal("this superscript on a function", node)
    if given:
        el.scope.named_activation = True
        if el.options.one_activation:
            return apply_value(el, replace(node, power=None), local)
    name = f"unknown:{node.name.rpartition(':')[2]}_{label_text(el, label, local)}"
    return apply_value(el, replace(node, name=name, power=None), local)


def _softmax_entry(el: "Elaborator", node: Apply, argument: Script, local: Local) -> Value | None:
    """``softmax(z)_k``, and ``softmax(z_k)`` for the same, where z is a vector; None where it is neither."""
    slots = flattened(argument.below)
    of_group = isinstance(argument.base, Group)
    if not slots or argument.primes or (argument.above is not None and not of_group):
        return None
    if not of_group and el.value(argument, local).rank:
        return None  # z_1, a vector of that name
    whole = el.value(argument.base, local)
    if whole.rank != len(slots) or whole.rank != 1:
        raise refusal("an entry of a softmax: along which axis?", node)
    v = _softmax(el, "softmax", whole, node)
    return raised(el, entry_of(el, v, slots, node, local), argument.above if of_group else None, node, local)


def _powered(el: "Elaborator", v: Value, above: Superscript | None, node: Node, local: Local) -> Value:
    if above is None or above == Superscript():
        return v
    if above.power is None or above.label is not None or above.transposed or above.inverse:
        raise refusal("this superscript on a function", node)
    exponent = el.number(above.power, local)
    return v.map(lambda e: power(e, exponent, node))


def _extremum(el: "Elaborator", name: str, a: Value, b: Value) -> Value:
    kind = Maximum if name == "max" else Minimum
    if a.rank and b.rank:
        a, b = el.algebra.aligned(a, b)
    one = a if a.rank else b
    return Value(one.axes, kind(a.expr, b.expr), one.row)


def _defined(el: "Elaborator", f: Defined, v: Value, node: Apply) -> Value:
    if f.body is None:
        return v.map(
            lambda e: (
                applied("unknown:" + f.name, e)
                if not node.primes
                else derivative_of("unknown:" + f.name, e, node.primes)
            )
        )
    if not node.primes:
        try:
            return el.value(f.body, Local(parameters={f.parameter: v}))
        except ReadError:
            if not v.rank:
                raise  # a function of a number is applied entry by entry
    return v.map(lambda e: function_at(el, f, e, node.primes))


def function_at(el: "Elaborator", f: Defined, at: Expr, primes: int) -> Expr:
    """A function that the document defines, or its derivative, at one number."""
    argument = Entry("~argument")
    assert f.body is not None
    body = el.value(f.body, Local(parameters={f.parameter: scalar(argument)})).expr
    for _ in range(primes):
        body = body.diff(argument)
    return body.xreplace({argument: at})


def _matrix_function(el: "Elaborator", name: str, v: Value, node: Node) -> Value:
    if name == "tr":
        return el.algebra.trace(v)
    if name == "diag":
        return el.algebra.diagonal(v)
    if name == "det":
        if v.rank != 2 or not el.algebra.same(v.axes[0].size, v.axes[1].size):
            raise located(Mismatch(f"the determinant of {el.algebra.shown(v)}"), node.at)
        v = el.algebra.settled(v)
        return scalar(Determinant(v.expr, *v.axes))
    if name in ("softmax", "logsumexp"):
        return _softmax(el, name, v, node)
    if name in ("sum", "mean"):
        axes = tuple(fresh(i) for i in v.axes)
        total = totals(v.expr.xreplace(dict(zip(v.axes, axes, strict=True))), *axes)
        for i in axes if name == "mean" else ():
            total = total / i.size
        return scalar(total)
    if name == "flip":
        return flipped(el, v)
    raise refusal(f"{name} is not read yet", node)


def _softmax(el: "Elaborator", name: str, v: Value, node: Node) -> Value:
    if v.rank == 0:
        raise refusal(f"{name} of a number", node)
    if v.rank == 2 and el.rowwise is None:
        raise refusal("softmax of a matrix: along the rows or along the columns?", node)
    axis = v.axes[-1] if v.rank == 1 or el.rowwise else v.axes[0]
    v = el.algebra.settled(v)
    axis = next(a for a in v.axes if a.name == axis.name)
    k = fresh(axis)
    total = Total(applied("exp", v.expr.xreplace({axis: k})), k)
    if name == "logsumexp":
        return Value(tuple(a for a in v.axes if a != axis), applied("log", total))
    return v.map(lambda e: applied("exp", e) / total)
