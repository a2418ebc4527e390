"""From a formula (forward and adjoint equations are one) to a readable, standalone NumPy module.

Only the equations that the outputs need are emitted. Each line bears the equation that it computes and, where given,
its number on the sheet.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Integer, Symbol

from symbackprop.codegen.arrangement import orders, turned
from symbackprop.codegen.comments import Comments
from symbackprop.codegen.identifiers import Identifiers
from symbackprop.codegen.layout import Layout, layouts
from symbackprop.codegen.lines import COPY
from symbackprop.codegen.locals import Locals
from symbackprop.codegen.sizes import code, fill
from symbackprop.codegen.templates import Piece, Template, Templates
from symbackprop.equations import Equation, Formula, Renaming, Tensor
from symbackprop.errors import DataError
from symbackprop.indices import ArgMax
from symbackprop.schedule import Block, Single, schedule

_INDENT = "    "


@dataclass(frozen=True)
class Source:
    """A module's text and what it takes and gives: the formula's names, in the order of ``step``'s arguments."""

    text: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    sizes: Mapping[str, str]  # from the formula's name to the one in the text
    labels: frozenset[str]
    function_name: str = "run"


def build(
    program: Formula, outputs: Sequence[str], title: str = "", references: Mapping[str, str] | None = None
) -> Source:
    """The module that computes these tensors of the program.

    ``references`` gives the number of a tensor's equation, such as ``"(7)"``. Raises ``DataError`` where an output
    has no equation, ``NotSupported`` where a term has no code.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N,D]" + chr(10) + "param W[D,M]" + chr(10) + "z[n,j] = sum(i, x[n,i]*W[i,j])")
    >>> print(*[s for s in build(f, ["z"]).text.splitlines() if "dot" in s])
                x.dot(W, out=z)  # z[n,j] = sum(i, x[n,i]*W[i,j])
    """
    for name in outputs:
        if name not in program.defining:
            raise DataError(f"no equation defines {name!r}; there are {', '.join(program.defining)}")
    return _Writer(program, tuple(outputs), references or {}).source(title)


