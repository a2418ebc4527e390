"""What depends on sizes alone (masks such as i <= j, one-hot tables of positions) is computed once.

Such text is written for brevity, not for speed: it may allocate.
"""

from symbackprop.codegen.lines import Lines
from symbackprop.codegen.nodes import BRACKETS, Node
from symbackprop.codegen.sizes import code
from symbackprop.codegen.values import Value, aligned


class Constants(Lines):
    """The part of the emitter that writes constants."""

    def constant(self, node: Node) -> Value:
        """A local that holds a constant node, made at set-up."""
        if node.op == "scalar":
            return Value(node.data, ())
        text = f"np.ascontiguousarray(np.broadcast_to({_text(node)}, {_shape(node)}), dtype)"
        return Value(self.kept(text), node.axes, contiguous=True, lasting=True)

    def constant_positions(self, node: Node) -> Value:
        """The same as integers, to look places up with."""
        return Value(self.kept(f"np.asarray({_text(node)}, np.intp)"), node.axes, True, lasting=True, integer=True)


def _shape(node: Node) -> str:
    return "(" + "".join(f"{code(i.size)}, " for i in node.axes) + ")"


def _text(node: Node) -> str:
    """The value of a constant node over its axes."""
    if node.op == "scalar":
        return f"({node.data})"
    if node.op == "index":
        return f"np.arange({code(node.data.size)})"
    args = [aligned(Value(_text(a), a.axes), node.axes) if a.axes else _text(a) for a in node.args]
    if node.op == "map":
        call = node.data.format(x=args[0]) if "{x}" in node.data else f"{node.data}({', '.join(args)})"
        return f"(1*{call})" if node.data in BRACKETS else call
    if node.op == "add":
        return "(" + " ".join(f"{'+' if s > 0 else '-'} {a}" for a, s in zip(args, node.data, strict=True)) + ")"
    if node.op == "product":
        above, scaled = node.data
        up = [*args[:above], *([args[-1]] if scaled else [])] or ["1"]
        down = args[above : len(args) - scaled]
        return "(" + "*".join(up) + "".join(f"/{d}" for d in down) + ")"
    if node.op == "where":
        return f"np.where({', '.join(args)})"
    return _reduced(node)


def _reduced(node: Node) -> str:
    inner = node.args[0].axes
    for n in node.args[1:]:
        inner += tuple(i for i in n.axes if i not in inner)
    factors = "*".join(aligned(Value(f"({_text(a)})*1", a.axes), inner).replace(")*1", ")") for a in node.args)
    over = node.data if node.op == "contract" else {node.data}
    function = {"contract": "np.sum", "max": "np.max", "argmax": "np.argmax"}[node.op]
    axes = [k for k, i in enumerate(inner) if i in over]
    kept = tuple(i for i in inner if i not in over)
    text = f"{function}({factors}, axis={axes[0] if len(axes) == 1 else tuple(axes)})"
    return aligned(Value(text, kept), node.axes) if node.axes else text
