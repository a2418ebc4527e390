"""The pipeline from text to ``Formula``, and the checks that need the whole formula."""

from collections.abc import Iterable, Mapping, Sequence

from sympy import Expr

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import ShapeError
from symbackprop.indices import Index
from symbackprop.notation import arithmetic
from symbackprop.notation.binding import Reading
from symbackprop.notation.elaborate import build
from symbackprop.notation.messages import Refusal
from symbackprop.notation.names import Names
from symbackprop.notation.parser import parse
from symbackprop.notation.ranges import Axis, Ranges, Runner
from symbackprop.notation.suggest import declaration
from symbackprop.notation.syntax import Defined, Place
from symbackprop.schedule import Recurrence, schedule
from symbackprop.terms import Entry


def formula(text: str, title: str = "") -> Formula:
    """The formula that a text in the notation says; nothing in it is ever evaluated as Python.

    Raises ``ReadError`` (``ShapeError`` where shapes, ranges or indices do not fit) with line, column and caret.

    >>> f = formula("input x[N,D]; param W[D,M]; z[n,j] = sum(i, x[n,i]*W[i,j])".replace("; ", chr(10)))
    >>> f.tensors["z"].shape, f.names[f.tensors["z"].shape[1]]
    ((N, M), ('j',))
    """
    try:
        return _formula(text, title)
    except Refusal as refusal:
        raise refusal.error(text) from None
    except RecursionError:
        raise Refusal("too_deep", Place(1, 1), limit="our reader can go").error(text) from None


def _formula(text: str, title: str) -> Formula:
    statements = parse(text)
    names = Names(statements)
    equations = [s for s in statements if isinstance(s, Defined)]
    if not equations:
        raise Refusal("nothing", Place(1, 1))
    ranges = Ranges(names.groups)
    for tensor in names.tensors.values():
        ranges.declare(tensor)
    readings = [Reading(s, names, ranges) for s in equations]
    ranges.solve()
    _check_ranges(ranges, readings)
    tensors = names.tensors | _implied(names, ranges) | _defined(equations, names, ranges)
    built = tuple(build(r, tensors) for r in readings)
    found = Formula(tensors, built, _index_names(ranges, readings), text, title)
    check_recurrences(found, [s.at for s in equations])
    return found


def _check_ranges(ranges: Ranges, readings: Iterable[Reading]) -> None:
    for reading in readings:
        for runner in (*reading.left.values(), *(r for rs in reading.bound.values() for r in rs)):
            if runner.size is None:
                raise Refusal("range", runner.at, name=runner.name, line=declaration(runner, reading, ranges))
    for use in ranges.uses:
        _check_use(use.runner, use.axis, ranges.length(use.axis), use.at)


def _check_use(runner: Runner, axis: Axis, length: Expr | None, at: Place) -> None:
    """A bare index fits its axis when they are equally long, or a declared one is provably shorter."""
    size = runner.size
    assert size is not None
    if length is None or size == length or (size - length).expand() == 0:
        return
    declared = runner.why == "as declared"
    if declared and arithmetic.not_less(length, size):
        return
    advice = f"the axis must be provably as long as {runner.name}" if declared else "an index has one range: use two"
    raise Refusal(
        "conflict", at, name=runner.name, one=size, one_use=runner.why, two=length, two_use=axis, advice=advice
    )


def _shape(name: str, names: Names, ranges: Ranges) -> tuple:
    base = names.base_of(name)
    return tuple(
        tuple(ranges.length(Axis(base, k, m)) for m in range(parts)) if parts else ranges.length(Axis(base, k))
        for k, parts in enumerate(names.groups[name])
    )


def _implied(names: Names, ranges: Ranges) -> dict[str, Tensor]:
    """Adjoints that are read but not defined come from outside: they are inputs."""
    return {name: Tensor(name, "input", _shape(name, names, ranges)) for name in names.implied}


def _defined(equations: Sequence[Defined], names: Names, ranges: Ranges) -> dict[str, Tensor]:
    return {
        s.name: Tensor(s.name, "defined", _shape(s.name, names, ranges)) for s in equations if not names.is_boundary(s)
    }


def _index_names(ranges: Ranges, readings: Iterable[Reading]) -> dict[Expr, tuple[str, ...]]:
    """What the author called the indices over each size, in the order of first use."""
    found: dict[Expr, tuple[str, ...]] = {}
    for reading in readings:
        for runner in (*reading.left.values(), *(r for rs in reading.bound.values() for r in rs)):
            assert runner.size is not None
            if runner.name not in found.get(runner.size, ()):
                found[runner.size] = (*found.get(runner.size, ()), runner.name)
    return found


# -- recurrences


def check_recurrences(formula: Formula, places: Sequence[Place]) -> None:
    """Every circle among the equations goes step by step along one axis, and has its boundaries."""
    seen: dict[tuple, Place] = {}
    for boundary, at in zip(formula.equations, places, strict=True):
        if boundary.is_boundary:
            _check_boundary(formula, boundary, at)
            fixed = (boundary.name, *(s for s in boundary.slots if not s.atoms(Index)))
            if fixed in seen:
                raise Refusal("twice", at, name=boundary.name, other_kind="boundary", other=seen[fixed])
            seen[fixed] = at
    where = {e.name: at for e, at in zip(formula.equations, places, strict=True) if not e.is_boundary}
    try:
        blocks = schedule(formula)
    except ShapeError as error:
        first = error.message.split(",")[0].split(" ")[0]
        raise Refusal("circle", where.get(first, Place(1, 1)), reason=error.message) from None
    for block in blocks:
        if isinstance(block, Recurrence):
            _check_given(block, where)


def _check_boundary(formula: Formula, boundary: Equation, at: Place) -> None:
    if boundary.name not in formula.defining:
        raise Refusal("only_boundary", at, name=boundary.name, hint=f"write the equation of {boundary.name}")
    for slot, length in zip(boundary.slots, formula.tensors[boundary.name].lengths, strict=True):
        fixed = not slot.atoms(Index)
        if fixed and not (slot.is_negative or arithmetic.not_less(slot, length)):
            hint = f"the axis runs from 0 to {length} - 1, where the equation gives the value"
            raise Refusal("inside", at, hint=hint)


def _check_given(block: Recurrence, where: Mapping[str, Place]) -> None:
    """Each step that is read outside of the axis has its boundary."""
    members = {e.name: e for e in block.equations}
    given = {(b.name, b.slots[block.axis[b.name]]) for b in block.boundaries}
    for reader in block.equations:
        time = reader.slots[block.axis[reader.name]]
        for read in sorted((e for e in reader.rhs.atoms(Entry) if e.name in members), key=str):
            axis = block.axis[read.name]
            for step in range(1, abs(int(read.slots[axis] - time)) + 1):
                outside = -step if block.direction > 0 else block.steps + step - 1
                if (read.name, outside) not in given:
                    member = members[read.name]
                    slots = [str(outside if k == axis else s) for k, s in enumerate(member.slots)]
                    missing = f"{read.name}[{','.join(slots)}]"
                    raise Refusal("boundary", where[reader.name], name=reader.name, read=missing, line=f"{missing} = 0")
