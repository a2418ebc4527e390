"""Who is what in a document: symbols under the names that people write, with shapes, roles and definitions.

A symbol's key is its base letter (accents included), the text of a subscript that names, and the text of a label.
Its ``name`` is what the index notation calls it: unique, and writable.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr

from symbackprop.claims.latex.meaning.values import Value
from symbackprop.claims.latex.syntax.tree import Node, Superscript
from symbackprop.equations import Equation

Key = tuple[str, str, str]
ROWS, LAYER_ROWS = "~rows", "~layer rows"  # tried of all vectors at once, and of those of layers
UNITS_FIRST = "~units first"  # tried of letters without a layer: they are numbers, of an example before the layers
WITHOUT_WORDS = "~without words"  # tried where the shapes that words give do not conform
ONE_OUTPUT = "~one output"  # tried of the examples of a batch that a cost reads: they are numbers
SUMMED = "~summed"  # tried of a cost that is no number: the sum of its entries, and of one output alone that one


@dataclass
class Symbol:
    """``role``: "input", "label", "const" or "defined"; ``how``: "declared", "by use" or "upstream".

    ``guessed``: its number of axes follows from nothing but how people write; no refutation may rest on that.
    """

    key: Key
    name: str
    shape: tuple[Expr, ...] = ()
    row: bool = False
    role: str = "input"
    how: str = "declared"
    classes: Expr | None = None
    loose: bool = False
    guessed: bool = False
    indexed: bool = False  # as many axes as it has index letters somewhere, maybe more
    step: str | None = None  # the letter of the step that the first axis counts


@dataclass
class Alias:
    """A name for an expression with derivatives: no part of the forward pass. ``layer``: the letter of its label."""

    node: Node
    layer: str | None = None
    slots: tuple[str, ...] = ()


@dataclass
class Defined:
    """A function that the document defines, or (no body) an unknown elementwise one."""

    name: str
    parameter: str = ""
    body: Node | None = None
    row: Any = None
    at: int = 0  # offset of its definition


@dataclass
class Family:
    """Symbols that carry a layer as label: how all of them are declared and defined, in the letter of the layer."""

    shape: tuple[Node, ...] | None = None
    shape_letter: str = ""
    letter: str = ""
    left: Node | None = None
    node: Node | None = None
    slots: tuple[str, ...] = ()  # index letters, where the definition is that of an entry


@dataclass
class Scope:
    """What is known where a claim stands; a redefinition begins a copy."""

    symbols: dict[Key, Symbol] = field(default_factory=dict)
    equations: dict[str, Equation] = field(default_factory=dict)
    aliases: dict[Key, Alias] = field(default_factory=dict)
    functions: dict[str, Defined] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    layered: set[str] = field(default_factory=set)
    ranks: dict[str, int] = field(default_factory=dict)  # axes of layered symbols, from their subscripts
    tried: dict[str, int] = field(default_factory=dict)  # axes of symbols that nobody declares, as an attempt has them
    sequences: dict[str, str] = field(default_factory=dict)  # bases that carry a step, with its letter
    labelled: set[str] = field(default_factory=set)  # bases whose step is a label, h^{(t)}
    of_one_example: frozenset[str] = frozenset()  # bases that are defined for one example and read at each
    wholes: dict[int, Any] = field(default_factory=dict)  # places of letters that are all examples: X beside x^{(i)}
    batches: dict[str, Node] = field(default_factory=dict)  # x, where x^{(i)} is part of X, with X
    batch_net: bool = False  # layers of a batch are defined: Z^{[1]} = W^{[1]} X + b^{[1]}
    zero_based: set[str] = field(default_factory=set)  # index letters that sums count from 0
    zero_axes: set[tuple[str, int]] = field(default_factory=set)  # where such a letter stands bare, as a subscript
    row_letters: set[str] = field(default_factory=set)  # i, where it counts rows alone: A_{i,j}, S_i
    runs: dict[str, str] = field(default_factory=dict)  # N by n, where every sum over n runs from 1 to N
    said_from_zero: set[str] = field(default_factory=set)  # letters of t = 0, ..., T
    slices_from_zero: bool = False  # x[0:n] stands somewhere, or x[:n]
    own_names: frozenset[tuple[str, str]] = frozenset()  # u and o, where u_o is none of the u_k
    sets: dict[str, str] = field(default_factory=dict)  # B, of k in sums over k in B
    differentials: set[str] = field(default_factory=set)  # X, where some equation begins with dX
    steps: dict[str, Expr] = field(default_factory=dict)  # how many steps a letter counts
    first_members: dict[str, int] = field(default_factory=dict)  # from where letters count members of families
    axes_of_members: dict[str, int] = field(default_factory=dict)  # of V_k where use shows that it is a matrix
    boundaries: dict[str, tuple[Equation, ...]] = field(default_factory=dict)  # of recurrences
    arguments: dict[str, tuple[Node, ...]] = field(default_factory=dict)  # of what was defined as f(x) = ...
    surrogates: dict[str, list[str]] = field(default_factory=dict)  # slopes of functions that nobody gives
    unsaid: frozenset[str] = frozenset()  # costs of one step that are summed, and that no formula gives
    named_costs: dict[str, Key] = field(default_factory=dict)  # L = ℓ(ŷ, y): ∂ℓ is ∂L
    defined_at: dict[str, int] = field(default_factory=dict)  # offsets of the definitions
    first_claim: int | None = None  # offset of the first claim that is judged here
    stale: dict[Key, str] = field(default_factory=dict)  # rests on what was defined anew
    ended: dict[Key, "Scope"] = field(default_factory=dict)  # in which such a symbol was defined last
    formulas: dict[str, Node] = field(default_factory=dict)  # the right side of what was defined as L(a, y) = ...
    named_activation: bool = False  # of a layer, under the letter of a function that is given
    named_anew: frozenset[Key] = frozenset()  # named a derivative at a chain's end, and defined further down
    begun_at: int | None = None  # where the example begins
    starred: bool = False  # a definition is a correlation, Y = X * W
    renewed: tuple[str, ...] = ()  # of the block in which a symbol was defined anew, to be entered again
    left_over: frozenset[str] | set[str] = frozenset()  # inputs by use that only an example that is over read
    generic: dict[str, str] = field(default_factory=dict)  # costs that are not given: any function of the outputs
    summed: dict[str, Expr] = field(default_factory=dict)  # costs that are sums of their entries, with how many
    given_further_down: str = ""  # a function that is any one here, and that the document gives later

    @property
    def rows(self) -> bool:
        """Whether the vectors that nobody declares are rows, as in x W + b."""
        return ROWS in self.tried

    def copy(self) -> "Scope":
        """A scope of its own: what is entered there is not seen here."""
        return replace(
            self,
            symbols=dict(self.symbols),
            equations=dict(self.equations),
            aliases=dict(self.aliases),
            functions=dict(self.functions),
            families=dict(self.families),
            names=set(self.names),
            boundaries=dict(self.boundaries),
            arguments=dict(self.arguments),
            surrogates=dict(self.surrogates),
            unsaid=self.unsaid,
            stale=dict(self.stale),
            ended=dict(self.ended),
            formulas=dict(self.formulas),
            defined_at=dict(self.defined_at),
            generic=dict(self.generic),
            renewed=(),
        )

    def add(self, key: Key, **given: Any) -> Symbol:
        """A new symbol, under a name of its own."""
        symbol = Symbol(key, self.free_name(key), **given)
        self.symbols[key] = symbol
        return symbol

    def free_name(self, key: Key) -> str:
        name = readable(key)
        while name in self.names:
            name += "_"
        self.names.add(name)
        return name

    def bases(self) -> set[str]:
        return {k[0] for k in (*self.symbols, *self.aliases)} | set(self.families)


def readable(key: Key) -> str:
    """A name for people: ``W_2``, ``x_hat``, ``z_h``.

    >>> readable(("hat x", "", "")), readable(("W", "2", "")), readable(("z", "", "l+1"))
    ('x_hat', 'W_2', 'z_lp1')
    """
    base, below, label = key
    accents, _, letter = base.rpartition(" ")
    below = below.replace("~", "")
    label = label.replace("+", "p").replace("-", "m").replace("^2", "squared")
    parts = [letter, below, label, *accents.split()]
    name = "_".join(p for p in parts if p)
    cleaned = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)
    return cleaned if cleaned[:1].isalpha() else "v" + cleaned


@dataclass
class Found:
    """What a symbol with scripts turned out to be."""

    what: Symbol | Alias
    slots: tuple[Node, ...]
    above: Superscript | None
    layers: dict[str, Expr]
    example: Node | None = None  # the number of the example that is meant of a batch


@dataclass
class Local:
    """What holds inside one formula: indices by letter with their first value, layers, parameters of functions."""

    indices: dict[str, tuple[Any, int]] = field(default_factory=dict)
    layers: dict[str, Expr] = field(default_factory=dict)
    parameters: dict[str, Value] = field(default_factory=dict)

    def with_index(self, letter: str, index: Any, first: int) -> "Local":
        return Local({**self.indices, letter: (index, first)}, self.layers, self.parameters)
