"""Sums that put values where labels say: Σ_n [t_n = k] g_n, the gradient of a look-up.

Repeated labels add up. A one-hot matrix product would do the same with a matrix of all classes for every label.
"""

from symbackprop.codegen.lines import Lines
from symbackprop.codegen.nodes import Node
from symbackprop.codegen.values import Value, aligned
from symbackprop.indices import Index


class Scatter(Lines):
    """The part of the emitter that writes sums over labels."""

    def positions(self, node: Node) -> Value:
        """A node's value as integers."""
        raise NotImplementedError

    def contract(self, factors: list[Value], bound: frozenset[Index], out: Value | None) -> Value:
        """The sum of a product of values."""
        raise NotImplementedError

    def scattered(self, node: Node, out: Value | None) -> Value | None:
        """The value of a contraction of that form; None where it has another."""
        factor, found = next(((f, _label(f, node)) for f in node.args if _label(f, node)), (None, None))
        if found is None:
            return None
        index, label = found
        places = self.positions(label)
        values = [self.emit(f) for f in node.args if f is not factor]
        summed = frozenset(node.data - set(label.axes))
        value = self.contract(values, summed, None) if values else Value("1", ())
        rest = tuple(i for i in node.axes if i != index)
        target = out if out is not None and out.axes == (index, *rest) else self.scratch((index, *rest))
        self.lines.append(f"{target.code}.fill(0)")
        self.lines.append(f"np.add.at({target.code}, {places.code}, {aligned(value, (*places.axes, *rest))})")
        return target


def _label(factor: Node, node: Node) -> tuple[Index, Node] | None:
    """The class index and the label of a factor [t_n = k] whose n is summed and whose k is not."""
    if factor.op != "map" or factor.data != "np.equal":
        return None
    for index, label in (factor.args, factor.args[::-1]):
        if index.op != "index" or label.constant or not set(label.axes) <= node.data:
            continue
        alone = all(index.data not in f.axes for f in node.args if f is not factor)
        if alone and label.axes and index.data in node.axes and node.args.count(factor) == 1:
            return index.data, label
    return None
