"""Documents of derivations: declarations, forward pass and claims, in the habits of one writer."""

from tests.latex_rendering import Style, Unwritable, Writer
from tests.latex_rows import Derivation
from tests.latex_truth import About, points

PLAIN = Style()
_DECLARED = {"positive": r"${0} > 0$", "binary": r"${0} \in \{{0,1\}}^{{{1}}}$"}


def document(row: Derivation, claims: dict[str, str], style: Style = PLAIN) -> str:
    """The document; raises Unwritable where a formula is none that people write."""
    point = points(row.name)[0]
    cost = "L" if row.upstream else "C"
    writer = Writer(point.names, point.sizes, style, cost)
    forward = [f"{_head(writer, key)} = {_body(writer, key, source)}" for key, source in row.forward.items()]
    judged = [f"{_left(writer, About.of(key), cost)} = {_body(writer, key, s)}" for key, s in claims.items()]
    shown = [f"$${f}$$" for f in (*forward, *judged)]
    return "\n".join([style.preamble, *_declarations(row, writer), *shown])


def _declarations(row: Derivation, writer: Writer) -> list[str]:
    lines = []
    for name, shape in row.shapes.items():
        kind, set_as, sizes = row.kinds.get(name), writer.name(name), r" \times ".join(shape)
        if kind in _DECLARED:
            lines.append(_DECLARED[kind].format(set_as, sizes))
        else:
            power = f"^{{{sizes}}}" if shape else ""
            lines.append(rf"${set_as} \in \mathbb{{R}}{power}$")
        if kind == "sums_to_one":
            lines.append(rf"with $\sum_{{k}} {set_as}_k = 1$")
    if row.upstream:
        lines.append(f"The gradient ${writer.style.slope('L', writer.name(row.upstream))}$ is given.")
    return lines


def _head(writer: Writer, key: str) -> str:
    about = About.of(key)
    if about.indices and "_" in writer.name(about.name):
        raise Unwritable("two subscripts")
    return writer.name(about.name) + (f"_{{{''.join(about.indices)}}}" if about.indices else "")


def _left(writer: Writer, about: About, cost: str) -> str:
    indices = f"_{{{''.join(about.indices)}}}" if about.indices else ""
    if about.by is None:
        return writer.style.slope(cost, writer.name(about.name) + indices)
    below = f"_{{{''.join(about.by_indices)}}}" if about.by_indices else ""
    return rf"\frac{{\partial {writer.name(about.name)}{indices}}}{{\partial {writer.name(about.by)}{below}}}"


def _body(writer: Writer, key: str, source: str) -> str:
    about = About.of(key)
    text = writer.written(source, **dict.fromkeys(about.indices + about.by_indices, 0))
    return text.replace(" ", writer.style.spacing) if writer.style.spacing else text
