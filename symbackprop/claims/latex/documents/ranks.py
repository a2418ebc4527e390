"""How many axes a symbol has that nothing declares: its subscripts say it, else the letter that people take for it.

A document without any matrix notation (no transposes, ⊙, norms, bold letters) is about numbers; in one with it a
capital letter is a matrix, a small Latin one a vector, a Greek one a number.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.documents.numbers_by_use import is_number_by_use
from symbackprop.claims.latex.documents.vectors_by_use import is_vector_by_use
from symbackprop.claims.latex.documents.written_indices import are_indices
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.syntax.components import written_entries
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Apply, Letter, Node, Product, Relation, Script, Special, is_stack, walk

_BOLD = (
    "\\mathbf",
    "\\boldsymbol",
    "\\bm",
    "\\vec",
    "\\pmb",
    "\\top",
    "\\odot",
    "\\|",
    "\\lVert",
    "\\otimes",
    "\\Vert",
)


def guessed_rank(el: Elaborator, base: str, found: Sequence[Statement]) -> int:
    """The number of axes that is tried for a symbol, else the one that people mean by such a letter."""
    return el.scope.tried.get(base, _rank(base, found))


def _rank(base: str, found: Sequence[Statement]) -> int:
    if base in written_entries([s.node for s in found]):
        return 0
    counts = [0]
    matrices = False
    for s in found:
        matrices = matrices or any(t.text in _BOLD for t in s.tokens) or _declares_matrix(s.node)
        for n in walk(s.node) if s.node is not None else ():
            if isinstance(n, Script):
                matrices = matrices or (n.above is not None and n.above.transposed)
                if isinstance(n.base, Letter) and n.base.name == base:
                    slots = flattened(n.below)
                    if are_indices(slots, found):
                        counts.append(len(slots))
            matrices = matrices or (isinstance(n, Special) and n.name == "ones")
            matrices = matrices or is_stack(n)
            matrices = matrices or (isinstance(n, Apply) and n.name in ("tr", "diag", "softmax", "det"))
    if max(counts) or not matrices:
        return max(counts)
    letter = base.rpartition(" ")[2]
    if len(letter) > 1:
        return int(is_vector_by_use(base, found))
    return 0 if is_number_by_use(base, found) else 1 + letter.isupper()


def _declares_matrix(node: Node | None) -> bool:
    """``X \\in \\mathbb{R}^{n \\times m}``."""
    if not isinstance(node, Relation) or node.signs != ("in",) or not isinstance(node.items[1], Script):
        return False
    above = node.items[1].above
    size_of_space = above.power if above is not None else None
    return isinstance(size_of_space, Product) and any(op == "times" for op, _ in size_of_space.factors)
