"""Neighbours in a product that belong together: f(x), dW, 𝟙[i = j]; all else is a product."""

from dataclasses import replace
from typing import TYPE_CHECKING

from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.unknown_costs import is_application
from symbackprop.claims.latex.syntax.scripts import key_parts, refusal, text_of
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Relation,
    Script,
    Special,
    Sum,
    Superscript,
    Words,
    same,
    walk,
)
from symbackprop.claims.latex.syntax.writing import latex_of

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


CONVENTIONAL = {"sigma": "sigmoid", "ReLU": "relu", "relu": "relu", "softmax": "softmax", "sigmoid": "sigmoid"}


def joined_factors(el: "Elaborator", node: Product, local: Local) -> list[tuple[str, Node]]:
    """The factors, with applications f(x), Iverson brackets and d-notation put together."""
    result: list[tuple[str, Node]] = []
    given = list(node.factors)
    k = 0
    while k < len(given):
        op, f = given[k]
        after = given[k + 1] if k + 1 < len(given) else None
        if after is not None and after[0] == "":
            joined = paired(el, f, after[1], local)
            if joined is not None:
                result.append((op, joined))
                k += 2
                continue
        result.append((op, f))
        k += 1
    return result


def paired(el: "Elaborator", f: Node, after: Node, local: Local) -> Node | None:
    if isinstance(after, Group) and isinstance(after.items[0], Relation) and _is_indicator(el, f, local):
        return after.items[0]
    if isinstance(f, Letter) and f.name == "d" and isinstance(after, Letter | Script) and _is_d(el, local):
        return _differential(el, f, after, local)
    if isinstance(f, Letter) and f.name == "d" and isinstance(after, Letter | Script) and "d" in el.sizes:
        derivative = _differential(el, f, after, local)
        base = key_parts(after)
        if derivative is not None and base is not None and _is_begun(el, base[0], after, local):
            return derivative
        if derivative is not None:
            raise refusal("d is a size here: the size times this, or the derivative by it?", f)
    argument, above = after, None
    if isinstance(after, Script) and isinstance(after.base, Group) and not after.below and not after.primes:
        argument, above = after.base, after.above
    if not isinstance(argument, Group) or argument.kind not in ("(", "["):
        return None
    if isinstance(f, Derivative) and f.by and f.of is not None:  # \partial_w J(w): of J, where J(w) is J
        return f if above is None and _of_symbol(el, f.of, argument, above, local) is f.of else None
    of_symbol = _of_symbol(el, f, argument, above, local)
    if of_symbol is not None:
        return of_symbol
    name = function_name(el, f, local)
    if name is not None and name.startswith("unknown:") and all(isinstance(x, Number) for x in argument.items):
        raise refusal("a value of a function that is not given", f)
    if name is None and above is None and is_application(f, argument) and not _is_known(el, f, local):
        return Apply(f.at, "cost:" + latex_of(f), argument)
    if name is None or len(argument.items) != 1:
        return None
    primes = f.primes if isinstance(f, Script) else 0
    power = f.above if isinstance(f, Script) else None
    applied_node = Apply(f.at, name, argument.items[0], power, (), primes)
    return applied_node if above is None else Script(after.at, applied_node, (), above)


def _is_indicator(el: "Elaborator", f: Node, local: Local) -> bool:
    """``\\mathbb 1``, or I and l that are typed for it, where nothing else is called so."""
    if isinstance(f, Letter) and f.name.rpartition(" ")[2] in ("I", "l"):
        return find(el, f, local) is None and f.name not in {*el.sizes, *el.free, *local.indices, *local.parameters}
    return isinstance(f, Special) and f.name == "ones"


def at_a_value(arguments: Group) -> bool:
    """Whether brackets hold a number or a sum, as in f(0), f(x + h), f(−x): a value, not a definition."""
    return any(isinstance(x, Number | Sum) for x in arguments.items)


def _of_symbol(el: "Elaborator", f: Node, argument: Group, above: Superscript | None, local: Local) -> Node | None:
    """``J(w)`` as J and ``f'(x)`` as its derivative, where J and f are symbols that were defined so."""
    if above is not None or not isinstance(f, Letter | Script):
        return None
    primes = f.primes if isinstance(f, Script) else 0
    head = f.base if isinstance(f, Script) and primes and not f.below and f.above is None else f
    known = find(el, head, local)
    if known is None or not isinstance(known.what, Symbol):
        return None
    arguments = el.scope.arguments.get(known.what.name, ())
    if primes:
        if not arguments and len(argument.items) == 1 and find(el, argument.items[0], local) is not None:
            arguments = argument.items  # f = x^2, and then f'(x)
        if len(arguments) == 1 and len(argument.items) == 1 and same(arguments[0], argument.items[0]):
            return Derivative(f.at, "d", head, arguments * primes, primes)
        if len(arguments) == 2 and primes == 1 and same(arguments, argument.items):
            return Derivative(f.at, "d", head, arguments[:1])  # C'(a, y) of C(a, y): y is no variable
        return None
    if arguments and same(arguments, argument.items):
        return f
    if arguments and all(isinstance(x, Letter | Script) for x in argument.items):
        if any(_is_elsewhere(el, known.what, x, arguments, local) for x in argument.items):
            raise refusal("the value at another point than where it is defined", f)
        return f
    if len(arguments) == len(argument.items) and _is_moved(arguments, argument, head):
        raise refusal("the value at another point than where it is defined, or the product with it?", f)
    if at_a_value(argument) and (arguments or known.what.role == "defined") and isinstance(argument.items[0], Number):
        raise refusal("the value at a number, or the product with it?", f)
    return None


