"""Derivative symbols: what ∂C/∂W, dW, \\bar W, ∇_W C stand for, and chains of them.

The numerator is a symbol of the forward pass, an expression, or a name that nothing defines: then it is a free
upstream, any scalar function of what the forward pass ends in. Its derivatives by those outputs are inputs.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.claims.latex.meaning.copies import immediate, used_at
from symbackprop.claims.latex.meaning.generic_costs import called_cost, generic_cost
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.pairs import argument_of_name, function_name, paired
from symbackprop.claims.latex.meaning.scope import Alias, Local, Symbol
from symbackprop.claims.latex.meaning.slots import example_of, row_slot, slots_of, step_slots
from symbackprop.claims.latex.meaning.values import Mismatch, Value, scalar
from symbackprop.claims.latex.meaning.variables import of_logarithm, unapplied, with_plain_variables
from symbackprop.claims.latex.syntax.tree import Derivative, Group, Letter, Node, Product, Script, Superscript
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.errors import NotSupported, ReadError, located
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


@dataclass(frozen=True)
class Raw:
    """A derivative before its layout: axes of the numerator, axes of the denominators, their names."""

    above: tuple[Index, ...]
    below: tuple[Index, ...]
    expr: Expr
    of: str
    by: str
    row: bool = False  # the denominator is a row of a matrix


def derivative_value(el: "Elaborator", node: Derivative, local: Local) -> Value:
    """The value of one derivative symbol in the layout of the options."""
    part = _by_example(el, node, local)
    if part is not None:
        return part
    node, turned = with_plain_variables(node)
    raw = _raw(el, node, local)
    if not raw.above or not raw.below:
        axes = (raw.above or raw.below)[:: -1 if turned else 1]
        if len(axes) == 2 and raw.below and node.order == 1:
            el.used_matrix_gradient = True
            if el.options.matrices_transposed:
                axes = axes[::-1]
        named = (s for s in el.scope.symbols.values() if s.name == raw.by)
        lies = turned or (raw.row and el.options.rows_lie) or any(s.row for s in named)
        row = len(axes) == 1 and bool(raw.below) and lies
        return Value(axes, _scaled(el, node, raw), row, loose=len(axes) == 1)
    el.used_jacobian = el.used_jacobian or not turned
    axes = (*raw.above, *raw.below) if turned or el.options.numerator else (*raw.below, *raw.above)
    return Value(axes, raw.expr)


def _by_example(el: "Elaborator", node: Derivative, local: Local) -> Value | None:
    """``\\frac{\\partial J}{\\partial z^{[2](i)}}``: the example i of the derivative by the whole batch."""
    by = node.by[0] if len(node.by) == 1 else None
    if not isinstance(by, Script) or not isinstance(by.base, Letter):
        return None
    found = find(el, by, local)
    if found is None or found.example is None:
        return None
    whole = el.scope.batches[by.base.name]
    if found.slots or found.above not in (None, Superscript()) or node.order != 1 or el.options.matrices_transposed:
        raise _error("a derivative by an entry or a transpose of an example of a batch", node)
    v = derivative_value(el, replace(node, by=(whole,)), local)
    if not isinstance(found.what, Symbol) or v.rank != len(found.what.shape):
        raise _error("a Jacobian by an example of a batch", node)
    return example_of(el, v, found.example, local)


def _scaled(el: "Elaborator", node: Derivative, raw: Raw) -> Expr:
    """Ng's dZ, with 1/m kept outside: activation-side symbols of d-notation carry one common scale."""
    if el.options.scale is None or el.echo or node.of is not None or raw.by not in el.scope.equations:
        return raw.expr
    el.used_scale = True
    return el.options.scale * raw.expr


def _raw(el: "Elaborator", node: Derivative, local: Local) -> Raw:
    numerator, name = _numerator(el, node, local)
    below: list[Index] = []
    expr = numerator.expr
    names = []
    row = False
    variables = node.by or (el.scope.arguments.get(name, ()) or _only_input(el, expr, node)) * node.order
    if len(variables) != node.order:
        raise _error("a gradient with respect to what?", node)
    for by in (unapplied(el, x, local) for x in variables):
        of_log = of_logarithm(el, by, local) if node.order == 1 else None
        by = of_log[0] if of_log is not None else by
        last = _read_by_cost(el, node, by, name)
        copy = used_at(el, by, local)
        known = last if copy is None else copy[0]
        symbol, slots = (known, ()) if known is not None else _variable(el, by, local)
        axes = tuple(fresh(Index("~", el.algebra.size(s))) for s in symbol.shape[len(slots) :])
        row = len(symbol.shape) == 2 and len(slots) == 1
        slots += axes
        below += axes
        names.append(symbol.name if of_log is None else f"log {symbol.name}")
        entry = Entry(symbol.name, *slots)
        if copy is not None and not el.echo:
            expr = immediate(el, expr, entry, copy[1], node)
        else:
            expr = _differentiated(el, expr, entry, name, node)
        expr = expr if of_log is None else of_log[1] * entry * expr
    return Raw(numerator.axes, tuple(below), expr, name, ",".join(names), row)