class _Writer:
    """Fills templates with names, and lays the program out."""

    def __init__(self, program: Formula, outputs: tuple[str, ...], references: Mapping[str, str]) -> None:
        self.program, self.outputs = program, outputs
        self.blocks = _needed(program, outputs)
        members = [e for b in self.blocks for e in _equations(b)]
        read = {n for e in members for n in e.reads}
        self.inputs = [t for t in program.declared if t.name in read]
        defined = [e.name for e in members if not e.is_boundary]
        integers = frozenset(e.name for e in members if isinstance((e.base.rhs), ArgMax))
        self.layouts = layouts(program, integers, orders(program, self.blocks), turned(program, self.blocks))
        self.names = Identifiers([*program.tensors, *(s.name for s in program.sizes)])
        self.comments = Comments(program, references)
        self.used: dict[str, None] = {}
        self.extended: dict[str, str] = {}
        self.locals = Locals(self.names)
        self.setup = self.locals.lines
        self.body: list[str] = []
        self._copied: set[str] = set()
        self._loops: dict[str, str] = {}
        for name in defined:
            self._allocate(self.layouts[name])
        templates = Templates(program, self.layouts)
        for b in self.blocks:
            self._write(*templates.of(b))

    # -- names and buffers -------------------------------------------------------------------------------------------

    def _allocate(self, layout: Layout) -> None:
        name = self.names[layout.name]
        dtype = "np.intp" if layout.integer else "dtype"
        lengths = [self._plain(code(n)) for n in layout.lengths]
        if not layout.extended:
            self.setup.append(f"{name} = np.empty({_tuple(lengths)}, {dtype})")
            return
        whole = self.extended[layout.name] = self.names.new(f"{name}_all")
        steps = lengths[layout.axis]
        around = [*lengths]
        around[layout.axis] = " + ".join(
            [*([str(layout.before)] if layout.before else []), steps, *([str(layout.after)] if layout.after else [])]
        )
        marks = [":"] * layout.axis + [f"{layout.before}:{layout.before} + {steps}"]
        self.setup.append(f"{whole} = np.zeros({_tuple(around)}, {dtype})")
        self.setup.append(f"{name} = {whole}[{', '.join(marks)}]")

    def _size(self, name: str) -> str:
        self.used[name] = None
        return self.names[name]

    def _plain(self, text: str) -> str:
        return fill(text, lambda kind, name: self._size(name))

    def _look_up(self, template: Template, e: Equation | None) -> Callable[[str, str], str]:
        """What the marks of one block stand for."""
        renaming = e.renaming if e is not None and e.renaming is not None else Renaming({})
        sizes = {s.name: self._sized(value) for s, value in renaming.sizes.items()}
        made: dict[str, str] = {}

        def filled(text: str, locals_: Mapping[str, str]) -> str:
            return fill(text, lambda kind, name: locals_[name] if kind == "v" else look_up(kind, name))

        @cache
        def look_up(kind: str, name: str) -> str:
            if kind == "t":
                return self.names[renaming.name(name)]
            if kind == "s":
                return sizes[name] if name in sizes else self._size(name)
            if kind == "x":
                return self.extended[renaming.name(name)]
            if kind == "l":
                return self._loop_name(name)
            if kind == "n":
                return self.names.new(name.partition(" ")[2])
            return made[name]

        made.update(self.locals.made(template.setup, filled))
        return look_up

    def _loop_name(self, index: str) -> str:
        """The name of a loop's variable: that of the index, where it is one that a person wrote."""
        if index not in self._loops:
            self._loops[index] = self.names.new(index if index.isidentifier() else "step_index")
        return self._loops[index]

    def _sized(self, value: Any) -> str:
        text = self._plain(code(value))
        return text if isinstance(value, Symbol | Integer) else f"({text})"

    # -- lines -------------------------------------------------------------------------------------------------------

    def _write(self, template: Template, renamed: Equation | None) -> None:
        look_up = self._look_up(template, renamed)
        for piece in template.before:
            self._piece(piece, renamed, look_up, "")
        indent = ""
        if template.loop:
            self.body.append(fill(template.loop, look_up))
            indent = _INDENT
        for piece in template.pieces:
            self._piece(piece, renamed, look_up, indent)

    def _piece(self, piece: Piece, renamed: Equation | None, look_up: Callable[[str, str], str], indent: str) -> None:
        lines = []
        for line in piece.lines:
            text = fill(line.removeprefix(COPY), look_up)
            if not line.startswith(COPY):
                lines.append(text)
            elif text not in self._copied:
                lines.append(text)
                self._copied.add(text)
        if not lines:
            return
        comment = self.comments.of(renamed or piece.equation)
        if piece.guarded:
            lines = ['with np.errstate(all="ignore"):', *(_INDENT + line for line in lines)]
        self.body += [indent + line for line in self.comments.beside(lines, comment)]

    def source(self, title: str) -> Source:
        """The module, laid out by the template."""
        body = self.body or ["pass"]
        everything = "\n".join([*self.locals.finished(), *body])
        sizes = [self.names[s] for s in self.used]
        solved, conversions = self._conversions()
        logistic, erf = "expit(" in everything, "erf(" in everything
        windowed = "windows(" in everything
        text = _template().render(
            title=_plain(title) or "The gradients of a formula.",
            imports=[
                *(["from numpy.lib.stride_tricks import as_strided"] if windowed else []),
                *(["from scipy.special import erf"] if erf else []),
            ],
            logistic=logistic,
            windowed=windowed,
            inputs=[self.names[t.name] for t in self.inputs],
            arguments=[self.names[t.name] for t in self.inputs],
            outputs=self.outputs,
            results=[(o, self._as_written(o)) for o in self.outputs],
            sizes=sizes,
            given=[s for s in sizes if s not in solved],
            conversions=conversions,
            setup=self.setup,
            body=body,
        )
        labels = frozenset(t.name for t in self.inputs if t.role == "label")
        used = {s: self.names[s] for s in self.used}
        return Source(text, tuple(t.name for t in self.inputs), self.outputs, used, labels)

    def _as_written(self, output: str) -> str:
        """The array of an output with its axes in the order in which they are written."""
        order = self.layouts[output].order
        places = ", ".join(str(order.index(k)) for k in range(len(order)))
        return f"{self.names[output]}.transpose({places})" if order else self.names[output]

    def _conversions(self) -> tuple[set[str], list[str]]:
        """Lines that make arrays of the arguments and read sizes off their shapes, and the sizes that they give."""
        lines, solved = [], {}
        for t in self.inputs:
            name = self.names[t.name]
            lines.append(f'{name} = np.asarray({name}, {"np.intp" if t.role == "label" else "dtype"}, order="C")')
        for t in self.inputs:
            for k, n in enumerate(t.lengths):
                solution = _solved(t, k, n, self.names)
                if solution and solution[0] in self.used and self.names[solution[0]] not in solved:
                    solved[self.names[solution[0]]] = solution[1]
        lines += [f"{size} = {text}" for size, text in solved.items()]
        return set(solved), lines


def _solved(t: Tensor, axis: int, length: Any, names: Identifiers) -> tuple[str, str] | None:
    """A size that this axis fixes, and how: its own, or a multiple of it."""
    seen = f"{names[t.name]}.shape[{axis}]"
    if isinstance(length, Symbol):
        return length.name, seen
    number, rest = length.as_coeff_Mul()
    if isinstance(rest, Symbol) and number.is_Integer:
        return rest.name, f"{seen} // {number}"
    return None


def _equations(block: Block) -> tuple[Equation, ...]:
    return (block.equation,) if isinstance(block, Single) else (*block.boundaries, *block.equations)


def _needed(program: Formula, outputs: tuple[str, ...]) -> list[Block]:
    """The blocks that the outputs depend on, in order."""
    wanted = set(outputs)
    kept: list[Block] = []
    for block in reversed(schedule(program)):
        members = _equations(block)
        if any(e.name in wanted for e in members):
            wanted.update(n for e in members for n in e.reads)
            kept.append(block)
    return kept[::-1]


def _tuple(texts: Sequence[str]) -> str:
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


@cache
@cache
def _template() -> Any:
    import jinja2  # heavy, and only needed here

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("symbackprop", "codegen"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("numpy.py.jinja")


def _plain(title: str) -> str:
    """A title that can only be text inside the module's docstring: it may come from a file.

    >>> _plain('Iris"; import os')
    'Iris import os'
    """
    return " ".join(re.sub(r"[^\w .,:()+-]", " ", title).split())[:200]
