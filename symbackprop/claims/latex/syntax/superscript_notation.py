"""What stands above a symbol: a label in brackets, a transposition, an inverse, or a power.

``W^{(l)T}`` and ``W^{-T}`` have their readings; what a reader could take for a power and for a label is refused.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from symbackprop.claims.latex.syntax.marks import prime_length
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Product, Superscript
from symbackprop.claims.latex.text.vocabulary import RELATIONS

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser

_UPRIGHT = ("\\mathsf", "\\mathrm", "\\mathit")
_TRANSPOSITIONS = ("T", "\\top", "\\intercal", "text:T", "textrm:T", "textsf:T")
_AFTER_LABEL = ("}", "^", *_TRANSPOSITIONS, "\\mathsf")


def superscript(p: "Parser") -> Superscript:
    """What follows a ``^``: one token, or the parts of a group."""
    if not p.accept("{"):
        p.split_number()
        return _part(p, Superscript(), single=True)
    found = Superscript()
    while p.peek() != "}":
        if p.ended:
            raise p.error("expected '}'")
        found = (
            _raised_label(p, found) if p.peek() == "^" and found.label is not None else _part(p, found, single=False)
        )
    p.expect("}")
    return found


def _raised_label(p: "Parser", so_far: Superscript) -> Superscript:
    """``A^{[1]^T}``: a transposition above a label."""
    p.k += 1
    above = superscript(p)
    if not (above.transposed or above.inverse) or above.power is not None or above.label is not None:
        raise p.error("above a label stands nothing but a transposition")
    return replace(so_far, transposed=above.transposed, inverse=above.inverse)


def _part(p: "Parser", so_far: Superscript, single: bool) -> Superscript:
    """One more part of a superscript: the first reading that takes it."""
    for read in (_transposed, _inverted, _labelled):
        found = read(p, so_far, single)
        if found is not None:
            return found
    if so_far.power is not None:
        raise p.error("two superscripts in one")
    return replace(so_far, power=p.argument() if single else _power(p))


def _transposed(p: "Parser", so_far: Superscript, single: bool) -> Superscript | None:
    start, t = p.k, p.peek()
    if t not in _TRANSPOSITIONS and t not in _UPRIGHT:
        return None
    p.k += 1
    if t in _UPRIGHT and p.plain_word() != "T":
        p.k = start
        return None
    if single or p.peek() in ("}", "^", "'"):
        return replace(so_far, transposed=True)
    p.k = start
    return None


def _inverted(p: "Parser", so_far: Superscript, single: bool) -> Superscript | None:
    if single or p.peek() != "-" or p.peek(2) != "}" or p.peek(1) not in ("1", "\\top", "T"):
        return None
    transposed = p.peek(1) != "1"
    p.k += 2
    return replace(so_far, inverse=True, transposed=transposed or so_far.transposed)


def _labelled(p: "Parser", so_far: Superscript, single: bool) -> Superscript | None:
    bracket = p.peek()
    if bracket not in ("[", "(") or single or so_far.power is not None or so_far.label is not None:
        return None
    start = p.k
    p.k += 1
    closer = "]" if bracket == "[" else ")"
    label = p.within(closer, p.sum)
    p.expect(closer)
    after = p.peek()
    other = _of_example(p, label, bracket)
    if other is not None:
        return replace(so_far, **other)
    if (length := prime_length(p)) > 0 and bracket == "[" and p.peek(length) == "}":
        p.k += length
        return replace(so_far, label=label, bracket=bracket, primes=1)
    if after in ("\\times", "\\cdot"):  # \mathbb{R}^{(n+1) \times m}: two sizes
        p.k = start
        return None
    if after in _AFTER_LABEL or (after == "-" and p.peek(1) in ("1", "T")):
        return replace(so_far, label=label, bracket=bracket)
    raise p.error("a bracketed superscript is a label; nothing but a transposition may follow it")


def _of_example(p: "Parser", first: Node, bracket: str) -> dict[str, Any] | None:
    """``a^{[2](i)}`` and ``a^{(i)[2]}``: the example i in the layer 2, which has to be a number."""
    other = {"[": "(", "(": "["}[bracket]
    if p.peek() != other:
        return None
    p.k += 1
    closer = {"(": ")", "[": "]"}[other]
    second = p.within(closer, p.sum)
    p.expect(closer)
    layer, example = (first, second) if bracket == "[" else (second, first)
    if p.peek() not in _AFTER_LABEL or not isinstance(layer, Number) or not isinstance(example, Letter):
        raise p.error("two labels in brackets: the number of a layer and the letter of an example are read")
    return {"label": example, "bracket": "(", "layer": layer}


def _power(p: "Parser") -> Node:
    node = p.within("}", p.sum)
    if p.peek() == "/" or p.peek() in RELATIONS:
        raise p.error(f"{p.peek()!r} in a superscript")
    if isinstance(node, Product) and len(node.factors) == 2:
        op, last = node.factors[1]
        if op == "" and isinstance(last, Letter) and last.name == "T":
            raise p.error("a label followed by T: write the label in brackets")
    return node
