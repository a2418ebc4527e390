"""Layers strung together: renamed copies of their equations, the axes of neighbours matched.

Each layer's text is read once, which is why a thousand layers are put together at the cost of their printing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import gcd

from sympy import Add, Expr, Integer, Mul, Symbol

from symbackprop.equations import Equation, Formula, Renaming, Slot, Tensor
from symbackprop.errors import DataError
from symbackprop.indices import size
from symbackprop.layers import Init, Layer, lead
from symbackprop.losses import Loss
from symbackprop.notation import formula as read
from symbackprop.parts import Part, Residual


class WrongAxes(DataError):
    """A layer takes inputs with another number of axes."""


@lru_cache(maxsize=512)
def _read(text: str) -> Formula:
    return read(text)


class Builder:
    """Puts layers together; ``by_value``: sizes that are equal numbers are one symbol. ``axes`` are the input's."""

    def __init__(self, by_value: bool, axes: int, training: bool = True) -> None:
        self.by_value, self.axes, self.training = by_value, axes, training
        self.tensors: dict[str, Tensor] = {}
        self.equations: list[Equation] = []
        self.sizes: dict[str, int] = {}
        self.parameters: dict[str, str] = {}
        self.buffers: dict[str, str] = {}
        self.updates: dict[str, str] = {}
        self.masks: dict[str, float] = {}
        self.least: dict[str, int] = {}
        self.starts: dict[str, Init] = {}
        self.names: dict[Expr, tuple[str, ...]] = {}
        self.current = ""
        self.input = "x"
        self.depth = 0
        self.place = ""
        self._widths = 0
        self._defined: set[str] = set()
        self._shared: dict[int, dict[str, str]] = {}
        self._by_value: dict[int, Symbol] = {}
        self.fixed: dict[Expr, int] = {}  # lengths of free sizes that a layer wants to be a number
        self.multiples: dict[Symbol, Expr] = {}  # sizes that turned out to be multiples of others

    def formula(self, title: str) -> Formula:
        if not self.multiples:
            return Formula(self.tensors, tuple(self.equations), self.names, title=title)
        finer = Renaming({}, self.all_multiples())
        tensors = {n: replace(t, shape=finer.shape(t.shape)) for n, t in self.tensors.items()}
        return Formula(tensors, tuple(e.renamed(finer) for e in self.equations), self.names, title=title)

    def chain(self, parts: Sequence[Part], prefix: str, names: Sequence[str] | None = None) -> None:
        for part, name in zip(parts, map(str, range(len(parts))) if names is None else names, strict=True):
            self.place = f"layer {prefix}{name}, {part!r}"
            below = f"{prefix}{name}." if name else prefix
            if isinstance(part, Layer):
                self.layer(part, below)
            elif isinstance(part, Residual):
                self.residual(part, below)
            else:
                self.chain(part.layers, below, part.names)

    def layer(self, layer: Layer, prefix: str) -> None:
        if layer.keys:
            self.depth += 1
        base = _read(layer.formula(self._axes(), self.training))
        source = self._source(base)
        known = self._shared.get(id(layer), {})
        renaming = self._renaming(base, {source: self.current or self.input} | known, layer.sizes)
        for local, key in layer.keys.items():
            self.parameters[prefix + key] = renaming.name(local)
            self.starts[renaming.name(local)] = layer.init[local]
        for local, key in layer.buffers.items():
            self.buffers[prefix + key] = renaming.name(local)
            self.starts[renaming.name(local)] = layer.init[local]
        if self.training:
            self.updates |= {renaming.name(local): renaming.name(new) for local, new in layer.updates.items()}
            self.least |= {renaming.name(base.output.name): layer.least} if layer.least > 1 else {}
            self.masks |= {renaming.name(local): chance for local, chance in layer.masks.items()}
        self._shared[id(layer)] = {local: renaming.name(local) for local in (*layer.keys, *layer.buffers)}
        self._append(base, renaming)
        self.current = renaming.name(base.output.name)

    def _source(self, base: Formula) -> str:
        """A layer's input; labels are one of a network's first layer alone."""
        labels = base.tensors_by_role("label")
        if labels and self.current:
            raise DataError(f"{self.place}: takes labels, and so must be the first layer")
        return (labels or base.tensors_by_role("input"))[0].name

    def residual(self, residual: Residual, prefix: str) -> None:
        if not self.current:
            self._begin()
        before = self.current
        self.chain(residual.layers, prefix, residual.names)
        shapes = self.tensors[before].lengths, self.tensors[self.current].lengths
        if not self._same(*shapes):
            shown = [self._shown(s) for s in shapes]
            raise DataError(f"layer {prefix[:-1]}, {residual!r}: its input has shape {shown[0]}, its output {shown[1]}")
        sizes, indices = lead(len(shapes[0]))
        text = f"input x[{sizes}, D], y[{sizes}, D]\no[{indices}, j] = x[{indices}, j] + y[{indices}, j]"
        base = _read(text)
        renaming = self._renaming(base, {"x": before, "y": self.current}, {})
        self._append(base, renaming)
        self.current = renaming.name("o")

    def _begin(self) -> None:
        """The network's input, of sizes that nothing fixes yet."""
        sizes, indices = lead(self.axes)
        base = _read(f"input x[{sizes}, D]\no[{indices}, j] = x[{indices}, j]")
        renaming = Renaming({"x": self.input}, {s: self._new_size(s.name, None) for s in base.sizes}, base)
        self.tensors[self.input] = Tensor(self.input, "input", renaming.shape(base.tensors["x"].shape))
        self.names |= {s.xreplace(renaming.sizes): indices for s, indices in base.names.items()}
        self.current = self.input

    def _same(self, a: Sequence[Expr], b: Sequence[Expr]) -> bool:
        multiples = self.all_multiples()
        return len(a) == len(b) and all(
            x.xreplace(multiples) == y.xreplace(multiples) for x, y in zip(a, b, strict=True)
        )

    def all_multiples(self) -> dict[Symbol, Expr]:
        """Each size that is a multiple, in terms of those that are none."""
        found = dict(self.multiples)
        for s in reversed(self.multiples):
            found[s] = found[s].xreplace({k: v for k, v in found.items() if k != s})
        return found

    def loss(self, last: Part, loss: Loss) -> Renaming:
        axes = self._axes()
        if loss.logits_text is not None and isinstance(last, Layer) and last.kind == "Sigmoid":
            # The cost in terms of the logits: the same number, finite where log(sigmoid(z)) is not.
            logits = next(iter(self.equations[-1].reads))
            base = _read(loss.logits_text(axes))
            renaming = self._renaming(base, {"x": logits, "p": self.current}, {})
        else:
            base = _read(loss.text(axes))
            renaming = self._renaming(base, {"x": self.current}, {})
        for name, values in loss.constants.items():
            (length,) = renaming.shape(base.tensors[name].shape)
            if self._value(length) != len(values):
                raise DataError(f"{loss.kind}: {len(values)} weights, but the output has {self._value(length)} classes")
        self._append(base, renaming)
        return renaming

    def _axes(self) -> int:
        return len(self.tensors[self.current].shape) if self.current else self.axes

    def _renaming(self, base: Formula, known: Mapping[str, str], numbers: Mapping[str, int]) -> Renaming:
        sizes = self._input_sizes(base, known, numbers)
        for local in base.sizes:
            if local not in sizes:
                sizes[local] = self._new_size(local.name, numbers.get(local.name))
        names = dict(known)
        for local_name in base.tensors:
            if local_name not in names:
                names[local_name] = self._new_name(local_name, base.tensors[local_name].role)
        return Renaming(names, sizes, base)

    def _input_sizes(self, base: Formula, known: Mapping[str, str], numbers: Mapping[str, int]) -> dict[Symbol, Expr]:
        """The base's sizes that its inputs fix, as the network's."""
        sizes: dict[Symbol, Expr] = {}
        for local, outer in known.items():
            if outer not in self.tensors or base.tensors[local].role == "param":
                continue
            wanted, given = base.tensors[local].lengths, self.tensors[outer].lengths
            if len(wanted) != len(given):
                raise WrongAxes(
                    f"{self.place}: wants an input with {len(wanted)} axes, but {outer} has shape {self._shown(given)}"
                )
            for axis, (w, g) in enumerate(zip(wanted, given, strict=True)):
                self._agree(w, g, numbers, axis, outer)
                if isinstance(w, Symbol):
                    sizes.setdefault(w, g)
                elif isinstance(w, Add):
                    self._join(w, g, numbers, sizes)
                elif isinstance(w, Mul) and isinstance(w.args[1], Symbol):
                    self._widen(g, int(w.args[0]), numbers.get(str(w.args[1])))
                    sizes.setdefault(w.args[1], self._part(g, int(w.args[0]), axis, outer))
        return sizes

    def _agree(self, wanted: Expr, given: Expr, numbers: Mapping[str, int], axis: int, outer: str) -> None:
        number = _number(wanted, numbers)
        value = self._value(given)
        if number is None:
            return
        if value is None and isinstance(given, Symbol):
            self._settle(given, number)
        elif value is None and self.fixed.setdefault(given, number) == number:
            return  # of free sizes, as a flattened picture: data will tell
        elif value != number:
            raise DataError(
                f"{self.place}: wants {number} on axis {axis} of its input, but {outer} has "
                f"shape {self._shown(self.tensors[outer].lengths)}, which is {value} there"
            )

    def _settle(self, free: Symbol, number: int) -> None:
        """A size that nothing fixed has this number; others of the same number may share it."""
        self.sizes[free.name] = number
        self._by_value.setdefault(number, free)

    def _join(self, wanted: Expr, given: Expr, numbers: Mapping[str, int], sizes: dict[Symbol, Expr]) -> None:
        """An axis of several parts beside one another: their sizes, and the axis as their sum."""
        for part in wanted.args:
            if isinstance(part, Symbol):
                sizes.setdefault(part, self._new_size(part.name, numbers.get(part.name)))
        whole = given.xreplace(self.all_multiples())
        if isinstance(whole, Symbol) and self._value(whole) == _number(wanted, numbers):
            self.multiples[whole] = wanted.xreplace(sizes)

    def _widen(self, given: Expr, parts: int, each: int | None) -> None:
        """A free size has the number that a layer's parts add up to."""
        if isinstance(given, Symbol) and each is not None and self._value(given) is None:
            self._settle(given, parts * each)

    def _part(self, given: Expr, parts: int, axis: int, outer: str) -> Expr:
        """The size of each of the equal parts of an axis, which is a multiple of it in the whole network."""
        value = self._value(given)
        given = given.xreplace(self.all_multiples())
        factor, symbol = given.as_coeff_Mul()
        if value is None or value % parts or not isinstance(symbol, Symbol):
            raise DataError(
                f"{self.place}: splits axis {axis} of its input into {parts} equal parts, but {outer} has "
                f"shape {self._shown(self.tensors[outer].lengths)}"
            )
        times = parts // gcd(int(factor), parts)
        if times == 1:
            return given / parts
        finer = self._new_size("D", self.sizes[symbol.name] // times)
        self.multiples[symbol] = times * finer
        return given.xreplace({symbol: times * finer}) / parts

    def _value(self, expr: Expr) -> int | None:
        value = expr.xreplace({s: Integer(self.sizes[s.name]) for s in expr.free_symbols if s.name in self.sizes})
        return int(value) if isinstance(value, Integer) else None

    def _shown(self, lengths: Sequence[Expr]) -> str:
        return "(" + ", ".join(str(n if (v := self._value(n)) is None else v) for n in lengths) + ")"

    def _new_size(self, local: str, number: int | None) -> Expr:
        if number is not None and self.by_value and number in self._by_value:
            return self._by_value[number]
        if number is None:
            # The cost will be C: no size may be called so.
            return size("N" if local == "N" else self._unique("D" if local == "C" else local))
        symbol = size(f"D{self._widths}")
        self._widths += 1
        self.sizes[symbol.name] = number
        self._by_value[number] = symbol
        return symbol

    def _new_name(self, local: str, role: str) -> str:
        if role in ("target", "label") or local in ("p", "C"):
            return self._unique(local)
        return self._unique(f"{local}{self.depth}")

    def _unique(self, name: str) -> str:
        def is_free(candidate: str) -> bool:
            return candidate not in self.tensors and candidate not in self.sizes and candidate != self.input

        if is_free(name):
            return name
        return next(f"{name}_{k}" for k in range(2, 10_000) if is_free(f"{name}_{k}"))

    def _append(self, base: Formula, renaming: Renaming) -> None:
        for t in base.tensors.values():
            name = renaming.name(t.name)
            if name not in self.tensors:
                shape: tuple[Slot, ...] = renaming.shape(t.shape)
                classes = None if t.classes is None else t.classes.xreplace(renaming.sizes)
                role = "input" if name == self.input and t.role != "label" else t.role
                self.tensors[name] = Tensor(name, role, shape, classes, t.positive)
        for local, indices in base.names.items():
            outer = local.xreplace(renaming.sizes)
            self.names[outer] = tuple(dict.fromkeys((*self.names.get(outer, ()), *indices)))
        for e in base.equations:
            name = renaming.name(e.name)
            if e.is_boundary or name not in self._defined:
                self._defined |= set() if e.is_boundary else {name}
                self.equations.append(e.renamed(renaming))


def _number(length: Expr, numbers: Mapping[str, int]) -> int | None:
    """A length as a number, where those of all its sizes are known."""
    value = length.xreplace({s: Integer(numbers[str(s)]) for s in length.free_symbols if str(s) in numbers})
    return int(value) if isinstance(value, Integer) else None
