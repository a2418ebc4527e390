"""The comment that a line of code bears: the number of its equation on the sheet, and the equation in text notation."""

import re
from collections.abc import Mapping

from symbackprop.equations import Equation, Formula
from symbackprop.notation.printer import Printer

_WIDTH = 120
_MARGIN = 16
_NAME = re.compile(r"[A-Za-z_]\w*")


class Comments:
    """Comments for the equations of one formula; the text of a base serves all its renamed copies."""

    def __init__(self, program: Formula, references: Mapping[str, str]) -> None:
        self.program, self.references = program, references
        self._texts: dict[int, str] = {}

    def of(self, e: Equation) -> str:
        """The comment for one equation."""
        number = self.references.get(e.name, "")
        return f"{number} {self._text(e)}".strip()

    def _text(self, e: Equation) -> str:
        known = self._texts.get(id(e.base))
        if known is None:
            known = self._texts[id(e.base)] = Printer(self.program.names, None).equation(e.base)
        if e.renaming is None:
            return known
        names = {**e.renaming.tensors, **{s.name: str(v) for s, v in e.renaming.sizes.items()}}
        return _NAME.sub(lambda m: names.get(m[0], m[0]), known)

    def beside(self, lines: list[str], comment: str) -> list[str]:
        """The lines with the comment: behind a single short line, above several."""
        if len(lines) == 1 and len(lines[0]) + len(comment) + _MARGIN <= _WIDTH:
            return [f"{lines[0]}  # {comment}"]
        return [f"# {comment}", *lines]
