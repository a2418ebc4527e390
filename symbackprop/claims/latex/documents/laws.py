"""Laws of functions: ``\\sigma'(x) = \\sigma(x)(1 - \\sigma(x))``, ``softmax(x) = softmax(x + c)``.

They speak of a function and of any argument. A letter that some definition elsewhere took for a vector is a number in
the law of a function of one number; what a law alone adds to an argument is a number, and what stands in a softmax
alone a vector of any length. A letter that a law does not only have in arguments stays unknown, and so does whatever
stands beside derivatives or what the document defines: there a symbol may have been forgotten.
"""

from collections.abc import Iterator
from dataclasses import replace

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.functions_of import known
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import Local, Scope, Symbol
from symbackprop.claims.latex.meaning.values import unknown_size
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Matrix,
    Node,
    Product,
    Reduce,
    Script,
    Slice,
    Sum,
    children,
    walk,
)
from symbackprop.errors import ReadError

_CONSTANTS = frozenset(("e", "pi"))
_OF_ALL_ENTRIES = frozenset(("softmax", "logsumexp"))


def enter_arguments(document: Document) -> None:
    """Give each claim that is a law of a function alone the arguments that it means, in a scope of its own."""
    for claim in document.claims:
        if claim.error is None:
            try:
                scope = _with_number(document, claim) or _with_vector(document, claim) or _with_free(document, claim)
            except ReadError:
                continue
            claim.scope = scope or claim.scope


def _elaborator(document: Document, scope: Scope) -> Elaborator:
    el = Elaborator(scope, document.algebra)
    el.sizes, el.claiming = document.sizes, True
    return el


def _applications(el: Elaborator, node: Node) -> Iterator[tuple[str, Node | None, Node]]:
    """Every function that is applied: its name, the node that names it, its argument."""
    for n in walk(node):
        if isinstance(n, Apply):
            yield n.name, None, n.argument
        elif isinstance(n, Product):
            for (_, f), (op, x) in zip(n.factors, n.factors[1:], strict=False):
                name = function_name(el, f, Local()) if op == "" and isinstance(x, Group) else None
                if name is not None:
                    yield name, f, x


def as_law(document: Document, claim: Pending) -> Pending | None:
    """A claim that does not conform with its one letter as a vector, with that letter as any number.

    ``\\frac{d\\sigma(z)}{dz} = \\sigma(z)(1 - \\sigma(z))`` beside ``z_i = w^\\top x_i``; None for other claims.
    """
    try:
        scope = _with_number(document, claim, vectors=True)
    except ReadError:
        return None
    return None if scope is None else replace(claim, scope=scope)


def _with_number(document: Document, claim: Pending, vectors: bool = False) -> Scope | None:
    """The scope in which the one letter of a law of functions of one number is a number; None for other claims.

    ``vectors``: even a letter that the document defines as one, and derivatives by it.
    """
    scope = claim.scope.copy()
    el = _elaborator(document, scope)
    sides = Group(claim.at, "(", (claim.left, claim.right))
    applied = list(_applications(el, sides))
    if not applied or not all(known(name) or name.startswith(("defined:", "unknown:")) for name, _, _ in applied):
        return None
    heads = {id(n) for _, f, _ in applied if f is not None for n in walk(f)}
    letters = {n.name for n in walk(sides) if isinstance(n, Letter) and id(n) not in heads} - _CONSTANTS
    if len(letters) != 1 or any(isinstance(n, Reduce | Matrix | Slice) for n in walk(sides)):
        return None
    letter = letters.pop()
    derivatives = [n for n in walk(sides) if isinstance(n, Derivative)]
    if derivatives and not (vectors and all(n.by and all(_is_letter(x, letter) for x in n.by) for n in derivatives)):
        return None
    if not any(_is_letter(x, letter) for _, _, x in applied) or any(_is_entry(n, letter) for n in walk(sides)):
        return None
    symbol = find(el, Letter(claim.at, letter), Local())
    what = symbol.what if symbol is not None else None
    if not isinstance(what, Symbol) or not what.shape or what.step is not None:
        return None
    is_input = what.how == "by use" and what.name not in scope.equations
    is_declared = what.how == "declared" and what.name not in scope.equations
    if is_declared or (not vectors and not is_input) or any(a.tensor == what.name for a in document.assumptions):
        return None
    del scope.symbols[what.key]
    if is_input:
        scope.names.discard(what.name)
    scope.add(what.key, how="by use")
    return scope


