"""What was read of a document: its scope, its claims, what it assumes."""

from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.scope import Key, Scope, Symbol
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.claims.latex.syntax.said import Said
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Node,
    Relation,
)
from symbackprop.equations import Equation
from symbackprop.proof.facts import Assumption


@dataclass
class Pending:
    """A claim to be judged: one link of a chain."""

    statement: Statement
    left: Node
    sign: str
    right: Node
    at: int
    scope: Scope
    ranges: dict[str, Expr]
    error: Exception | None = None
    cost: Symbol | None = None
    conditions: tuple[Relation, ...] = ()


@dataclass
class Given:
    """What the task fixed: its names, the cost, the right sides that it wrote, what it declared."""

    names: frozenset[str] = frozenset()
    cost: Symbol | None = None
    equations: dict[str, Equation] = field(default_factory=dict)
    declared: dict[Key, Symbol] = field(default_factory=dict)

    def __contains__(self, symbol: Any) -> bool:
        return isinstance(symbol, Symbol) and symbol.name in self.names


@dataclass(frozen=True)
class Redefined:
    """A symbol that was defined anew, where, and what was found when the two right sides were compared."""

    name: str
    at: int
    first: int | None
    found: Any


@dataclass
class Document:
    """What was read."""

    scope: Scope = field(default_factory=Scope)
    algebra: Algebra = field(default_factory=Algebra)
    claims: list[Pending] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    cases: list[tuple[int, int]] = field(default_factory=list)  # where what stands holds of a case alone
    said: list[Said] = field(default_factory=list)  # of letters, in words
    definitions: list[dict[str, Any]] = field(default_factory=list)
    redefined: list[Redefined] = field(default_factory=list)
    given: Given = field(default_factory=Given)
    notes: list[str] = field(default_factory=list)
    sizes: set[str] = field(default_factory=set)
    rowwise: bool | None = None
    numerator: bool = False
    differentials: bool = False  # words speak of them: dX may be one
    convolves: bool = False  # words speak of convolutions
    correlates: bool = False  # * is said to be a cross-correlation
    classes: frozenset[str] = frozenset()  # letters by which the words call the class of an example
    one_class: str = ""  # the one of them that is nothing else, wherever it stands
    speaks_of_one_hot: bool = False  # or of what sums to one: somewhere, of something
    class_vector: str = ""  # its one-hot vector, y of y_k
    shaped: bool = False  # words say shapes
    unsigned: set[str] = field(default_factory=set)  # letters over which definitions sum without a sign
    late: set[int] = field(default_factory=set)  # declarations under a later heading than the first use
    derivatives: dict[tuple, Any] = field(default_factory=dict)  # found already, by the equations that they are of
    others: list["Document"] = field(default_factory=list)  # further parts, each of which is read by itself
    scale: Expr | None = None  # of derivatives by activations in d-notation

    def cost(self) -> Symbol | None:
        """The last definition of the forward pass, where it is a scalar; that of a task wins."""
        scope = self.scope
        if self.given.cost is not None:
            return self.given.cost
        read = {r for e in scope.equations.values() for r in e.reads if r != e.name}
        for name in reversed(scope.equations):
            if name in scope.generic.values() or (name in read and scope.equations[name].slots):
                continue
            symbol = next(s for s in scope.symbols.values() if s.name == name)
            return symbol if not symbol.shape else None
        return None

    def elaborator(self) -> Elaborator:
        """Values in the scope as it is so far."""
        el = Elaborator(self.scope, self.algebra)
        el.sizes, el.rowwise = self.sizes, self.rowwise
        return el

    def note_definition(self, s: Statement, verdict: str, reading: str, error: Exception | None = None) -> None:
        """Keep how a definition was read, or why it was not."""
        entry = {"at": s.at, "statement": s, "reading": reading, "verdict": verdict}
        if error is not None:
            entry["reason"] = str(getattr(error, "message", error))
        self.definitions.append(entry)
