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
from functools import cached_property

from sympy import Add, Expr, Integer, S

from symbackprop.derivation import Adjoint, Derivation, Path, Step
from symbackprop.equations import DIFFERENTIABLE, Equation, Formula, Renaming, Tensor
from symbackprop.errors import DataError
from symbackprop.folding import is_recallable
from symbackprop.indices import Index, fresh, totals
from symbackprop.naming import choose
from symbackprop.rules import REWRITES, Context
from symbackprop.schedule import Recurrence, schedule
from symbackprop.terms import Entry, Flat, Partial


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
        self.classes = {t.name: t.classes for t in formula.declared if t.classes is not None}
        self.upstream = None
        if cost.shape:
            self.upstream = Tensor(self.prefix + cost.name, "input", cost.shape)
        self._cache: dict[tuple[int, str, bool], tuple[Entry, tuple[Step, ...]]] = {}
        self._renamings: dict[int, Renaming] = {}

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
        name = self._adjoint_name(tensor.name)
        if len(consumers) == 1 and not boundaries and tensor.name != self.cost.name:
            local = self._local(consumers[0], tensor.name)
            if local is not None:
                entry, steps = self._base_contribution(consumers[0], local)
                renaming = self._adjoint_renaming(consumers[0].renaming)
                base = self._base_equation(consumers[0], local, entry, steps)
                return Adjoint(tensor, base.renamed(renaming), (Path(consumers[0], steps, renaming),))
        entry = self._entry(tensor)
        paths = tuple(Path(e, self._contribution(e, entry, self._context(e))) for e in consumers)
        start = Add(*(p.result for p in paths))
        if self.upstream is not None and tensor.name == self.cost.name:
            start += Entry(self.upstream.name, *entry.slots)
        steps = apply_laws(start, Context(self.classes)) if len(paths) > 1 else ()
        rhs = steps[-1].after if steps else start
        return Adjoint(tensor, Equation(name, entry.slots, rhs), paths, steps, boundaries)

    def _context(self, consumer: Equation) -> Context:
        """Equations of the same layer (or of the same formula, where it has no layers) may be recalled by name."""
        siblings = [e for e in self.formula.equations if e.renaming is consumer.renaming]
        return Context(self.classes, [e for e in siblings if is_recallable(e)])

    def _entry(self, tensor: Tensor) -> Entry:
        """The general entry of a tensor, its indices named as the author named them."""
        own = self.formula.defining.get(tensor.name)
        return own.left if own is not None else _general_entry(tensor, self.formula)

    # One consumer's contribution ----------------------------------------------------------------------------

    def _contribution(self, e: Equation, entry: Entry, context: Context) -> tuple[Step, ...]:
        """The steps from the chain rule to the term that consumer e contributes to the adjoint at an entry."""
        rule = {i: fresh(i) for i in e.indices}
        left = Entry(e.name, *(s.xreplace(rule) for s in e.slots))
        indices = tuple(rule.values())
        seed = self._seed(e, left)
        named = totals(seed * Partial(left, entry), *indices)
        taken = totals(seed * e.rhs.xreplace(rule).diff(entry), *indices)
        steps = (Step("chain_rule", Partial(Entry(self.cost.name), entry), named), Step("differentiate", named, taken))
        return (*steps, *apply_laws(taken, context))

    def _seed(self, e: Equation, left: Entry) -> Expr:
        """The adjoint of the consumer's left side."""
        if e.name == self.cost.name and not self.cost.shape:
            return S.One
        if not e.is_boundary:
            return Entry(self._adjoint_name(e.name), *left.slots)
        # The adjoint at a boundary is no entry of the adjoint tensor: it is what the consumers read of that step.
        readers = [c for c in self.formula.consumers[e.name] if c.name in self.relevant]
        return Add(*(self._contribution(c, left, self._context(c))[-1].after for c in readers))

    # The same, once for each base equation ------------------------------------------------------------------

    def _local(self, e: Equation, name: str) -> str | None:
        """The tensor's name in the consumer's base; None where the consumer is no renamed copy."""
        if e.renaming is None or e.renaming.formula is None or e.is_boundary:
            return None
        if e.base.name not in e.renaming.formula.tensors:  # an adjoint: its base is no equation of the layer's formula
            return None
        if e.name in self.formula.boundaries or name in self.formula.boundaries:
            return None
        locals_ = [n for n in e.base.reads if e.renaming.name(n) == name]
        return locals_[0] if len(locals_) == 1 else None

    def _base_contribution(self, e: Equation, local: str) -> tuple[Entry, tuple[Step, ...]]:
        assert e.renaming is not None and e.renaming.formula is not None
        base_formula = e.renaming.formula
        is_cost = e.name == self.cost.name
        key = (id(e.base), local, is_cost)
        if key not in self._cache:
            tensor = base_formula.tensors[local]
            own = base_formula.defining.get(local)
            entry = own.left if own is not None else _general_entry(tensor, base_formula)
            deriver = _Deriver.__new__(_Deriver)
            deriver.formula, deriver.prefix, deriver.upstream = base_formula, "d", None
            deriver.cost = (
                Tensor(e.base.name, "defined") if is_cost and not self.cost.shape else Tensor("", "defined", ())
            )
            named = [x for x in base_formula.equations if is_recallable(x)]
            classes = {t.name: t.classes for t in base_formula.declared if t.classes is not None}
            self._cache[key] = entry, deriver._contribution(e.base, entry, Context(classes, named))
        return self._cache[key]

    def _base_equation(self, e: Equation, local: str, entry: Entry, steps: tuple[Step, ...]) -> Equation:
        key = (id(e.base), local)
        if key not in self._base_equations:
            self._base_equations[key] = Equation("d" + local, entry.slots, steps[-1].after)
        return self._base_equations[key]

    @cached_property
    def _base_equations(self) -> dict[tuple[int, str], Equation]:
        return {}

    def _adjoint_renaming(self, renaming: Renaming | None) -> Renaming:
        assert renaming is not None and renaming.formula is not None
        if id(renaming) not in self._renamings:
            locals_ = renaming.formula.tensors
            tensors = {n: renaming.name(n) for n in locals_}
            tensors |= {"d" + n: self._adjoint_name(renaming.name(n)) for n in locals_}
            tensors[""] = self.cost.name
            self._renamings[id(renaming)] = Renaming(tensors, renaming.sizes, renaming.formula)
        return self._renamings[id(renaming)]

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
