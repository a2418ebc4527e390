"""Generated code as a callable: arrays in by name, results out by name, buffers kept for each set of sizes.

Only text that ``program.build`` made is executed; its names are checked to be identifiers there.
"""

import linecache
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np
from sympy import Integer

from symbackprop.codegen.program import Source, build
from symbackprop.equations import Formula, Tensor, solve_sizes
from symbackprop.errors import DataError

_serial = count(1)


class Compiled:
    """Calls the generated module. ``source`` is its text; ``workspace`` gives the buffers for sizes and dtype."""

    def __init__(self, program: Formula, source: Source) -> None:
        self.program, self.source = program, source
        self._workspace_class = _execute(source.text)["Workspace"]
        self._workspaces: dict[tuple, Any] = {}
        self._labels = [program.tensors[n] for n in source.inputs if n in source.labels]

    def workspace(self, sizes: Mapping[str, int], dtype: Any = np.float64) -> Any:
        """The workspace for these sizes (by their names in the formula); its ``step`` writes into the same arrays.

        Raises ``DataError`` that names the sizes which are missing.
        """
        missing = [s for s in self.source.sizes if s not in sizes]
        if missing:
            raise DataError(f"no array fixes {', '.join(missing)}: give {', '.join(f'{s}=...' for s in missing)}")
        named = {local: sizes[s] for s, local in self.source.sizes.items()}
        key = (*named.values(), np.dtype(dtype))
        if key not in self._workspaces:
            self._workspaces[key] = self._workspace_class(**named, dtype=np.dtype(dtype).type)
        return self._workspaces[key]

    def __call__(self, /, **given: Any) -> dict[str, np.ndarray]:
        """The outputs as new arrays. Raises ``DataError`` where arrays are missing or do not fit."""
        known = {s.name for s in self.program.sizes}
        numbers = {name: int(value) for name, value in given.items() if name in known}
        dtype = np.dtype(given.pop("dtype", np.float64))
        arrays = {n: self._array(n, value, dtype) for n, value in given.items() if n not in known}
        missing = [n for n in self.source.inputs if n not in arrays]
        if missing:
            raise DataError(f"arrays are missing: {', '.join(missing)}")
        solved = solve_sizes(self.program, {n: a.shape for n, a in arrays.items()}, numbers)
        sizes = {s.name: value for s, value in solved.items()}
        for t in self._labels:
            _check_labels(t, arrays[t.name], sizes)
        workspace = self.workspace(sizes, dtype)
        found = workspace.step(*(arrays[n] for n in self.source.inputs))
        return {name: array.copy() for name, array in found.items()}

    def _array(self, name: str, value: Any, dtype: np.dtype) -> np.ndarray:
        tensor = self.program.tensors.get(name)
        if tensor is not None and tensor.role == "label":
            array = np.asarray(value)
            if array.dtype.kind not in "iu" and not np.array_equal(array, array.astype(np.intp)):
                raise DataError(f"{name} holds labels: whole numbers, not {array.dtype}")
            return np.asarray(array, np.intp, order="C")
        return np.asarray(value, dtype, order="C")


def _check_labels(t: Tensor, array: np.ndarray, sizes: Mapping[str, int]) -> None:
    if t.classes is None or not array.size:
        return
    classes = int(t.classes.xreplace({s: Integer(sizes[s.name]) for s in t.classes.free_symbols}))
    wrong = np.argwhere((array < 0) | (array >= classes))
    if len(wrong):
        place = ", ".join(map(str, wrong[0]))
        raise DataError(f"{t.name}[{place}] is {array[tuple(wrong[0])]}: labels are 0 to {classes - 1}")


def compile_program(
    program: Formula,
    outputs: Sequence[str],
    title: str = "",
    references: Mapping[str, str] | None = None,
) -> Compiled:
    """A callable that computes these tensors: ``compiled(x=..., W=..., S=2) -> {name: array}``.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N]" + chr(10) + "C = sum(n, x[n]**2)")
    >>> float(compile_program(f, ["C"])(x=[1.0, 2.0])["C"])
    5.0
    """
    return Compiled(program, build(program, outputs, title, references))


def _execute(text: str) -> dict[str, Any]:
    """Runs the module's text; tracebacks show its lines."""
    filename = f"<symbackprop {next(_serial)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": "symbackprop_generated"}
    # Never a user's text: our generator's alone, its names from an allow-list and its title reduced to plain words.
    exec(compile(text, filename, "exec"), namespace)
    return namespace
