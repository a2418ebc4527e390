"""Where steps begin: a sum from the step that is given, or from another one than words say, is not judged.

Beyond its first step a recurrence has no derivative of its own, so a sum that begins there would silently be shorter.
"""

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.scope import Scope
from symbackprop.claims.latex.meaning.sequences import key_of_sequence
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Number, Reduce, Relation, Script, walk
from symbackprop.claims.latex.verdicts.judgement import Judgement


def where_steps_begin(_document: Document, claim: Pending, _: Judgement) -> str | None:
    """A sum over steps from 0 of derivatives by them, where the step 0 is given; or from 1, where words say from 0."""
    scope = claim.scope
    for n in (n for x in (claim.left, claim.right) for n in walk(x) if isinstance(n, Reduce)):
        letter, first = n.below.items[:2] if isinstance(n.below, Relation) else (None, None)
        if not isinstance(letter, Letter) or not isinstance(first, Number) or letter.name not in scope.steps:
            continue
        if first.value == 1 and letter.name in scope.said_from_zero and letter.name not in scope.first_members:
            return f"{letter.name} is said to count from 0, and the sum begins at 1"
        variables = [x for root in _with_named(scope, n.body) for x in _variables(root)]
        if first.value == 0 and any(_is_after_a_boundary(scope, x) for x in variables):
            return f"the sum begins at a step {letter.name} = 0, which is given: nothing computes it"
    return None


def _with_named(scope: Scope, body: Node) -> list[Node]:
    """What stands under a sum, and the derivatives that names in it, as ``\\delta_t``, stand for."""
    names = {x.name for x in walk(body) if isinstance(x, Letter)}
    return [body, *(alias.node for key, alias in scope.aliases.items() if key[0] in names)]


def _variables(node: Node) -> list[Node]:
    return [x for d in walk(node) if isinstance(d, Derivative) for x in d.by]


def _is_after_a_boundary(scope: Scope, node: Node) -> bool:
    """Whether a symbol is a step of a sequence that is computed from the step 1 on."""
    base = node.base if isinstance(node, Script) else None
    if not isinstance(base, Letter) or (symbol := scope.symbols.get(key_of_sequence(base.name))) is None:
        return False
    return symbol.name in scope.equations and symbol.step not in scope.first_members
