"""Sums over products as matrix products.

The indices of two factors are sorted into *batch* (in both and kept), *left* and *right* (in one of them), and
*contracted* (in both and summed). Each group is made one axis, by a view where memory allows and by a copy into scratch
where not, and the product is one ``dot``, ``matmul`` or ``vecdot``. More than two factors are taken in pairs, the
smallest result first.
"""

from collections.abc import Iterable
from itertools import combinations

from symbackprop.codegen.lines import Lines
from symbackprop.codegen.sizes import code
from symbackprop.codegen.values import Value, indexed, product, transposed
from symbackprop.indices import Index

Axes = tuple[Index, ...]


class Contraction(Lines):
    """The part of the emitter that writes sums over products."""

    def contract(self, factors: list[Value], bound: frozenset[Index], out: Value | None) -> Value:
        """The sum of the product over the bound indices, in ``out`` where there is one."""
        factors = [self.as_numbers(f) for f in factors]
        while len(factors) > 1:
            factors = [self._sum_alone(f, factors, bound) for f in factors]
            if len(factors) == 2:
                return self._pair_product(factors[0], factors[1], bound, out)
            a, b = self._cheapest(factors, bound)
            rest = [f for k, f in enumerate(factors) if k not in (a, b)]
            elsewhere = {i for f in rest for i in f.axes}
            factors = [*rest, self._pair_product(factors[a], factors[b], bound - elsewhere, None)]
        (last,) = factors
        over = tuple(i for i in last.axes if i in bound)
        return self.summed(last, over, out) if over else last

    def summed(self, v: Value, over: Axes, out: Value | None) -> Value:
        """The sum over some axes; over the first or the last ones it is the product with a vector of ones."""
        rest = tuple(i for i in v.axes if i not in over)
        target = out if out is not None else self.scratch(rest)
        if not (rest and v.contiguous and target.contiguous and target.axes == rest):
            return self.reduce("np.add.reduce", v, over, out)
        ones = self.kept(f"np.ones({product(over)}, dtype)")
        result = self._grouped(target, (), rest, ()) if len(rest) > 1 else target.code
        merges = len(rest) > 1 or len(over) > 1
        if v.axes == over + rest:
            rows = self._grouped(v, (), over, rest) if merges else v.code
            self.lines.append(f"{ones}.dot({rows}, out={result})")
        elif v.axes == rest + over:
            rows = self._grouped(v, (), rest, over) if merges else v.code
            self.lines.append(f"{rows}.dot({ones}, out={result})")
        else:
            return self.reduce("np.add.reduce", v, over, out)
        return target

    def as_numbers(self, v: Value) -> Value:
        if not v.integer:
            return v
        target = self.scratch(v.axes)
        self.lines.append(f"np.copyto({target.code}, {v.code})")
        return target

    def _sum_alone(self, factor: Value, factors: list[Value], bound: frozenset[Index]) -> Value:
        """The factor summed over what no other factor has."""
        others = {i for f in factors if f is not factor for i in f.axes}
        if sum(f is factor for f in factors) > 1:
            return factor
        over = tuple(i for i in factor.axes if i in bound and i not in others)
        return self.summed(factor, over, None) if over else factor

    def _cheapest(self, factors: list[Value], bound: frozenset[Index]) -> tuple[int, int]:
        def cost(pair: tuple[int, int]) -> tuple[int, int]:
            a, b = (factors[k] for k in pair)
            elsewhere = {i for k, f in enumerate(factors) if k not in pair for i in f.axes}
            everything = set(a.axes) | set(b.axes)
            return len([i for i in everything if i not in bound or i in elsewhere]), len(everything)

        return min(combinations(range(len(factors)), 2), key=cost)

    def _pair_product(self, a: Value, b: Value, bound: frozenset[Index], out: Value | None) -> Value:
        shared = [i for i in a.axes if i in b.axes]
        summed = tuple(i for i in shared if i in bound)
        if not summed:
            everything = a.axes + tuple(i for i in b.axes if i not in a.axes)
            return self.apply("np.multiply", [a, b], everything, out)
        batch = tuple(i for i in shared if i not in bound)
        left = tuple(i for i in a.axes if i not in shared)
        right = tuple(i for i in b.axes if i not in shared)
        if a.axes == b.axes and batch and a.axes[-len(summed) :] != summed:
            return self.summed(self.apply("np.multiply", [a, b], a.axes, self.scratch(a.axes)), summed, out)
        if out is not None:
            order = _matching(out.axes, batch, left, right)
            if order is None and len(left) == len(right) == 1 and out.axes[-1] in left + right:
                a, b, left, right = (b, a, right, left) if out.axes[-1] in left else (a, b, left, right)
                axes = batch + left + right
                view = Value(transposed(out, axes), axes)
                self._multiply(a, b, (batch, left, self._common(a, b, summed), right), view)
                return out
            if order is None:
                found = self._pair_product(a, b, bound, None)
                self.lines.append(f"np.copyto({out.code}, {transposed(found, out.axes)})")
                return out
            batch, left, right, swapped = order
            if swapped:
                a, b, left, right = b, a, right, left
        elif self._comes_first(right, left):
            a, b, left, right = b, a, right, left
        target = out or self.scratch(batch + left + right)
        self._multiply(a, b, (batch, left, self._common(a, b, summed), right), target)
        return target

    def _comes_first(self, one: Axes, two: Axes) -> bool:
        """Whether the left side has the first group before the second."""
        places = [[self.order.index(i) for i in group if i in self.order] for group in (one, two)]
        return bool(places[0] and places[1]) and min(places[0]) < min(places[1])

    def _common(self, a: Value, b: Value, summed: Axes) -> Axes:
        """The order of the summed indices: that of the factor which would be dearer to copy."""
        larger = a if len(a.axes) >= len(b.axes) else b
        return tuple(i for i in larger.axes if i in summed)

    def _multiply(self, a: Value, b: Value, groups: tuple[Axes, Axes, Axes, Axes], out: Value) -> None:
        batch, left, summed, right = groups
        merges = len(left) > 1 or len(right) > 1
        if merges and not out.contiguous:
            scratch = self.scratch(out.axes)
            self._multiply(a, b, groups, scratch)
            self.lines.append(f"np.copyto({out.code}, {scratch.code})")
            return
        result = self._grouped(out, batch, left, right) if merges else out.code
        if batch and not left and not right:
            one, two = (self._arranged(v, batch, (), summed) for v in (a, b))
            self.lines.append(f"np.vecdot({one}, {two}, out={result})")
            return
        one, two = self._arranged(a, batch, left, summed), self._arranged(b, batch, summed, right)
        if not batch and out.contiguous:
            self.lines.append(f"{one}.dot({two}, out={result})")
        elif not batch:
            self.lines.append(f"np.matmul({one}, {two}, out={result})")
        else:
            one = one if left else indexed(one, [*[":"] * len(batch), "None"])
            two = two if right else f"{two}[..., None]"
            result = result if left else indexed(result, [*[":"] * len(batch), "None"])
            self.lines.append(f"np.matmul({one}, {two}, out={result if right else result + '[..., None]'})")

    def _arranged(self, v: Value, batch: Axes, first: Axes, second: Axes) -> str:
        """The text of the value as a stack of matrices (or vectors, where a group is empty)."""
        merges = len(first) > 1 or len(second) > 1
        if not merges:
            return transposed(v, batch + first + second)
        if v.contiguous and v.axes == batch + first + second:
            return self._grouped(v, batch, first, second)
        if v.contiguous and v.axes == batch + second + first:
            text = self._grouped(v, batch, second, first)
            return text if not (first and second) else f"{text}.swapaxes(-1, -2)" if batch else f"{text}.T"
        if first and second and v.axes[-1] in first:  # rows that lie together stay together
            text = self._grouped(self.copied(v, batch + second + first), batch, second, first)
            return f"{text}.swapaxes(-1, -2)" if batch else f"{text}.T"
        return self._grouped(self.copied(v, batch + first + second), batch, first, second)

    def _grouped(self, v: Value, batch: Axes, first: Axes, second: Axes) -> str:
        """A view with each group as one axis."""
        sizes = [*(code(i.size) for i in batch), *(product(g) for g in (first, second) if g)]
        return self.viewed(f"{v.code}.reshape({', '.join(sizes)})", v.lasting)


def _matching(order: Axes, batch: Axes, left: Axes, right: Axes) -> tuple[Axes, Axes, Axes, bool] | None:
    """The groups in the order of the result, and whether the right one comes first; None where they are interleaved."""

    def ordered(group: Iterable[Index]) -> Axes:
        return tuple(sorted(group, key=order.index))

    batch, left, right = ordered(batch), ordered(left), ordered(right)
    if order == batch + left + right:
        return batch, left, right, False
    if order == batch + right + left:
        return batch, left, right, True
    return None
