"""What was read of a document: its scope, its claims, what it assumes."""

from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symbackprop.claims.latex.scope import Scope, Symbol
from symbackprop.claims.latex.statements import Statement
from symbackprop.claims.latex.tree import (
    Node,
    Relation,
)
from symbackprop.claims.latex.values import Algebra
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
class Document:
    """What was read."""

    scope: Scope = field(default_factory=Scope)
    algebra: Algebra = field(default_factory=Algebra)
    claims: list[Pending] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    definitions: list[dict[str, Any]] = field(default_factory=list)
    redefined: list[str] = field(default_factory=list)
    sizes: set[str] = field(default_factory=set)
    rowwise: bool | None = None
    numerator: bool = False
    scale: Expr | None = None  # of derivatives by activations in d-notation