def _only_input(el: "Elaborator", expr: Expr, node: Derivative) -> tuple[Node, ...]:
    """w of ``\\nabla \\|w\\|``, which reads nothing else."""
    symbols = {s.name: s for s in el.scope.symbols.values()}
    todo, read = {e.name for e in expr.atoms(Entry)}, set[str]()
    while todo:
        name = todo.pop()
        equation = el.scope.equations.get(name)
        todo |= equation.reads if equation is not None else set()
        read |= {name} if equation is None else set()
    known = symbols.get(next(iter(read), ""))
    if node.kind != "nabla" or len(read) != 1 or known is None or known.role != "input" or any(known.key[1:]):
        return ()
    return (Letter(node.at, known.key[0]),)


def _read_by_cost(el: "Elaborator", node: Derivative, by: Node, name: str) -> Symbol | None:
    """a of ``\\nabla_a C``, where a carries layers: that of the one layer which C itself reads."""
    equation = el.scope.equations.get(name)
    if node.kind != "nabla" or not isinstance(by, Letter) or by.name not in el.scope.layered or equation is None:
        return None
    found = [s for s in el.scope.symbols.values() if s.key[0] == by.name and s.name in equation.reads]
    return found[0] if len(found) == 1 else None


def _differentiated(el: "Elaborator", expr: Expr, by: Entry, name: str, node: Derivative) -> Expr:
    if el.echo:
        if isinstance(expr, Entry) and "/d" in expr.name:
            return Entry(f"{expr.name}d{by.name}", *expr.slots, *by.slots)
        slots = expr.slots if isinstance(expr, Entry) else ()
        return Entry(f"d{name or '(...)'}/d{by.name}", *slots, *by.slots)
    read = {name} if name else {e.name for e in expr.atoms(Entry)}  # of an expression, as ℓ(ŷ, y): what it reads
    if read and not any(by.name in el.derivatives.reach(x) for x in read):
        el.unreached.append((node, by.name))
    if node.order > 1 and (name in el.scope.generic.values() or el.scope.surrogates):
        raise _error("a second derivative of a cost that is not given", node)
    if node.kind == "partial" and node.order == 1 and el.derivatives.partial_differs(name, by.name):
        el.used_partial = True
        if name in el.derivatives.recurrent:
            el.of_steps.add(node)
        if el.options.partial:
            return el.derivatives.partial(expr, by)
        try:
            return el.derivatives.total(expr, by)
        except NotSupported:  # through all steps there is no closed form; the immediate one may be meant
            el.immediate_only = True
            return el.derivatives.partial(expr, by)
    return el.derivatives.total(expr, by)


def _variable(el: "Elaborator", node: Node, local: Local) -> tuple[Symbol, tuple[Expr, ...]]:
    """The tensor that is differentiated by, and its slots where an entry is meant."""
    if isinstance(node, Group) and node.kind == "(" and len(node.items) == 1:
        node = node.items[0]
    found = find(el, node, local)
    if found is None:
        raise _error("a derivative by something that nothing declares or defines", node)
    if isinstance(found.what, Alias):
        raise _error("a derivative by a derivative", node)
    if found.above is not None and (found.above.transposed or found.above.inverse or found.above.power is not None):
        raise _error("a derivative by a power or a transpose", node)
    if not found.slots:
        return found.what, ()
    if found.what.step is not None:
        return found.what, step_slots(el, found.what, found.slots, node, local)
    row = row_slot(el, found.what.shape, found.slots, local)
    if row is not None:
        return found.what, (row,)
    return found.what, slots_of(el, found.what, found.slots, node, local)


