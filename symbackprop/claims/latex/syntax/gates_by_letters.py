r"""``o_t = \sigma(u_{o,t})``, ``f_t = \sigma(u_{ft})``: a gate's letter before the step, as a part of the name.

What stands first below u is the letter of a gate where the equation of each such gate, ``o_t``, has ``u_{o,t}`` in it,
and t counts steps, as some ``h_t`` beside ``h_{t-1}`` says. Where u also has another letter there, or is written in
another way, nothing is told apart: it may count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Reduce, Relation, Script, Sum, mapped, walk

GATE = "∷"  # between a letter and that of its gate
_TIME = ("t", "tau")


def with_gates_by_letters(found: Sequence[Statement]) -> list[Statement]:
    """The statements, each letter that carries those of gates with them in its name.

    >>> from symbackprop.claims.latex.syntax.statements import statements
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> from symbackprop.claims.latex.text.displays import displays
    >>> text = r"$$u_{ot} = v h_{t-1}$$ $$o_t = \\tanh(u_{o,t})$$ $$h_t = o_t$$"
    >>> [latex_of(s.node.items[0]) for s in with_gates_by_letters(statements(displays(text), {}))]
    ['u_{o, t}', 'o_{t}', 'h_{t}']
    """
    nodes = [s.node for s in found if s.node is not None]
    scripts = [n for node in nodes for n in walk(node) if isinstance(n, Script) and isinstance(n.base, Letter)]
    step = next((letter for letter in _TIME if _counts(scripts, letter)), "")
    gates: dict[str, set[str]] = {}
    for node in nodes if step else ():
        for base, gate in _shown(node, step):
            gates.setdefault(base, set()).add(gate)
    counting = {x.name for node in nodes for n in walk(node) if isinstance(n, Reduce) for x in _letters(n.below)}
    named = {base: mine for base, mine in gates.items() if not mine & counting}
    general = {base: _general(nodes, base, mine, step) - counting for base, mine in named.items()}
    named = {base: mine for base, mine in named.items() if _only(nodes, base, mine | general[base], step)}
    if not named:
        return list(found)
    of_any = set[str]().union(*named.values(), *(general[base] for base in named))
    named |= {base: of_any for base in _weights(scripts, of_any, counting) - set(named)}
    return [
        s if node is None else replace(s, node=_renamed(node, named, counting | {step}))
        for s in found
        for node in _of_each(s.node, named, general)
    ]


def _general(nodes: Sequence[Node], base: str, gates: set[str], step: str) -> set[str]:
    r"""k, where ``u_{kt} = W_k x_t`` defines u for any gate k, and for that letter alone."""
    lefts = [n.items[0] for n in nodes if isinstance(n, Relation) and n.signs[0] in ("=", ":=")]
    slots = [flattened(n.below) for n in lefts if isinstance(n, Script) and n.base == Letter(n.base.at, base)]
    firsts = {x[0].name for x in slots if len(x) == 2 and isinstance(x[0], Letter) and _is_step(x[1], step)}
    scripts = (n for node in nodes for n in walk(node) if isinstance(n, Script) and isinstance(n.base, Letter))
    own = gates | {n.base.name for n in scripts if isinstance(n.base, Letter)}  # k_t is a symbol: so is its u_{kt}
    return firsts if len(firsts) == 1 and not firsts & own else set()


def _of_each(node: Node | None, named: dict[str, set[str]], general: dict[str, set[str]]) -> Iterator[Node | None]:
    """A definition for any gate as one for each; whatever else as it is."""
    left = node.items[0] if isinstance(node, Relation) else None
    slots = flattened(left.below) if isinstance(left, Script) else ()
    base = left.base.name if isinstance(left, Script) and isinstance(left.base, Letter) else ""
    if base in general and base in named and isinstance(slots[0], Letter) and slots[0].name in general[base]:
        yield from (_with_first(node, slots[0].name, gate) for gate in sorted(named[base]))
    else:
        yield node


def _with_first(tree: Any, letter: str, gate: str) -> Any:
    """A tree with another letter first below its symbols."""
    slots = flattened(tree.below) if isinstance(tree, Script) else ()
    if slots and isinstance(slots[0], Letter) and slots[0].name == letter:
        return replace(tree, below=(replace(slots[0], name=gate), *slots[1:]))
    return mapped(tree, lambda n: _with_first(n, letter, gate))


def _weights(scripts: Sequence[Script], gates: set[str], counting: set[str]) -> set[str]:
    """W of ``W_{oi} x_i``, maybe beside ``W_{oh}``: a gate below it, and then a letter that sums count by."""
    pairs: dict[str, list[tuple[str, ...]]] = {}
    for n in scripts:
        names = tuple(x.name if isinstance(x, Letter) else "" for x in flattened(n.below))
        pairs.setdefault(n.base.name if isinstance(n.base, Letter) else "", []).append(names)
    of_pairs = {base: mine for base, mine in pairs.items() if all(len(x) == 2 and "" not in x for x in mine)}
    counted = {base: {first for first, second in mine if second in counting} for base, mine in of_pairs.items()}
    return {base for base, firsts in counted.items() if firsts and firsts <= gates}


def _letters(node: Node | None) -> Iterator[Letter]:
    return (x for x in walk(node) if isinstance(x, Letter)) if node is not None else iter(())


def _is_step(node: Node, letter: str, shifted: bool = False) -> bool:
    """t, t - 1, t + 1; or only the last two."""
    if isinstance(node, Sum) and len(node.terms) == 2 and node.terms[0][0] > 0 and isinstance(node.terms[1][1], Number):
        return _is_step(node.terms[0][1], letter)
    return not shifted and isinstance(node, Letter) and node.name == letter


def _counts(scripts: Sequence[Script], letter: str) -> bool:
    """Whether some symbol has nothing below it but t, and elsewhere t - 1."""
    alone = [(n.base.name, n.below[0]) for n in scripts if isinstance(n.base, Letter) and len(n.below) == 1]
    plain = {base for base, x in alone if isinstance(x, Letter) and x.name == letter}
    return any(base in plain and _is_step(x, letter, shifted=True) for base, x in alone)


def _shown(node: Node, step: str) -> Iterator[tuple[str, str]]:
    """u and o of ``o_t = \\sigma(u_{o,t})``."""
    left = node.items[0] if isinstance(node, Relation) and node.signs[0] in ("=", ":=") else None
    if not isinstance(left, Script) or not isinstance(left.base, Letter) or left.above is not None:
        return
    if len(left.below) == 1 and _is_step(left.below[0], step) and isinstance(left.below[0], Letter):
        for n in walk(node):
            slots = flattened(n.below) if isinstance(n, Script) and isinstance(n.base, Letter) else ()
            if len(slots) == 2 and slots[0] == replace(left.base, at=slots[0].at) and _is_step(slots[1], step):
                assert isinstance(n, Script) and isinstance(n.base, Letter)
                yield n.base.name, left.base.name


def _only(nodes: Sequence[Node], base: str, gates: set[str], step: str) -> bool:
    """Whether a letter never stands but with one of the gates and a step below it."""
    scripts = [n for node in nodes for n in walk(node) if isinstance(n, Script)]
    mine = [n for n in scripts if isinstance(n.base, Letter) and n.base.name == base]
    bare = sum(isinstance(n, Letter) and n.name == base for node in nodes for n in walk(node)) > len(mine)
    return not bare and all(_is_of_gate(flattened(n.below), gates, step) for n in mine)


def _is_of_gate(slots: tuple[Node, ...], gates: set[str], step: str) -> bool:
    gate = len(slots) == 2 and isinstance(slots[0], Letter) and slots[0].name in gates
    return gate and (isinstance(slots[1], Number) or _is_step(slots[1], step))


def _renamed(tree: Any, named: dict[str, set[str]], counting: set[str]) -> Any:
    """A tree, gates in the names of what they stand below, where a step or an index stands behind them."""
    if isinstance(tree, Script) and isinstance(tree.base, Letter) and tree.base.name in named:
        gate, *rest = flattened(tree.below)
        behind = isinstance(rest[0], Number) or any(x.name in counting for x in _letters(rest[0]))
        if isinstance(gate, Letter) and gate.name in named[tree.base.name] and behind:
            return replace(tree, base=replace(tree.base, name=f"{tree.base.name}{GATE}{gate.name}"), below=tuple(rest))
    return mapped(tree, lambda n: _renamed(n, named, counting))
