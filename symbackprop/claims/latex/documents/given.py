"""The forward pass that a task gives: it is read before the homework, and it wins.

A task in LaTeX is read as the beginning of the same document, at places below zero; a formula in the text notation is
entered as it is. Whatever the task defines is not defined again: what the homework says of it is a claim. An equal
restatement through steps of the homework's own ("C = ... a ...") is then the equation that is differentiated, since
the task may not have written the step by which a derivative is taken.
"""

import re
from typing import Any

from symbackprop.claims.latex.documents.declare import declare
from symbackprop.claims.latex.documents.document import Document, Given, Pending
from symbackprop.claims.latex.documents.echo import text_of_equation
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Key, Local, Scope, Symbol
from symbackprop.claims.latex.syntax.tree import Letter, Node, Product, Relation, Script, walk
from symbackprop.equations import Equation, Formula
from symbackprop.errors import NotSupported
from symbackprop.proof.facts import Assumption

_ACCENTS = ("hat", "tilde", "bar", "dot")
_PARTS = re.compile(r"([A-Za-z]+?)_?(\d+)")


def begun(scope: Scope) -> Given:
    """What a task declares, before the homework declares anything."""
    return Given(declared=dict(scope.symbols))


def end_of_task(document: Document, before: set[Key], cost: Symbol | None) -> None:
    """What stands in the scope when the task has been read; ``before``: what was declared, by whomever."""
    scope, given = document.scope, document.given
    new = {s.name for key, s in scope.symbols.items() if key in given.declared or key not in before}
    read = {name for e in scope.equations.values() for name in e.reads}
    document.given = Given(frozenset(new | read | scope.equations.keys()), cost, dict(scope.equations), given.declared)
    document.claims.clear()
    document.redefined.clear()


# -- a formula in the text notation


def enter(formula: Formula, document: Document) -> None:
    """A formula into the scope, under the names that people write for its own. Raises ``NotSupported``."""
    if formula.boundaries:
        raise NotSupported("a recurrence as the given formula: give the task in LaTeX")
    scope = document.scope
    document.sizes |= {s.name for s in formula.sizes}
    for t in formula.tensors.values():
        if any(isinstance(s, tuple) for s in t.shape):
            raise NotSupported(f"{t.name} has grouped axes: give the task in LaTeX")
        first, *others = keys_of(t.name)
        role = {"defined": "defined", "label": "label"}.get(t.role, "input")
        symbol = Symbol(first, t.name, t.shape, role=role, classes=t.classes)
        scope.names.add(t.name)
        scope.symbols |= dict.fromkeys((first, *others), symbol)
        if t.positive:
            document.assumptions.append(Assumption("positive", t.name))
    for e in formula.equations:
        scope.equations[e.name] = Equation(e.name, e.slots, e.rhs)


def keys_of(name: str) -> list[Key]:
    """How LaTeX writes a name of the text notation: ``W1`` is a subscript or a label, ``x_hat`` an accent.

    >>> keys_of("W1")
    [('W', '1', ''), ('W', '', '1')]
    >>> keys_of("x_hat"), keys_of("z_h"), keys_of("sigma")
    ([('hat x', '', '')], [('z', 'h', '')], [('sigma', '', '')])
    """
    numbered = _PARTS.fullmatch(name)
    if numbered is not None:
        return [(numbered[1], numbered[2], ""), (numbered[1], "", numbered[2])]
    base, _, below = name.partition("_")
    if below in _ACCENTS:
        return [(f"{below} {base}", "", "")]
    return [(base, below.replace("_", ""), "")]


# -- what the homework says of it again


def declared_again(document: Document, node: Relation) -> None:
    """Other names for the sizes of the task's tensors are the same sizes; another shape is noted, and the task wins."""
    given, algebra = document.given, document.algebra
    if not given.declared:
        return
    scratch = document.scope.copy()
    for key in given.declared:
        scratch.symbols.pop(key, None)
    other = Elaborator(scratch, algebra)
    other.sizes = set(document.sizes)
    if declare(other, node, []) is not None:
        return
    for key, known in given.declared.items():
        said = scratch.symbols.get(key)
        if said is None:
            continue
        document.sizes |= other.sizes
        if not _same_shape(document, known, said):
            shape = ", ".join(str(algebra.size(n)) for n in known.shape) or "a number"
            document.notes.append(f"the task declares {known.name} with another shape: {shape}")


def _same_shape(document: Document, known: Symbol, said: Symbol) -> bool:
    algebra = document.algebra
    if len(known.shape) != len(said.shape):
        return False
    taken = {s for x in document.given.declared.values() for n in x.shape for s in algebra.size(n).free_symbols}
    for a, b in zip(known.shape, said.shape, strict=True):
        a, b = algebra.size(a), algebra.size(b)
        if b.is_Symbol and b != a and b not in taken:
            algebra.solved[b] = a
        elif not algebra.same(a, b):
            return False
    return True


def through_own_steps(document: Document, right: Node, el: Elaborator) -> bool:
    """Whether a right side mentions what the homework itself defined."""
    for n in walk(right):
        found = find(el, n, Local()) if isinstance(n, Letter | Script) else None
        if found is not None and isinstance(found.what, Symbol):
            if found.what not in document.given and found.what.name in el.scope.equations:
                return True
    return False


# -- what a claim about it says


def note_of(document: Document, claim: Pending) -> str | None:
    """How the task defines the left side of a claim, where it does."""
    el = Elaborator(claim.scope.copy(), document.algebra)
    head = claim.left
    if isinstance(head, Product) and head.factors:
        head = head.factors[0][1]
    found = find(el, head, Local()) if isinstance(head, Letter | Script) else None
    if found is None or not isinstance(found.what, Symbol) or found.what not in document.given:
        return None
    equation = document.given.equations.get(found.what.name)
    if equation is None:
        return f"{found.what.name} is given by the task"
    algebra = document.algebra
    return f"the task defines {text_of_equation(settled(equation, algebra)) or found.what.name}"


def settled(equation: Equation, algebra: Any) -> Equation:
    """An equation with the sizes that are known by now."""
    slots = tuple(type(s)(s.name, algebra.size(s.size)) for s in equation.slots)
    return Equation(equation.name, slots, algebra.settled_expr(equation.rhs))
