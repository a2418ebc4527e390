"""Derivation: the adjoint of every tensor, from its consumers, with every step named.

For each tensor v on the way from the asked-for variables to the cost, and for each equation u that reads it, the
chain rule gives one term, sum over the entries q of u of dC/du_q * du_q/dv_p. One consumer: the vector chain rule is
enough. Several: the total derivative is the sum over them. Shared weights and residual connections therefore come out
right by construction. SymPy differentiates; the laws of ``rules`` then apply in the order of their table.

Every intermediate keeps its name and gets one adjoint equation, so cost and result are linear in depth. What one
equation contributes to the adjoint of what it reads is derived once for each base equation (see ``equations``); the
layers of a deep network are renamed copies of it.

A recurrence's adjoint is the reverse recurrence: ``h[t-1]`` read at t gives a term read at t+1, and the adjoint is
zero beyond the last step. A boundary ``h[-1, j] = h0[j]`` passes on the adjoint of h at that step.
"""

from collections.abc import Iterable, Mapping, Sequence

from sympy import Add, Integer, S

from symbackprop.contributions import Contributions, apply_laws
from symbackprop.copies import Copies
from symbackprop.derivation import Adjoint, Derivation, Path
from symbackprop.equations import DIFFERENTIABLE, Equation, Formula, Tensor
from symbackprop.errors import DataError
from symbackprop.rules import Context
from symbackprop.schedule import Recurrence, schedule
from symbackprop.terms import Entry


def derive(formula: Formula, wrt: Iterable[str] | None = None, outputs: Sequence[str] | None = None) -> Derivation:
    """The gradients of a formula's cost.

    ``wrt``: tensors to differentiate by (default: every input and param). ``outputs``: what is differentiated
    (default: the last equation); a scalar is the cost, else its adjoint ``d<name>`` becomes an input. Raises
    ``DataError`` for names that are not there.

    >>> import symbackprop as sb
    >>> f = sb.formula('''input x[D]; param w[D]; C = sum(i, w[i]*x[i])**2'''.replace("; ", chr(10)))
    >>> derive(f, wrt=["w"]).adjoints["w"].equation
    dw[i] = 2*x[i]*Total(w[#1]*x[#1], #1)
    """
    cost = _cost(formula, outputs)
    names = tuple(wrt) if wrt is not None else tuple(t.name for t in formula.tensors_by_role(*DIFFERENTIABLE))
    for name in names:
        if name not in formula.tensors:
            raise DataError(f"no tensor {name!r} to differentiate by; there are {', '.join(formula.tensors)}")
    return _Deriver(formula, cost, names).run()


def _cost(formula: Formula, outputs: Sequence[str] | None) -> Tensor:
    if outputs is None:
        return formula.output
    if len(outputs) != 1:
        raise DataError(
            "name one output; several outputs are one cost, sum(i, dy[i]*y[i]) + ..., written as an equation"
        )
    if outputs[0] not in formula.defining:
        raise DataError(f"no equation defines {outputs[0]!r}; there are {', '.join(formula.defining)}")
    return formula.tensors[outputs[0]]


