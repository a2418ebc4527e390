"""The terms of the normal form: interned atoms, monomials of them, polynomials of those.

* ``Poly`` maps a ``Term`` to its rational coefficient; a ``Term`` is a product of atoms with rational exponents, in
  the order of the atoms' numbers. An atom is interned: equal atoms are one object, so that comparing is free.
* A sum over indices that are connected by its factors is one atom, ``sum``; ``Σ_n x_n Σ_m x_m`` is its square. Terms
  therefore never carry bound indices, and multiplying never renames.
* Bound indices of an atom are named ``#level.k`` with a level above every binder inside, so that renaming cannot
  capture. Opening an atom gives them fresh names.

A ``Workspace`` owns the tables of one question: its facts, its deadline, its atoms.
"""

import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import count
from math import gcd
from typing import Any

from sympy import Expr

Number = int | Fraction
Term = tuple[tuple["Atom", Number], ...]
Poly = dict[Term, Number]
Frozen = frozenset  # of (term, coefficient): a polynomial inside an atom
ONE: Term = ()

INDICATORS = frozenset({"delta", "positive", "integer_positive"})  # atoms that are 0 or 1
BINDERS = frozenset({"sum", "max", "argmax", "inverse", "determinant"})


class Undecided(Exception):
    """The normal form cannot say: a case that it does not know, or a limit reached."""


class OutOfTime(Undecided):
    """The deadline has passed."""


class Idx:
    """An index of the normal form; ``size`` is a SymPy expression."""

    __slots__ = ("name", "size", "uid")

    def __init__(self, name: str, size: Expr, uid: int) -> None:
        self.name, self.size, self.uid = name, size, uid

    def __repr__(self) -> str:
        return self.name


class Atom:
    """An interned factor: ``kind`` and ``args``; ``free`` are the indices that occur free in it."""

    __slots__ = ("anonymous", "args", "free", "kind", "level", "uid")

    def __init__(self, kind: str, args: tuple, uid: int, free: frozenset, level: int) -> None:
        self.kind, self.args, self.uid, self.free, self.level = kind, args, uid, free, level
        self.anonymous: int | None = None  # see signature.anonymous

    def __repr__(self) -> str:
        return f"{self.kind}{self.args}"


class Workspace:
    """The tables of one question. ``facts`` say what holds of the inputs."""

    def __init__(self, facts: Any, deadline: float | None = None, largest: int = 20_000) -> None:
        self.facts, self.deadline, self.largest = facts, deadline, largest
        self._indices: dict[tuple, Idx] = {}
        self._atoms: dict[tuple, Atom] = {}
        self._fresh = count(1)
        self._ticks = 0
        self.memo: dict[Any, Any] = {}

    def tick(self, terms: int = 0) -> None:
        """Raise ``OutOfTime`` after the deadline, ``Undecided`` where a polynomial has grown too long."""
        self._ticks += 1
        if terms > self.largest:
            raise Undecided("a polynomial has grown too long")
        if self.deadline is not None and self._ticks % 64 == 0 and time.process_time() > self.deadline:
            raise OutOfTime("out of time")

    def index(self, name: str, size: Expr) -> Idx:
        key = (name, size)
        if key not in self._indices:
            self._indices[key] = Idx(name, size, len(self._indices))
        return self._indices[key]

    def fresh(self, like: Idx) -> Idx:
        """An index of that size under a name that no expression has: ``~7`` may be free in a claim."""
        return self.index(f"@{next(self._fresh)}", like.size)

    def atom(self, kind: str, *args: Any) -> Atom:
        """The atom of that kind and those arguments; arguments are frozen polynomials, terms, indices and names."""
        key = (kind, args)
        found = self._atoms.get(key)
        if found is None:
            found = Atom(kind, args, len(self._atoms), _free(kind, args), max(map(_level, args), default=0))
            if kind in BINDERS:
                found.level = max((int(b.name[1:].split(".")[0]) for b in bound_of(found)), default=0)
            self._atoms[key] = found
        return found


def bound_of(atom: Atom) -> tuple[Idx, ...]:
    """The indices that a binding atom binds: its first argument."""
    return atom.args[0] if atom.kind in BINDERS else ()


def _free(kind: str, args: tuple) -> frozenset:
    found: set[Idx] = set()
    for a in args:
        found |= free_of(a)
    return frozenset(found - set(args[0])) if kind in BINDERS else frozenset(found)


def free_of(value: Any) -> set[Idx]:
    """The free indices of an argument of an atom."""
    if isinstance(value, Idx):
        return {value}
    if isinstance(value, Atom):
        return set(value.free)
    if isinstance(value, tuple | frozenset | dict):
        return set().union(*map(free_of, value)) if value else set()
    return set()


def _level(value: Any) -> int:
    if isinstance(value, Atom):
        return value.level
    if isinstance(value, tuple | frozenset | dict):
        return max(map(_level, value), default=0)
    return 0


def level_of(value: Any) -> int:
    """The highest level of a binder inside."""
    return _level(value)


def freeze(poly: Poly) -> Frozen:
    """A polynomial as an argument of an atom."""
    return frozenset(poly.items())


def thaw(frozen: Frozen) -> Poly:
    return dict(frozen)


def constant(value: Number) -> Poly:
    return {ONE: value} if value else {}


def single(atom: Atom, exponent: Number = 1) -> Poly:
    return {((atom, exponent),): 1}


def index_value(w: Workspace, i: Idx) -> Poly:
    """An index as a number."""
    return single(w.atom("index", i))


def bare_index(slot: Frozen) -> Idx | None:
    """The index that a slot is, where it is nothing else."""
    if len(slot) == 1:
        ((term, coefficient),) = slot
        if coefficient == 1 and len(term) == 1 and term[0][1] == 1 and term[0][0].kind == "index":
            return term[0][0].args[0]
    return None


def common_step(gap: Poly) -> int:
    """What divides all but the constant term of a whole-valued polynomial; 1 where it may have other values."""
    if not all(isinstance(c, int) and is_whole(t) for t, c in gap.items()):
        return 1
    return gcd(*(int(c) for t, c in gap.items() if t != ONE))


def is_whole(term: Term) -> bool:
    """Whether a term is a product of sizes and indices: its values are whole numbers."""
    return all(isinstance(e, int) and e > 0 and a.kind in ("size", "index", "floor") for a, e in term)


def number_of(poly: Mapping | Frozen) -> Number | None:
    """The number that a polynomial is, or None."""
    items = dict(poly)
    return 0 if not items else items[ONE] if len(items) == 1 and ONE in items else None


Rebuild = Callable[[Workspace, Atom, Mapping[Idx, Poly]], Poly]
REBUILD: dict[str, Rebuild] = {}


def rebuilds(*kinds: str) -> Callable[[Rebuild], Rebuild]:
    """Registers how atoms of these kinds are made anew when indices in them are replaced."""

    def register(rule: Rebuild) -> Rebuild:
        REBUILD.update(dict.fromkeys(kinds, rule))
        return rule

    return register
