"""What a question of equality is asked in: definitions, assumptions, classes of labels, shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import DataError
from symbackprop.indices import Index
from symbackprop.proof.facts import Assumption, Facts, facts
from symbackprop.schedule import Recurrence, schedule
from symbackprop.terms import Entry, Flat


@dataclass(frozen=True)
class Context:
    """``definitions``: the equations that names stand for, a ``Formula`` or equations by name; ``assumptions`` about
    inputs; ``classes``: how many values a label has; ``keep``: defined names that are not unfolded;
    ``aliases``: names proved to be equal to others, which stand for them.

    Tensors that nothing declares are inputs whose shape is that of the indices they are used with.
    """

    definitions: Formula | Mapping[str, Equation] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    classes: Mapping[str, Expr] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def formula(self) -> Formula:
        if isinstance(self.definitions, Formula):
            return self.definitions
        equations = tuple(self.definitions.values())
        tensors = {e.name: Tensor(e.name, "defined", e.shape) for e in equations}
        return self._declaring(Formula(tensors, equations), [e.rhs for e in equations])

    def closed(self, expressions: Iterable[Expr]) -> Formula:
        """The formula with every tensor of the expressions declared."""
        return self._declaring(self.formula, expressions)

    def _declaring(self, formula: Formula, expressions: Iterable[Expr]) -> Formula:
        tensors = dict(formula.tensors)
        for e in {e for x in expressions for e in x.atoms(Entry)}:
            if e.name not in tensors and all(isinstance(s, Index | Flat) for s in e.slots):
                role = "label" if e.name in self.classes else "input"
                shape = tuple(tuple(a.size for a in s.args) if isinstance(s, Flat) else s.size for s in e.slots)
                tensors[e.name] = Tensor(e.name, role, shape, self.classes.get(e.name))
        for name in (e.name for x in expressions for e in x.atoms(Entry)):
            if name not in tensors:
                raise DataError(f"the shape of {name} is not known: it is never used with plain indices")
        return Formula(tensors, formula.equations, formula.names)

    @cached_property
    def unfolded(self) -> dict[str, Equation]:
        """The definitions that are put in for names; recurrences have none."""
        recurrent = {e.name for b in schedule(self.formula) if isinstance(b, Recurrence) for e in b.equations}
        return {
            n: e for n, e in self.formula.defining.items() if n not in recurrent | self.keep and n not in self.aliases
        }

    @cached_property
    def aliasing(self) -> dict[str, Equation]:
        """The aliases as equations."""
        found = {}
        for name, other in self.aliases.items():
            slots = self.formula.defining[name].slots
            found[name] = Equation(name, slots, Entry(other, *slots))
        return found

    @cached_property
    def steps(self) -> dict[str, Equation]:
        """The definitions of recurrences, each good for one step."""
        recurrent = {e.name for b in schedule(self.formula) if isinstance(b, Recurrence) for e in b.equations}
        wanted = recurrent & self.formula.boundaries.keys() - self.keep - self.aliases.keys()
        return {n: e for n, e in self.formula.defining.items() if n in wanted}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """For each unfolded name how many definitions stand between it and the inputs, at most."""
        found: dict[str, int] = {}
        for block in schedule(self.formula):
            if not isinstance(block, Recurrence):
                e = block.equation
                found[e.name] = 1 + max((found.get(n, 0) for n in e.reads), default=0)
        return found

    def needed(self, names: Iterable[str]) -> set[str]:
        """The names and all that their definitions read, directly or not."""
        needed: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name not in needed:
                needed.add(name)
                todo += self.unfolded[name].reads if name in self.unfolded else ()
                todo += [self.aliases[name]] if name in self.aliases else []
        return needed

    def facts(self, formula: Formula) -> Facts:
        """What the normal form may use of the inputs."""
        classes = dict(self.classes)
        positive = []
        for t in formula.tensors.values():
            if t.classes is not None:
                classes[t.name] = t.classes
            if t.positive:
                positive.append(Assumption("positive", t.name))
        masks = [Assumption("binary", t.name) for t in formula.tensors_by_role("mask")]
        lengths = {t.name: t.lengths for t in formula.tensors.values()}
        definitions = {n: e for n, e in formula.defining.items() if n not in formula.boundaries}
        return facts((*self.assumptions, *positive, *masks), classes, lengths, formula.defining, definitions)
