"""What one consumer contributes to an adjoint: the chain rule, the derivative, the laws; step by step."""

from collections.abc import Callable, Mapping

from sympy import Add, Expr, S

from symbackprop.derivation import Step
from symbackprop.deviations import is_mean
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.folding import is_recallable
from symbackprop.indices import Index, fresh, totals
from symbackprop.naming import choose
from symbackprop.rules import REWRITES, Context
from symbackprop.terms import Entry, Flat, Partial


class Contributions:
    """Contributions within one formula.

    ``cost`` is the name of what is differentiated, and ``is_scalar`` whether its adjoint is 1; ``adjoint_name`` gives
    the name of a tensor's adjoint, ``is_relevant`` whether an equation lies on the way to the cost.
    """

    def __init__(
        self,
        formula: Formula,
        cost: str,
        is_scalar: bool,
        adjoint_name: Callable[[str], str],
        is_relevant: Callable[[Equation], bool] = lambda e: True,
    ) -> None:
        self.formula, self.cost, self.is_scalar = formula, cost, is_scalar
        self.adjoint_name, self.is_relevant = adjoint_name, is_relevant
        self.classes: Mapping[str, Expr] = {t.name: t.classes for t in formula.declared if t.classes is not None}

    def entry(self, name: str) -> Entry:
        """The general entry of a tensor, its indices named as the author named them."""
        own = self.formula.defining.get(name)
        entry = own.left if own is not None else _general_entry(self.formula.tensors[name], self.formula)
        return self._grouped(entry)

    def _grouped(self, entry: Entry) -> Entry:
        """With axes in groups where a consumer reads them so: of a sum over a group no single index could take part."""
        slots = list(entry.slots)
        reads = [
            x for e in self.formula.consumers.get(entry.name, ()) for x in e.rhs.atoms(Entry) if x.name == entry.name
        ]
        taken = {*self.formula.tensors, *(s.name for s in self.formula.sizes), *(i.name for i in entry.atoms(Index))}
        for k, slot in enumerate(slots):
            parts = next((x.slots[k].args for x in reads if isinstance(x.slots[k], Flat)), ())
            if isinstance(slot, Index) and parts and all(isinstance(p, Index) for p in parts):
                names = []
                for p in parts:
                    names.append(choose(p.size, self.formula.names, taken))
                    taken.add(names[-1])
                slots[k] = Flat(*(Index(n, p.size) for n, p in zip(names, parts, strict=True)))
        return Entry(entry.name, *slots)

    def steps(self, e: Equation, entry: Entry) -> tuple[Step, ...]:
        """From the chain rule to the term that consumer e contributes to the adjoint at an entry."""
        rule = {i: fresh(i) for i in e.indices}
        left = Entry(e.name, *(s.xreplace(rule) for s in e.slots))
        indices = tuple(rule.values())
        seed = self._seed(e, left)
        named = totals(seed * Partial(left, entry), *indices)
        taken = totals(seed * e.rhs.xreplace(rule).diff(entry), *indices)
        begin = (Step("chain_rule", Partial(Entry(self.cost), entry), named), Step("differentiate", named, taken))
        return (*begin, *apply_laws(taken, self._context(e)))

    def _seed(self, e: Equation, left: Entry) -> Expr:
        """The adjoint of the consumer's left side."""
        if e.name == self.cost and self.is_scalar:
            return S.One
        if not e.is_boundary:
            return Entry(self.adjoint_name(e.name), *left.slots)
        # The adjoint at a boundary is no entry of the adjoint tensor: it is what the consumers read of that step.
        readers = [c for c in self.formula.consumers[e.name] if self.is_relevant(c)]
        return Add(*(self.steps(c, left)[-1].after for c in readers))

    def _context(self, consumer: Equation) -> Context:
        """Equations of the same layer (or of the same formula, where it has no layers) may be recalled by name."""
        siblings = [e for e in self.formula.equations if e.renaming is consumer.renaming]
        return Context(self.classes, [e for e in siblings if is_recallable(e)], [e for e in siblings if is_mean(e)])


def apply_laws(expr: Expr, context: Context) -> tuple[Step, ...]:
    """The laws in the order of their table, again until none changes anything."""
    steps: list[Step] = []
    for _ in range(4):
        before = expr
        for law in REWRITES:
            assert law.rewrite is not None
            after = law.rewrite(expr, context)
            if after != expr:
                steps.append(Step(law.name, expr, after))
                expr = after
        if expr == before:
            break
    return tuple(steps)


def _general_entry(tensor: Tensor, formula: Formula) -> Entry:
    taken = {*formula.tensors, *(s.name for s in formula.sizes)}
    slots: list[Expr] = []

    def index(size: Expr) -> Index:
        name = choose(size, formula.names, taken)
        taken.add(name)
        return Index(name, size)

    for slot in tensor.shape:
        slots.append(Flat(*(index(s) for s in slot)) if isinstance(slot, tuple) else index(slot))
    return Entry(tensor.name, *slots)
