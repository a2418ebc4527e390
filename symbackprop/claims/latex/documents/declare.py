"""Declarations: ``x, y \\in \\mathbb{R}^{n}``, labels, 0/1 data, ranges, unknown functions."""

from sympy import Expr

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import label_of, size_of
from symbackprop.claims.latex.meaning.scope import Defined, Family, Key, Local, Scope
from symbackprop.claims.latex.meaning.sequences import is_step, key_of_sequence, step_of
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, refusal, text_of
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Number, Product, Relation, Script, Special, Sum
from symbackprop.errors import ReadError
from symbackprop.proof.facts import Assumption


def declare(el: Elaborator, node: Relation, assumptions: list[Assumption]) -> ReadError | None:
    """Enter what a relation with ∈ declares; an error where the set is not known."""
    left, right = node.items[0], node.items[1]
    names = left.items if isinstance(left, Group) and left.kind == "list" else (left,)
    if not all(isinstance(n, Letter | Script) for n in names):
        return None
    try:
        for name in names:
            _declare(el, name, right, assumptions)
    except ReadError as e:
        return e
    return None


def _declare(el: Elaborator, name: Node, domain: Node, assumptions: list[Assumption]) -> None:
    if isinstance(name, Letter) and _is_range(domain) and not _is_data(domain):
        return
    parts = key_parts(name)
    if parts is None:
        raise refusal("cannot declare this", name)
    base, below, above = parts
    if isinstance(name, Letter) and name.name in el.scope.steps:
        return  # the letter that counts steps
    if (
        base in el.scope.sequences
        and isinstance(name, Script)
        and is_step(name, el.scope.labelled)
        and declare_sequence(el, base, name, domain, assumptions)
    ):
        return
    if isinstance(name, Script) and _declare_entries(el, name, domain, assumptions):
        return
    label, _ = label_of(el, base, above, Local())
    key: Key = (base, "".join(text_of(s) for s in flattened(below)), label)
    base_set, exponent = _split(domain)
    if key in el.scope.symbols:
        return
    if base in el.scope.layered and label and label[0].islower() and label.isalpha():
        family = el.scope.families.setdefault(base, Family())
        family.shape, family.shape_letter = _size_nodes(exponent), label
        return
    classes = _classes(el, base_set)
    shape = tuple(size_of(el, n, Local()) for n in _size_nodes(exponent))
    lies = el.scope.rows and len(shape) == 1 and shape != (1,)  # x of x W, of which R^n does not say how it lies
    shape, row = _vector(shape)
    row = row or lies
    kind = _kind(base_set)
    if kind in ("symmetric", "positive_definite") and len(shape) == 1:
        shape *= 2  # S^n is of matrices
    if classes is not None:
        el.scope.add(key, shape=shape, row=row, role="label", classes=classes)
        return
    if kind is None:
        raise refusal("a set that is not known", domain)
    symbol = el.scope.add(key, shape=shape, row=row)
    ends = _ends(base_set)
    if kind:
        assumptions.append(Assumption(kind, symbol.name, ends))


def _declare_entries(el: Elaborator, name: Script, domain: Node, assumptions: list[Assumption]) -> bool:
    """``y_i \\in \\{0, 1\\}`` where i counts the steps of a sequence: the entries of y, and no symbol named y_i."""
    slots = flattened(name.below)
    base_set, exponent = _split(domain)
    letter = slots[0].name if len(slots) == 1 and isinstance(slots[0], Letter) else ""
    kind = _kind(base_set)
    if letter not in el.scope.steps or exponent is not None or not kind or name.above is not None or name.primes:
        return False
    if not isinstance(name.base, Letter) or name.base.name in el.scope.sequences:
        return False
    whole: Key = (name.base.name, "", "")
    symbol = el.scope.symbols.get(whole) or el.scope.add(whole, shape=(el.scope.steps[letter],))
    ends = _ends(base_set)
    if len(symbol.shape) == 1:
        assumptions.append(Assumption(kind, symbol.name, ends))
    return len(symbol.shape) == 1


def declare_sequence(
    el: Elaborator, base: str, name: Script, domain: Node | None, assumptions: list[Assumption], kind: str | None = ""
) -> bool:
    """``x_t \\in \\mathbb{R}^n``: every step of a sequence; no domain for a number of a kind, as ``s_k > 0``."""
    letter = el.scope.sequences[base]
    step = step_of(name)
    base_set, exponent = _split(domain) if domain is not None else (None, None)
    kind = _kind(base_set) if base_set is not None else kind
    if not isinstance(step, Letter) or step.name != letter or kind not in _OF_NUMBERS:
        return False
    shape, row = _vector(tuple(size_of(el, n, Local()) for n in _size_nodes(exponent)))
    key = key_of_sequence(base)
    if key not in el.scope.symbols:
        symbol = el.scope.add(key, shape=(el.scope.steps[letter], *shape), row=row, step=letter)
        ends = _ends(base_set) if base_set is not None else None
        if kind:
            assumptions.append(Assumption(kind, symbol.name, ends))
    return True


def _is_range(domain: Node) -> bool:
    """``i \\in \\{1, \\dots, n\\}`` could be an index; a label is declared alike, so both are kept as labels."""
    return False


def _is_data(domain: Node) -> bool:
    return True


def _vector(shape: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], bool]:
    """n x 1 is a column, 1 x n a row."""
    if len(shape) == 2 and shape[1] == 1:
        return (shape[:1] if shape[0] != 1 else (), False)
    if len(shape) == 2 and shape[0] == 1:
        return shape[1:], True
    return (() if shape == (1,) else shape), False


_MATRICES = ("M", "mathcal M", "mathbb M")


