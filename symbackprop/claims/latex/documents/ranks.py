"""How many axes a symbol has that nothing declares: its subscripts say it, else the letter that people take for it.

A document without any matrix notation (no transposes, ⊙, norms, bold letters) is about numbers, and so is one that says
that all of its variables are and speaks of no vectors; in any other a capital letter is a matrix, a small Latin one a
vector, a Greek one a number.
"""

import re
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
_NUMBERS = re.compile(
    r"\b(?:all|alle|toutes|todas|tutte|все) (?:[^\W\d]+ ){0,3}?(?:are|being|sind|sont|son|são|sono|-|—)? ?"
    r"(?:des |real |simple |just )?(?:one-dimensional|1-dimensional|scalars?\b|numbers\b|skalar|scalaires|escalares"
    r"|scalari\b|скаляр)"
    r"|\bscalar (?:form|version)\b|[均都][为是]标量|标量形式",
    re.I,
)
_ARRAYS = re.compile(r"vector|matri|vektor|vecteur|vetor|vettor|вектор|матриц|向量|矩阵", re.I)


def are_all_numbers(found: Sequence[Statement]) -> bool:
    """Whether words say that all variables are numbers, and neither they nor formulas speak of vectors or matrices."""
    words = [s.before for s in found if s.before]
    if not any(map(_NUMBERS.search, words)) or any(map(_ARRAYS.search, words)):
        return False
    above = [n.above for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Script)]
    turned = any(x is not None and x.transposed for x in above)
    return not turned and not any(t.text in _BOLD for s in found for t in s.tokens)


def guessed_rank(el: Elaborator, base: str, found: Sequence[Statement]) -> int:
    """The number of axes that is tried for a symbol, else the one that people mean by such a letter."""
    return el.scope.tried.get(base, _rank(base, found))


def _rank(base: str, found: Sequence[Statement]) -> int:
    if base in written_entries([s.node for s in found]) or are_all_numbers(found):
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
