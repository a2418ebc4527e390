"""One formula from tokens to a tree: precedence climbing, everything consumed or refused at its place.

From loose to tight: relations, sums, products (juxtaposition included), sign, function application, scripts. A sum
sign reaches to the next + or - of its level. What a reader could take in two ways (``x / 2 y``, ``\\tanh x y``) is
refused with both readings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symbackprop.claims.latex.syntax.atoms import atom
from symbackprop.claims.latex.syntax.derivative_notation import nabla, partial
from symbackprop.claims.latex.syntax.marks import marked, prime_length, primed_length, star_length
from symbackprop.claims.latex.syntax.operator_notation import application, reduction
from symbackprop.claims.latex.syntax.patterns import multiplied, summed
from symbackprop.claims.latex.syntax.positive_parts import plus_length, positive_part
from symbackprop.claims.latex.syntax.slices import sliced
from symbackprop.claims.latex.syntax.superscript_notation import superscript
from symbackprop.claims.latex.syntax.tree import (
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
)
from symbackprop.claims.latex.text.cursor import Cursor
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import CLOSERS, LETTERS, NO_FACTOR, PRODUCTS, RELATIONS, SAME_FACE
from symbackprop.errors import located as located


@dataclass
class Scripts:
    """What stands around a symbol that starts at ``at``, gathered while it is read."""

    at: int
    below: tuple[Node, ...] = ()
    above: Superscript | None = None
    primes: int = 0
    plus: bool = False  # below brackets
    mark: str = ""  # a star, or a prime that is no derivative


class Parser(Cursor):
    """The grammar of one formula over its tokens; ``end`` is the offset after the last.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> Parser(tokens("-x"), 2).formula()
    Sum(at=0, terms=((-1, Letter(at=1, name='x')),))
    """

    def formula(self) -> Node:
        """The whole of the tokens as one formula. Raises ``ReadError`` at the first token that does not fit."""
        node = self.relation(lists=True)
        if not self.ended:
            raise self.error(f"cannot read {self.peek()!r} here")
        return node

    def sub(self, given: Sequence[Token]) -> "Parser":
        """A parser of tokens that were taken out, one level deeper."""
        self.enter()
        inner = Parser(given, given[-1].at + 1 if given else self.at)
        inner.depth = self.depth
        self.depth -= 1
        return inner

    def within(self, closer: str, read: Callable[[], Node]) -> Node:
        """What is read up to a closer, which is left standing."""
        self.closers.append(closer)
        node = read()
        self.closers.pop()
        return node

    # -- relations

    def relation(self, lists: bool = False) -> Node:
        start = self.at
        items, signs, places = [], [], []
        items.append(self._item(lists) if self._relation_sign() is None else Special(start, "empty"))
        while (sign := self._relation_sign()) is not None:
            places.append(self.at)
            self.k += 2 if self.peek() == ":" and self.peek(1) == "=" else 1
            self.accept("&")
            signs.append(sign)
            items.append(self._item(lists))
        return Relation(start, tuple(items), tuple(signs), tuple(places)) if signs else items[0]

    def _item(self, lists: bool) -> Node:
        """One side of a relation; at the top a list by commas, as in ``x, y \\in``."""
        start = self.at
        items = [self.sum()]
        while lists and self.accept(","):
            items.append(self.sum())
        return items[0] if len(items) == 1 else Group(start, "list", tuple(items))

    def _relation_sign(self) -> str | None:
        if self.peek() == ":" and self.peek(1) == "=":
            return ":="
        if self.peek() == "\\not" and self.peek(1) in RELATIONS:
            self.k += 1
            return "!=" if self.peek() == "=" else "notin"
        return RELATIONS.get(self.peek())

    # -- sums and products

    def sum(self) -> Node:
        start = self.at
        self.enter()
        sign = self.signs()
        if self.peek() in ("\\pm", "\\mp"):
            raise self.error("± is two formulas in one: write both")
        terms = [(sign, self.product())]
        while self.peek() in ("+", "-"):
            sign = self.signs()
            terms.append((sign, self.product()))
        self.depth -= 1
        terms = list(summed(terms))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Sum(start, tuple(terms))

    def product(self) -> Node:
        start = self.at
        factors: list[tuple[str, Node]] = [("", self.scripted())]
        while True:
            if self.peek() in PRODUCTS:
                op = PRODUCTS[self.take().text]
                sign = self.signs()
                factor = self.scripted()
                factors.append((op, factor if sign > 0 else Sum(factor.at, ((-1, factor),))))
                if op == "/":
                    self._check_slash(factors)
            elif self.starts_factor():
                factors.append(("", self.scripted()))
            else:
                break
        factors = list(multiplied(factors))
        return factors[0][1] if len(factors) == 1 else Product(start, tuple(factors))

    def _check_slash(self, factors: list[tuple[str, Node]]) -> None:
        """``a / b c`` is (a/b)c to some and a/(bc) to others."""
        above, below = factors[-2][1], factors[-1][1]
        if not self.starts_factor() or isinstance(below, Group) or self.peek() in ("\\sum", "(", "[", "\\{"):
            return
        if isinstance(below, Number) and isinstance(above, Number) and len(factors) == 2:
            return
        raise self.unclear("(a / b) c or a / (b c); write brackets or \\frac")

    def starts_factor(self) -> bool:
        """Whether what stands here goes on with a product by juxtaposition."""
        t = self.peek()
        if self.ended or t in NO_FACTOR or (t in CLOSERS and not (t in SAME_FACE and self.opens(t))):
            return False
        return not (t == "\\not" and self.peek(1) in RELATIONS)

    def opens(self, face: str) -> bool:
        """Whether a bar that stands here opens: it closes where one of its face is open."""
        return face not in self.closers

    # -- symbols with scripts

    def scripted(self) -> Node:
        """One factor: an atom with its scripts, and where it is an operator, with what it acts on."""
        start = self.at
        self.enter()
        node = atom(self)
        scripts = Scripts(start)
        while self._script(scripts, node):
            pass
        self.depth -= 1
        if scripts.plus and isinstance(node, Group):
            return positive_part(node, scripts.above)
        if isinstance(node, Special) and (act := _OPERATORS.get(node.name.partition(":")[0])) is not None:
            return act(self, node, scripts)
        if scripts.mark:
            node = marked(self, node, scripts.mark)
        if not scripts.below and scripts.above is None and not scripts.primes:
            return sliced(self, node)
        if scripts.above is not None and scripts.above.layer is not None:
            node = self._in_layer(node, scripts)
        merged = _merged(node, scripts) if isinstance(node, Script) else None
        return sliced(self, merged or Script(start, node, scripts.below, scripts.above, scripts.primes))

    def _in_layer(self, node: Node, found: Scripts) -> Letter:
        """``a^{[2](i)}`` as the example i of a symbol that has its layer in its name, as it has its accents."""
        above = found.above
        if not isinstance(node, Letter) or above is None or not isinstance(above.layer, Number):
            raise self.error("a layer and an example above something that is no symbol")
        found.above = replace(above, layer=None)
        return Letter(node.at, f"{above.layer.value} {node.name}")

    def _script(self, found: Scripts, node: Node) -> bool:
        """Take one more script of what was read into those found; False where none stands here."""
        t = self.peek()
        if t not in _SCRIPTS:
            return False
        if (length := plus_length(self, node)) > 0 and not found.below:
            self.k += length
            found.plus = True
        elif t == "_" and not found.below:
            self.k += 1
            found.below = self._subscripts()
        elif (length := primed_length(self)) > 0 and not found.mark:
            self.k += length
            found.mark = "prime"
        elif (length := prime_length(self)) > 0:
            self.k += length
            found.primes += 1
        elif (length := star_length(self)) > 0 and not found.mark:
            self.k += length
            found.mark = "star"
        elif t == "^" and found.above is None:
            self.k += 1
            found.above = superscript(self)
            found.primes += found.above.primes
            found.above = replace(found.above, primes=0)
        elif t == "{" and self.peek(1) == "}":
            self.k += 2
        elif t in ("_", "^"):
            raise self.error(f"a second {t!r} on one symbol")
        else:
            return False
        return True

    def _subscripts(self) -> tuple[Node, ...]:
        if not self.accept("{"):
            self.split_number()
            return (_word(atom(self)),)
        signs = self._signs_alone()
        if signs:
            return (Words(self.at, signs),)
        items = [self.within("}", self.relation)]
        while self.accept(",") or self.accept(";"):
            items.append(self.within("}", self.relation))
        self.expect("}")
        return tuple(map(_word, items))

    def _signs_alone(self) -> str:
        """``++`` of ``\\mathbb{S}^n_{++}``, taken with its brace."""
        k = 0
        while self.peek(k) in ("+", "-"):
            k += 1
        if not k or self.peek(k) != "}":
            return ""
        signs = "".join(self.take().text for _ in range(k))
        self.expect("}")
        return signs

    # -- groups and arguments

    def braced(self) -> Node:
        """The rest of a group in braces."""
        node = self.within("}", self.relation)
        self.expect("}")
        return node

    def argument(self) -> Node:
        """What a command takes: a group, or one token."""
        if self.accept("{"):
            if self.accept("}"):
                return Special(self.at, "empty")
            return self.braced()
        self.split_number()
        return atom(self)


_SCRIPTS = frozenset(("_", "^", "'", "\\prime", "{"))
_OPERATORS: dict[str, Callable[[Parser, Special, Scripts], Node]] = {
    "reduce": reduction,
    "function": application,
    "nabla": nabla,
    "partial": partial,
}


def _word(node: Node) -> Node:
    """A subscript of several upright letters is a word, never an index."""
    if isinstance(node, Letter) and len(node.name) > 1 and node.name.isalpha() and "\\" + node.name not in LETTERS:
        return Words(node.at, node.name)
    return node


def _merged(node: Script, more: Scripts) -> Script | None:
    """``{W_1}^T`` as ``W_1^T``; None where both have the same script."""
    if (node.below and more.below) or (node.above is not None and more.above is not None):
        return None
    return Script(node.at, node.base, node.below or more.below, node.above or more.above, node.primes + more.primes)