class _Deriver:
    def __init__(self, formula: Formula, cost: Tensor, wrt: tuple[str, ...]) -> None:
        self.formula, self.cost, self.wrt = formula, cost, wrt
        self.prefix = self._free_prefix()
        self.relevant = self._relevant()
        self.upstream = Tensor(self.prefix + cost.name, "input", cost.shape) if cost.shape else None
        self.contributions = Contributions(
            formula, cost.name, not cost.shape, self._adjoint_name, lambda e: e.name in self.relevant
        )
        self.copies = Copies(formula, cost.name, not cost.shape, self._adjoint_name)

    def _free_prefix(self) -> str:
        """``d``, or where the formula already holds adjoints ``d2``, ``d3``, ..."""
        names = self.formula.tensors
        for k in range(1, 100):
            prefix = "d" if k == 1 else f"d{k}"
            if not any(prefix + name in names for name in names):
                return prefix
        raise DataError("no free names for the adjoints")

    def _relevant(self) -> set[str]:
        """Tensors on some way from a wanted variable to the cost."""
        formula = self.formula
        upward: set[str] = set()
        todo = [self.cost.name]
        reads: dict[str, set[str]] = {}
        for e in formula.equations:
            reads.setdefault(e.name, set()).update(e.reads)
        while todo:
            name = todo.pop()
            if name not in upward:
                upward.add(name)
                todo += reads.get(name, ())
        downward: set[str] = set()
        todo = list(self.wrt)
        while todo:
            name = todo.pop()
            if name not in downward:
                downward.add(name)
                todo += [e.name for e in formula.consumers.get(name, ())]
        return upward & downward

    def run(self) -> Derivation:
        adjoints: dict[str, Adjoint] = {}
        for name, boundaries in self._order():
            adjoints[name] = self._adjoint(self.formula.tensors[name], boundaries)
        return Derivation(self.formula, self.cost, self.wrt, adjoints, self._program(adjoints), self.upstream)

    def _order(self) -> list[tuple[str, tuple[Equation, ...]]]:
        """Tensors in the order of their adjoints, each with the boundaries that its adjoint needs."""
        order: list[tuple[str, tuple[Equation, ...]]] = []
        for block in reversed(schedule(self.formula)):
            if isinstance(block, Recurrence):
                for e in reversed(block.equations):
                    if e.name in self.relevant:
                        order.append((e.name, self._adjoint_boundaries(block, e)))
            elif block.equation.name in self.relevant and block.equation.name != self.cost.name:
                order.append((block.equation.name, ()))
        leaves = [t.name for t in self.formula.declared if t.name in self.wrt]
        return order + [(name, ()) for name in leaves]

    def _adjoint_boundaries(self, block: Recurrence, e: Equation) -> tuple[Equation, ...]:
        """``dz[T, j] = 0`` for an adjoint that is read beyond the last step."""
        k = block.axis[e.name]
        reach = 0
        for ref in e.rhs.atoms(Entry):
            if ref.name in block.axis:
                gap = ref.slots[block.axis[ref.name]] - e.slots[k]
                reach = max(reach, abs(int(gap)))
        edges = [block.steps + m if block.direction > 0 else Integer(-1 - m) for m in range(reach)]
        return tuple(
            Equation(self._adjoint_name(e.name), (*e.slots[:k], edge, *e.slots[k + 1 :]), S.Zero) for edge in edges
        )

    def _adjoint_name(self, name: str) -> str:
        if self.upstream is not None and name == self.cost.name:
            return self._total_name if self._is_consumed(name) else self.upstream.name
        return self.prefix + name

    @property
    def _total_name(self) -> str:
        return f"{self.prefix}{self.cost.name}_total"

    def _is_consumed(self, name: str) -> bool:
        return any(e.name in self.relevant for e in self.formula.consumers.get(name, ()))

    def _adjoint(self, tensor: Tensor, boundaries: tuple[Equation, ...]) -> Adjoint:
        consumers = [e for e in self.formula.consumers.get(tensor.name, ()) if e.name in self.relevant]
        if len(consumers) == 1 and not boundaries and tensor.name != self.cost.name:
            copied = self.copies.adjoint(consumers[0], tensor.name)
            if copied is not None:
                return Adjoint(tensor, copied[0], (copied[1],))
        entry = self.contributions.entry(tensor.name)
        paths = tuple(Path(e, self.contributions.steps(e, entry)) for e in consumers)
        start = Add(*(p.result for p in paths))
        if self.upstream is not None and tensor.name == self.cost.name:
            start += Entry(self.upstream.name, *entry.slots)
        steps = apply_laws(start, Context(self.contributions.classes)) if len(paths) > 1 else ()
        rhs = steps[-1].after if steps else start
        return Adjoint(tensor, Equation(self._adjoint_name(tensor.name), entry.slots, rhs), paths, steps, boundaries)

    def _program(self, adjoints: Mapping[str, Adjoint]) -> Formula:
        tensors = dict(self.formula.tensors)
        equations = list(self.formula.equations)
        if self.upstream is not None:
            tensors[self.upstream.name] = self.upstream
        for a in adjoints.values():
            if self.upstream is not None and a.equation.name == self.upstream.name:
                continue
            tensors[a.equation.name] = Tensor(a.equation.name, "defined", a.tensor.shape)
            equations += [a.equation, *a.boundaries]
        return Formula(tensors, tuple(equations), self.formula.names, title=self.formula.title)