def _is_elsewhere(el: "Elaborator", symbol: Symbol, point: Node, arguments: tuple[Node, ...], local: Local) -> bool:
    """Whether a symbol that was defined as f(x) is written at an input that it does not depend on."""
    found = find(el, point, local)
    if any(same(point, a) for a in arguments) or found is None or not isinstance(found.what, Symbol):
        return False
    reached: set[str] = set()
    todo = [symbol.name]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += el.scope.equations[name].reads if name in el.scope.equations else ()
    return found.what.name not in reached


def _is_moved(arguments: tuple[Node, ...], argument: Group, head: Node) -> bool:
    """Whether brackets hold the arguments of a definition changed, as f(x + h), and not f itself, as f (1 - f)."""
    inside = [n for x in argument.items for n in walk(x)]
    letters = [n for a in arguments if isinstance(a, Product | Sum) for n in walk(a) if isinstance(n, Letter)]
    changed = any(same(n, a) for n in inside for a in (*arguments, *letters))
    return changed and not any(same(n, head) for n in inside)


def _is_known(el: "Elaborator", f: Node, local: Local) -> bool:
    """Whether a letter is a symbol, an index, a size or a parameter."""
    if isinstance(f, Letter) and f.name in {*el.sizes, *el.free, *local.indices, *local.parameters}:
        return True
    return isinstance(f, Letter | Script) and find(el, f, local) is not None


def _is_d(el: "Elaborator", local: Local) -> bool:
    return ("d", "", "") not in el.scope.symbols and "d" not in el.sizes and "d" not in local.indices


def _is_begun(el: "Elaborator", base: str, after: Node, local: Local) -> bool:
    """Whether equations begin with dX of this X, or with others and X is no input: then dX is the derivative by X."""
    found = find(el, after, local)
    defined = found is not None and getattr(found.what, "role", "") == "defined"
    return base in el.scope.differentials or (defined and bool(el.scope.differentials))


def _differential(el: "Elaborator", d: Node, after: Node, local: Local) -> Node | None:
    """``dW^T``: the transpose of the derivative of the cost by W."""
    above = after.above if isinstance(after, Script) else None
    if isinstance(after, Script) and above is not None and above.transposed:
        plain = replace(after, above=replace(above, transposed=False))
        inner = _differential(el, d, plain, local)
        return None if inner is None else Script(d.at, inner, (), Superscript(transposed=True))
    if isinstance(after, Script) and above is not None and above == Superscript():
        after = replace(after, above=None)
    return Derivative(d.at, "d", None, (after,)) if find(el, after, local) is not None else None


def function_name(el: "Elaborator", f: Node, local: Local) -> str | None:
    """The function that a letter before brackets is, or None where it is a factor."""
    base = f.base if isinstance(f, Script) else f
    if not isinstance(base, Letter | Words):
        return None
    name = base.name if isinstance(base, Letter) else base.text
    if isinstance(f, Script) and f.below:
        name = f"{name}_{''.join(text_of(s) for s in f.below)}"
    if name in el.scope.functions:
        return "defined:" + name
    if find(el, f if not (isinstance(f, Script) and f.primes) else base, local) is not None or name in local.parameters:
        return None
    plain = base.name if isinstance(base, Letter) else base.text
    if plain in CONVENTIONAL and not (isinstance(f, Script) and f.below and plain != "sigma"):
        return CONVENTIONAL[plain]
    if isinstance(f, Script) and f.primes:
        return "unknown:" + name
    if name in ("f", "g", "h", "phi", "varphi", "psi", "varsigma"):
        return "unknown:" + name
    return None


def argument_of_name(el: "Elaborator", name: str, node: Derivative) -> Node:
    """What a function whose name stands alone is taken of: what it is differentiated by, or its own argument.

    The latter where its body has, or rests on, another letter by which it is differentiated, as in
    ``\\frac{\\partial h}{\\partial b}`` of ``h(x) = \\sigma(a + b x)``.
    """
    by, defined = node.by[0], el.scope.functions.get(name.removeprefix("defined:"))
    if defined is None or defined.body is None or text_of(by) == defined.parameter:
        return by
    read = {name for n in walk(defined.body) for name in _symbol_names(el, n)}
    inside = any(same(n, by) for n in walk(defined.body)) or any(
        x in el.derivatives.reach(name) for x in _symbol_names(el, by) for name in read
    )
    return Letter(node.at, defined.parameter) if inside and defined.parameter else by


def _symbol_names(el: "Elaborator", node: Node) -> list[str]:
    found = find(el, node, Local()) if isinstance(node, Letter | Script) else None
    return [found.what.name] if found is not None and isinstance(found.what, Symbol) else []
