"""``\\delta^L = error``, ``C = \\text{cost}``: a word for what a symbol is, no value that it has.

Such a line neither defines nor claims anything. A word that stands anywhere else in the mathematics is a symbol.
"""

from collections import Counter
from collections.abc import Sequence

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Relation, Script, Words, walk

_WORDS = frozenset(
    "activation activations bias biases cost erreur error errors erro fehler gradient gradients input inputs label"
    " labels loss output outputs prediction predictions target targets weight weights coste costo custo entrada"
    " salida saida kosten eingabe ausgabe gewichte poids biais sortie".split()
)


def without_names_in_words(found: Sequence[Statement]) -> list[Statement]:
    """The statements that are more than a word for a symbol."""
    trees = (s.node for s in found if s.node is not None)
    counts = Counter(_word(n) for tree in trees for n in walk(tree) if isinstance(n, Letter | Words))
    return [s for s in found if (word := _named(s)) is None or counts[word] > 1]


def _named(s: Statement) -> str | None:
    """error of ``\\delta = error``."""
    if not isinstance(s.node, Relation) or s.node.signs not in (("=",), (":=",)):
        return None
    left, right = s.node.items
    if not isinstance(left, Letter | Script) or not isinstance(right, Letter | Words):
        return None
    return word if (word := _word(right)) in _WORDS else None


def _word(node: Letter | Words) -> str:
    return (node.name if isinstance(node, Letter) else node.text).strip().lower()