def _numerator(el: "Elaborator", node: Derivative, local: Local) -> tuple[Value, str]:
    """What is differentiated, and its name where it is a tensor of the forward pass."""
    of = node.of
    if of is None:
        symbol = _cost(el, node, local)
        return scalar(Entry(symbol.name)), symbol.name
    if isinstance(of, Product) and len(of.factors) == 2 and isinstance(of.factors[1][1], Group):
        head = find(el, of.factors[0][1], local)
        if (called := called_cost(el, of.factors[0][1])) is not None:
            return scalar(Entry(called.name)), called.name
        if head is not None and isinstance(head.what, Symbol) and of.factors[1][1].kind in ("(", "["):
            arguments = of.factors[1][1].items
            if len(arguments) == 1 and not isinstance(arguments[0], Letter | Script):
                raise _error("a derivative of a product, or one that is multiplied: write brackets", node)
            of = of.factors[0][1]
    found = find(el, of, local)
    if found is None and isinstance(of, Letter | Script):
        name = function_name(el, of, local)
        if name is not None and len(node.by) == 1:
            pair = paired(el, of, Group(of.at, "(", (argument_of_name(el, name, node),)), local)
            if pair is not None:
                return el.value(pair, local), ""
        base = of.base if isinstance(of, Script) else of
        if isinstance(base, Letter) and (isinstance(of, Letter) or _is_labelled(of)):
            name = "loss" if base.name in el.sizes and base.name in COSTS else base.name  # no size has a derivative
            if name in el.sizes or base.name in local.indices:
                raise _error("a derivative of a size or an index", of)
            if any(key.startswith((base.name + " ", "\\" + base.name + " ")) for key in el.scope.surrogates):
                named = el.scope.symbols.get(el.scope.named_costs.get(base.name, ("", "", "")))
                if named is None:  # or its definition could not be entered
                    raise _error(f"{base.name} is applied to several things: the derivative of which?", of)
                return scalar(Entry(named.name)), named.name
            symbol = called_cost(el, base) or generic_cost(el, name, node, _names_by(el, node, local))
            return scalar(Entry(symbol.name)), symbol.name
    if found is not None and isinstance(found.what, Symbol):
        v = el.value(of, local)
        return v, found.what.name if isinstance(v.expr, Entry) else ""
    return el.value(of, local), ""


def _cost(el: "Elaborator", node: Derivative, local: Local) -> Symbol:
    """The cost of d-notation: what is not on the way to the one that is known is of another part of the document."""
    by = _names_by(el, node, local)
    if el.cost is not None and (not by or by & {el.cost.name, *el.derivatives.reach(el.cost.name)}):
        return el.cost
    ends = [n for n in el.scope.equations if by & {n, *el.derivatives.reach(n)}]
    return el.cost if el.cost is not None and not ends else generic_cost(el, "cost", node, by)


def _is_labelled(node: Script) -> bool:
    """Whether nothing but a label stands at a letter: what has a power is no name."""
    return not node.below and not node.primes and node.above is not None and node.above.label is not None


def _names_by(el: "Elaborator", node: Derivative, local: Local) -> set[str]:
    """The names of what is differentiated by."""
    found = (find(el, by, local) for by in node.by)
    return {f.what.name for f in found if f is not None and isinstance(f.what, Symbol)}


def chained(el: "Elaborator", factors: list[Derivative], local: Local) -> Value | None:
    """A product of derivative symbols as the chain rule, up to order and transposition; None where it is none."""
    raws = [_raw(el, f, local) for f in factors]
    ordered = _telescope(raws) or _as_written(raws)
    if ordered is None:
        return None
    result = ordered[0]
    for r in ordered[1:]:
        if len(result.below) != len(r.above):
            return None
        if not all(el.algebra.same(i.size, j.size) for i, j in zip(result.below, r.above, strict=True)):
            return None
        joints = tuple(fresh(i) for i in r.above)
        left = result.expr.xreplace(dict(zip(result.below, joints, strict=True)))
        right = r.expr.xreplace(dict(zip(r.above, joints, strict=True)))
        result = Raw(result.above, r.below, totals(left * right, *joints), result.of, r.by)
    el.used_chain = True
    axes = (*result.above, *result.below) if el.options.numerator else (*result.below, *result.above)
    if result.above and result.below and len(axes) == 2:
        raise Mismatch("a chain of Jacobians that does not conform")
    return Value(axes, result.expr, loose=len(axes) == 1)


def _telescope(raws: list[Raw]) -> list[Raw] | None:
    """The factors in an order in which each denominator is the next numerator."""
    if len({r.of for r in raws}) < len(raws) or len({r.by for r in raws}) < len(raws):
        return None
    start = [r for r in raws if r.of not in {x.by for x in raws}]
    if len(start) != 1:
        return None
    ordered = start
    while len(ordered) < len(raws):
        after = [r for r in raws if r.of == ordered[-1].by]
        if not after:
            return None
        ordered = [*ordered, after[0]]
    return ordered


def _as_written(raws: list[Raw]) -> list[Raw] | None:
    """The factors in their order, or from the last to the first, where some are steps of one sequence."""
    orders = (raws, raws[::-1])
    return next((x for x in orders if all(a.by == b.of for a, b in pairwise(x))), None)


def _error(message: str, node: Node) -> ReadError:
    return located(ReadError(message), node.at)