def _with_vector(document: Document, claim: Pending) -> Scope | None:
    """The scope in which x of ``\\frac{d\\sigma(x)}{dx} = diag(...)`` is a vector: nobody writes diag of a number."""
    scope = claim.scope.copy()
    el = _elaborator(document, scope)
    sides = Group(claim.at, "(", (claim.left, claim.right))
    applied = list(_applications(el, sides))
    if not any(name == "diag" for name, _, _ in applied):
        return None
    letters = {n.name for n in walk(sides) if isinstance(n, Letter) and _is_unknown(el, n, applied)}
    if len(letters) != 1:
        return None
    letter = letters.pop()
    if not any(name != "diag" and _is_letter(x, letter) for name, _, x in applied):
        return None
    scope.add((letter, "", ""), shape=(unknown_size(),), how="by use")
    return scope


def _is_letter(node: Node, letter: str) -> bool:
    inside = node.items[0] if isinstance(node, Group) and len(node.items) == 1 else node
    return isinstance(inside, Letter) and inside.name == letter


def _is_entry(node: Node, letter: str) -> bool:
    """``x_i``, ``x^\\top``, ``x'``: no number alone."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.base.name != letter:
        return False
    above = node.above
    return bool(node.below or node.primes) or (above is not None and above.power is None)


def _with_free(document: Document, claim: Pending) -> Scope | None:
    """The scope with the letters that a law has in arguments alone; None where there are none, or it is no law."""
    scope = claim.scope.copy()
    el = _elaborator(document, scope)
    sides = Group(claim.at, "(", (claim.left, claim.right))
    applied = list(_applications(el, sides))
    if not any(name in _OF_ALL_ENTRIES for name, _, _ in applied) or not _is_of_inputs(el, sides):
        return None
    arguments = [x for _, _, x in applied]
    arguments += [power for n in walk(sides) if (power := _exponent(n)) is not None]
    inside = {id(n) for x in arguments for n in walk(x)}
    added = {id(t) for x in arguments for n in walk(x) if isinstance(n, Sum) for _, t in n.terms}
    alone = {id(y) for x in arguments for y in (x, *(x.items if isinstance(x, Group) and len(x.items) == 1 else ()))}
    bases = {id(n.base) for n in walk(sides) if isinstance(n, Script)}
    vectors = {x.name for name, _, a in applied if name in _OF_ALL_ENTRIES for x in _vector_in(a)}
    unknown = [n for n in walk(sides) if isinstance(n, Letter) and _is_unknown(el, n, applied)]
    entered = False
    for name in dict.fromkeys(n.name for n in unknown):
        mine = [n for n in unknown if n.name == name]
        if name in vectors:
            scope.add((name, "", ""), shape=(unknown_size(),), how="by use")
            entered = True
        elif all(id(n) in inside and id(n) in added | alone and id(n) not in bases for n in mine):
            scope.add((name, "", ""), how="by use")
            entered = True
    return scope if entered else None


def _exponent(node: Node) -> Node | None:
    """What e is raised to."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.base.name != "e":
        return None
    return node.above.power if node.above is not None else None


def _vector_in(argument: Node) -> Iterator[Letter]:
    """x of ``softmax(x)`` and of ``softmax(x + c)_i``: what comes first."""
    if isinstance(argument, Script):
        argument = argument.base
    inside = argument.items[0] if isinstance(argument, Group) and len(argument.items) == 1 else argument
    first = inside.terms[0][1] if isinstance(inside, Sum) else inside
    if isinstance(first, Letter):
        yield first


def _is_unknown(el: Elaborator, letter: Letter, applied: list[tuple[str, Node | None, Node]]) -> bool:
    """Whether nothing says what a small letter in plain type is, be it an input, a size or a function."""
    heads = {id(n) for _, f, _ in applied if f is not None for n in walk(f)}
    plain = len(letter.name) == 1 and letter.name.islower() and letter.name not in (*_CONSTANTS, "d")
    return plain and id(letter) not in heads and letter.name not in el.sizes and find(el, letter, Local()) is None


def _is_of_inputs(el: Elaborator, node: Node) -> bool:
    """Whether a claim has no derivatives, and nothing in it that the document defines."""
    stack = [node]
    while stack:
        n = stack.pop()
        if isinstance(n, Derivative | Matrix | Slice) or (isinstance(n, Script) and n.primes):
            return False
        if isinstance(n, Reduce):
            stack.append(n.body)
            continue
        if isinstance(n, Letter | Script) and (found := find(el, n, Local())) is not None:
            if not isinstance(found.what, Symbol) or found.what.name in el.scope.equations or found.what.step:
                return False
        stack += children(n) if not isinstance(n, Script) else [n.base, *_above(n)]
    return True


def _above(node: Script) -> list[Node]:
    return [node.above.power] if node.above is not None and node.above.power is not None else []