def _split(domain: Node) -> tuple[Node, Node | None]:
    """A set and the exponent that is its shape; ``M_{m,n}`` is the set of all matrices of that shape."""
    matrices = domain
    if isinstance(domain, Product) and len(domain.factors) == 2 and isinstance(domain.factors[1][1], Group):
        inside = domain.factors[1][1].items
        matrices = domain.factors[0][1] if len(inside) == 1 and _is_reals(inside[0]) else domain
    if isinstance(matrices, Script) and isinstance(matrices.base, Letter) and matrices.base.name in _MATRICES:
        sizes = flattened(matrices.below)
        if matrices.above is None and 0 < len(sizes) <= 2:
            rows, columns = sizes[0], sizes[-1]
            return Letter(domain.at, "mathbb R"), Product(domain.at, (("", rows), ("times", columns)))
    if isinstance(domain, Script) and domain.above is not None:
        return Script(domain.at, domain.base, domain.below), domain.above.power or domain.above.label
    return domain, None


def _size_nodes(exponent: Node | None) -> tuple[Node, ...]:
    if exponent is None:
        return ()
    if isinstance(exponent, Sum) and (lengths := _axes_of_sum(exponent)):
        return lengths
    if isinstance(exponent, Product) and any(op == "times" for op, _ in exponent.factors):
        groups: list[list[tuple[str, Node]]] = [[]]
        for op, f in exponent.factors:
            if op == "times":
                groups.append([("", f)])
            else:
                groups[-1].append((op, f))
        return tuple(g[0][1] if len(g) == 1 else Product(exponent.at, tuple(g)) for g in groups)
    if isinstance(exponent, Group) and exponent.kind == "(" and len(exponent.items) == 1:
        return _size_nodes(exponent.items[0])
    return (exponent,)


def _axes_of_sum(exponent: Sum) -> tuple[Node, ...]:
    """``H - M + 1 \\times W - N + 1``: × binds less than + between the lengths of axes."""
    axes: list[list[tuple[int, Node]]] = [[]]
    for sign, term in exponent.terms:
        parts = _size_nodes(term)
        axes[-1].append((sign, parts[0]))
        axes += [[(1, part)] for part in parts[1:]]
    return tuple(Sum(exponent.at, tuple(a)) if len(a) > 1 else a[0][1] for a in axes) if len(axes) > 1 else ()


def _kind(domain: Node) -> str | None:
    """The assumption that a set brings: "" for the reals, None where it is not known."""
    base = domain.base if isinstance(domain, Script) else domain
    if isinstance(base, Letter) and base.name in ("mathbb R", "R", "Re"):
        below = text_of(domain.below[0]) if isinstance(domain, Script) and domain.below else ""
        if below in ("+", "++", ">0"):
            return "positive"
        return "" if not below else None
    if isinstance(base, Letter) and base.name in ("mathbb S", "S"):
        below = text_of(domain.below[0]) if isinstance(domain, Script) and domain.below else ""
        return "positive_definite" if below == "++" else "symmetric"
    values = tuple(map(_bound, base.items)) if isinstance(base, Group) else ()
    if isinstance(base, Group) and base.kind == "{":
        return _TWO_NUMBERS.get(values) or _TWO_NUMBERS.get(values[::-1])
    return _INTERVALS.get(values) if isinstance(base, Group) and base.kind in ("(", "[", "interval") else None


_OF_NUMBERS = ("", "positive", "unit", "binary", "plus_or_minus_one")
_TWO_NUMBERS: dict[tuple[str, ...], str] = {("0", "1"): "binary", ("-1", "1"): "plus_or_minus_one"}
_INTERVALS: dict[tuple[str, ...], str] = {
    ("0", "1"): "unit",
    ("0", "infinity"): "positive",
    ("-infinity", "infinity"): "",
}
_WITH_ENDS = "with its ends"


def _bound(node: Node) -> str:
    """A number of a set, or infinity, with its sign; "" for anything else."""
    if isinstance(node, Sum) and len(node.terms) == 1 and (bound := _bound(node.terms[0][1])):
        return "-" * (node.terms[0][0] < 0) + bound
    if isinstance(node, Special) and node.name == "infinity":
        return node.name
    return text_of(node) if isinstance(node, Number) else ""


def _ends(domain: Node) -> str | None:
    """What is said of an interval of which an end may belong to it, ``[0, 1]``: inside it, less is assumed."""
    base = domain.base if isinstance(domain, Script) else domain
    return _WITH_ENDS if isinstance(base, Group) and base.kind in ("[", "interval") else None


def has_ends(assumption: Assumption) -> bool:
    """Whether an assumption is of an interval with its ends, at which a strict bound may fail."""
    return assumption.value == _WITH_ENDS


def _classes(el: Elaborator, domain: Node) -> Expr | None:
    """K for ``\\{1, \\dots, K\\}``."""
    base = domain.base if isinstance(domain, Script) else domain
    if not isinstance(base, Group) or base.kind != "{" or len(base.items) < 3:
        return None
    dots = any(isinstance(i, Special) and i.name == "dots" for i in base.items)
    first = base.items[0]
    if dots and isinstance(first, Number) and first.value == 1:
        return size_of(el, base.items[-1], Local())
    return None


def function_declared(scope: Scope, node: Relation) -> None:
    """``f \\colon \\mathbb{R} \\to \\mathbb{R}``: an unknown elementwise function."""
    names = node.items[0].items if isinstance(node.items[0], Group) else (node.items[0],)
    if node.signs[:2] == (":", "->") and all(_is_reals(n) for n in node.items[1:3]):
        for name in names:
            if isinstance(name, Letter):
                scope.functions.setdefault(name.name, Defined(name.name))


def _is_reals(node: Node) -> bool:
    return isinstance(node, Letter) and node.name in ("mathbb R", "R")
