"""Tokens to a tree: declarations by their first word, expressions by precedence (Pratt)."""

from fractions import Fraction

from symbackprop.equations import ROLES
from symbackprop.notation.lexer import MAX_DEPTH, Token, tokenize
from symbackprop.notation.messages import Refusal, nearest
from symbackprop.notation.syntax import (
    Call,
    Compare,
    Declared,
    Defined,
    Group,
    Name,
    Negative,
    Node,
    Number,
    Place,
    Power,
    Product,
    Read,
    Statement,
    Sum,
)

KEYWORDS = ("size", "index", *ROLES)
_COMPARE, _SUM, _PRODUCT, _NEGATIVE, _POWER = range(1, 6)
_LEVEL = {
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), _COMPARE),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "//"), _PRODUCT),
    "**": _POWER,
}


def parse(text: str) -> list[Statement]:
    """All statements of a text, in order.

    >>> [type(s).__name__ for s in parse("input x[N], y\\nz = x[0] - y")]
    ['Declared', 'Declared', 'Defined']
    """
    return [s for line in tokenize(text) for s in _Parser(line).statements()]


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.position, self.depth = tokens, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.next
        self.position += 1
        return token

    def accept(self, kind: str) -> bool:
        if self.next.kind == kind:
            self.position += 1
            return True
        return False

    def expect(self, kind: str, what: str = "", hint: str = "") -> Token:
        if self.next.kind != kind:
            found = repr(self.next.text) if self.next.text else "the end of the line"
            raise Refusal("expected", self.next.at, what=what or repr(kind), found=found, hint=hint)
        return self.take()

    # -- statements

    def statements(self) -> list[Statement]:
        first, second = self.tokens[0], self.tokens[1]
        if first.text in KEYWORDS and second.kind not in ("=", "["):
            found = self.declarations(self.take().text)
        else:
            found = [self.equation()]
        self.expect("end", "an operator" if isinstance(found[0], Defined) else "','")
        return found

    def declarations(self, role: str) -> list[Statement]:
        found: list[Statement] = [self.declaration(role)]
        while self.accept(","):
            found.append(self.declaration(role))
        return found

    def declaration(self, role: str) -> Declared:
        name = self.expect("name", "a name")
        if role == "size":
            return Declared(name.at, role, name.text)
        if role == "index":
            self.expect("<", "'<'", f"index {name.text} < N")
            return Declared(name.at, role, name.text, (), self.expression(_SUM))
        slots = self.slots(name.text) if self.next.kind == "[" else ()
        bound: Node | None = None
        if role == "label":
            if not self.accept("<"):
                raise Refusal("label_bound", name.at, name=name.text)
            bound = self.expression(_SUM)
        elif role == "const" and self.accept(">"):
            bound = self.expression(_SUM)
            if not isinstance(bound, Number) or bound.value:
                raise Refusal("const_bound", name.at, name=name.text)
        return Declared(name.at, role, name.text, slots, bound)

    def equation(self) -> Defined:
        if self.next.kind != "name":
            raise Refusal("left", self.next.at)
        name = self.take()
        slots = self.slots(name.text) if self.next.kind == "[" else ()
        self.expect("=", "'='", nearest(name.text, KEYWORDS))
        return Defined(name.at, name.text, slots, self.expression())

    def slots(self, name: str) -> tuple[Node, ...]:
        bracket = self.expect("[")
        if self.next.kind == "]":
            raise Refusal("no_slots", bracket.at, name=name)
        found = self.list()
        self.expect("]", "',' or ']'")
        return found

    def list(self) -> tuple[Node, ...]:
        found = [self.expression()]
        while self.accept(","):
            found.append(self.expression())
        return tuple(found)

    # -- expressions

    def expression(self, level: int = _COMPARE) -> Node:
        left = self.operand()
        while (mine := _LEVEL.get(self.next.kind, 0)) >= level:
            op = self.take()
            if mine == _POWER:
                # Associates to the right; a minus may follow.
                left = Power(op.at, left, self.deeper(op.at, _NEGATIVE))
                continue
            right = self.expression(mine + 1)
            if mine == _COMPARE:
                if _LEVEL.get(self.next.kind) == _COMPARE:
                    raise Refusal("chained", self.next.at)
                left = Compare(op.at, op.text, left, right)
            elif mine == _SUM:
                left = _chain_sum(left, op, right)
            else:
                left = _chain_product(left, op, right)
        return left

    def deeper(self, at: Place, level: int = _COMPARE) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refusal("too_deep", at, limit=MAX_DEPTH)
        found = self.expression(level)
        self.depth -= 1
        return found

    def operand(self) -> Node:
        token = self.next
        if token.kind == "number":
            self.take()
            return Number(token.at, Fraction(token.text))
        if token.kind == "name":
            return self.named(self.take())
        if token.kind in ("-", "+"):
            self.take()
            of = self.deeper(token.at, _NEGATIVE)
            return Negative(token.at, of) if token.kind == "-" else of
        if token.kind == "(":
            return self.bracketed(self.take())
        found = repr(token.text) if token.text else "the end of the line"
        raise Refusal("expected", token.at, what="a number, a name or '('", found=found, hint="")

    def named(self, token: Token) -> Node:
        if self.next.kind == "[":
            return Read(token.at, token.text, self.slots(token.text))
        if self.accept("("):
            args = () if self.next.kind == ")" else self.list()
            self.expect(")", "',' or ')'")
            return Call(token.at, token.text, args)
        return Name(token.at, token.text)

    def bracketed(self, bracket: Token) -> Node:
        inner = self.list()
        self.expect(")", "')' or an operator")
        return inner[0] if len(inner) == 1 else Group(bracket.at, inner)


def _chain_sum(left: Node, op: Token, right: Node) -> Node:
    terms = left.terms if isinstance(left, Sum) else (("+", left),)
    return Sum(op.at, (*terms, (op.text, right)))


def _chain_product(left: Node, op: Token, right: Node) -> Node:
    factors = left.factors if isinstance(left, Product) else (("*", left),)
    return Product(op.at, (*factors, (op.text, right)))
