"""A tree back to LaTeX: repairs are printed from our own reading, never by copying a document's text."""

from symbackprop.claims.latex.syntax.gates_by_letters import GATE
from symbackprop.claims.latex.syntax.layers_by_letters import TAG
from symbackprop.claims.latex.syntax.numpy_notation import TOTALS, latex_of_total
from symbackprop.claims.latex.syntax.patterns import ends
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Blocks,
    Cases,
    Derivative,
    Group,
    Letter,
    Matrix,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Relation,
    Root,
    Script,
    Slice,
    Special,
    Sum,
    Superscript,
    Words,
)

_SIGNS = {
    "cdot": r" \cdot ", "odot": r" \odot ", "times": r" \times ", "otimes": r" \otimes ", "/": " / ",
    "oslash": r" \oslash ", "*": r" \odot ", "": r" ",
}  # fmt: skip
_RELATIONS = {"<=": r"\le", ">=": r"\ge", "!=": r"\neq"}
_BRACKETS = {
    "(": ("(", ")"), "[": ("[", "]"), "{": (r"\{", r"\}"), "|": (r"\lvert ", r"\rvert"),
    "norm": (r"\lVert ", r"\rVert"), "angle": (r"\langle ", r"\rangle"), "list": ("", ""),
}  # fmt: skip
_TABLE = ("tanh", "exp", "log", "sin", "cos", "det", "max", "min", "tan")


def latex_of(node: Node) -> str:
    """LaTeX of a tree.

    >>> from fractions import Fraction
    >>> latex_of(Product(0, (("", Number(0, Fraction(1, 2))), ("", Letter(0, "hat x")))))
    '\\\\frac{1}{2} \\\\hat{x}'
    """
    match node:
        case Number():
            v = node.value
            return str(v.numerator) if v.denominator == 1 else rf"\frac{{{v.numerator}}}{{{v.denominator}}}"
        case Letter():
            return _letter(node.name)
        case Words():
            return rf"\text{{{''.join(c for c in node.text if c.isalnum() or c in ' +-')}}}"
        case Special():
            return {"ones": r"\mathbf{1}", "dots": r"\dots", "infinity": r"\infty"}.get(node.name, "")
        case Script():
            return _script(node)
        case Group():
            opening, closing = _BRACKETS.get(node.kind, ("(", ")"))
            return opening + ", ".join(map(latex_of, node.items)) + closing
        case Sum():
            return _sum(node)
        case Product():
            return "".join((_SIGNS[op] if k else "") + _factor(f) for k, (op, f) in enumerate(node.factors))
        case Quotient():
            return rf"\frac{{{latex_of(node.above)}}}{{{latex_of(node.below)}}}"
        case Root():
            degree = f"[{latex_of(node.degree)}]" if node.degree is not None else ""
            return rf"\sqrt{degree}{{{latex_of(node.inside)}}}"
        case Apply():
            return _apply(node)
        case Reduce() if node.kind in ("column", "row"):
            first, last = map(latex_of, ends(node) or (node.body, node.body))
            return _matrix([first, r"\vdots", last] if node.kind == "column" else [rf"{first} & \cdots & {last}"])
        case Reduce() if node.kind in TOTALS:
            inside = node.body.items[0] if isinstance(node.body, Group) else node.body
            return latex_of_total(node.kind, latex_of(inside))
        case Reduce():
            below = f"_{{{latex_of(node.below)}}}" if node.below is not None else ""
            above = f"^{{{latex_of(node.above)}}}" if node.above is not None else ""
            body = f"({latex_of(node.body)})" if isinstance(node.body, Sum) else latex_of(node.body)
            return rf"\{node.kind}{below}{above} {body}"
        case Derivative():
            return _derivative(node)
        case Relation():
            return _relation(node)
        case Matrix():
            return _matrix([" & ".join(map(latex_of, row)) for row in node.rows])
        case Slice():
            first, end = (latex_of(x) if x is not None else "" for x in (node.first, node.end))
            return f"{latex_of(node.of)}[{first}{{:}}{end}]"
        case Blocks():
            return "[" + r" \mid ".join(map(latex_of, node.items)) + "]"
        case Cases():
            rows = [latex_of(a) + (f" & {latex_of(c)}" if c is not None else "") for a, c in node.branches]
            return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
    return ""


def _matrix(rows: list[str]) -> str:
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def _sum(node: Sum) -> str:
    shown = ""
    for sign, term in node.terms:
        text = f"({latex_of(term)})" if isinstance(term, Sum) else latex_of(term)
        shown += (" - " if sign < 0 else " + ") + text if shown else ("-" if sign < 0 else "") + text
    return shown


def _relation(node: Relation) -> str:
    shown = latex_of(node.items[0])
    for sign, item in zip(node.signs, node.items[1:], strict=True):
        shown += f" {_RELATIONS.get(sign, sign)} {latex_of(item)}"
    return shown


def _letter(name: str) -> str:
    *accents, letter = name.partition(TAG)[0].partition(GATE)[0].split(" ")
    shown = "\\" + letter if len(letter) > 1 and letter.isalpha() and letter in _GREEK else letter
    if len(letter) > 1 and not shown.startswith("\\"):
        shown = rf"\mathrm{{{letter}}}"
    for accent in accents[::-1]:
        shown = shown + _MARKS[accent] if accent in _MARKS else rf"\{accent}{{{shown}}}"
    return shown


_MARKS = {"star": r"^{\star}", "prime": "'"}
_GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi"
    " varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell".split()
)


def _factor(node: Node) -> str:
    return f"\\left({latex_of(node)}\\right)" if isinstance(node, Sum) else latex_of(node)


def _script(node: Script) -> str:
    base, layer = node.base, ""
    if isinstance(base, Letter) and base.name[0].isdigit() and node.above is not None:  # the example i in a layer
        layer, _, name = base.name.partition(" ")
        base = Letter(base.at, name)
    gate = base.name.partition(GATE)[2] if isinstance(base, Letter) else ""
    slots = [*([_letter(gate)] if gate else []), *map(latex_of, node.below)]
    below = "_{" + ", ".join(slots) + "}" if slots else ""
    return latex_of(base) + "'" * node.primes + below + _above(node.above, layer)


def _above(above: Superscript | None, layer: str = "") -> str:
    if above is None or above == Superscript():
        return ""
    parts = [f"[{layer}]"] if layer else []
    if above.label is not None:
        parts.append(f"[{latex_of(above.label)}]" if above.bracket == "[" else f"({latex_of(above.label)})")
    if above.power is not None:
        parts.append(latex_of(above.power))
    if above.inverse:
        parts.append("-" if above.transposed else "-1")
    if above.transposed:
        parts.append(r"\top")
    return "^{" + "".join(parts) + "}"


def _apply(node: Apply) -> str:
    plain = node.name.partition(":")[2] or node.name
    name = {"sigmoid": r"\sigma"}.get(plain) or ("\\" + plain if plain in _TABLE else rf"\operatorname{{{plain}}}")
    argument = node.argument if isinstance(node.argument, Group) else Group(node.at, "(", (node.argument,))
    return name + "'" * node.primes + _above(node.power) + latex_of(argument)


def _derivative(node: Derivative) -> str:
    of = latex_of(node.of) if node.of is not None else "C"
    if node.kind == "nabla":
        return rf"\nabla_{{{', '.join(map(latex_of, node.by))}}} {of}"
    sign = "d" if node.kind == "d" else r"\partial "
    power = f"^{node.order}" if node.order > 1 else ""
    below = " ".join(sign + latex_of(b) for b in node.by)
    return rf"\frac{{{sign.strip()}{power} {of}}}{{{below}}}"
