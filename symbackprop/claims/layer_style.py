r"""Layers as the document writes them: ``a^{[l]}``, ``a^{(l)}`` or ``a^l``.

The reader knows layers by square brackets, whatever a document puts around them. What is shown to its author, a mended
line or the whole document set anew, has the author's own brackets.
"""

import re
from dataclasses import dataclass

_LABEL = re.compile(r"\^\{\[((?:[^\[\]{}]|\\text\{[^{}]*\}|\{[^{}]*\})*)\](\\top)?\}")
_TURNED = re.compile(
    r"((?:\\[A-Za-z]+\{[^{}]*\}|\\?[A-Za-z]+)(?:_\{[^{}]*\})?)\^\{\[((?:[^\[\]{}]|\\text\{[^{}]*\})*)\]\\top\}"
)
_WORD = re.compile(r"\\text\{([A-Z](?:[+-]\d)?)\}")


@dataclass(frozen=True)
class LayerStyle:
    r"""The brackets around layers: ``"["``, ``"("`` or none.

    >>> LayerStyle("(")(r"W^{[2]\top} z^{[\text{L-1}]}")
    'W^{(2)\\top} z^{(L-1)}'
    >>> LayerStyle("")(r"W^{[2]\top} z^{[1]}")
    '(W^{2})^{\\top} z^{1}'
    """

    bracket: str = "["

    @classmethod
    def of(cls, text: str) -> "LayerStyle":
        """The style of a document: the first of the brackets that it has above a symbol."""
        above = re.search(r"\^\s*(?:\{\s*)?(?:\\left)?\s*([\[(])", text)
        return cls(above[1] if above else "")

    def __call__(self, latex: str) -> str:
        if self.bracket == "[":
            return latex
        if not self.bracket:
            latex = _TURNED.sub(lambda m: rf"({m[1]}^{{{_plain(m[2])}}})^{{\top}}", latex)
            return _LABEL.sub(lambda m: m[0] if m[2] else f"^{{{_plain(m[1])}}}", latex)
        return _LABEL.sub(lambda m: f"^{{({_plain(m[1])}){m[2] or ''}}}", latex)


def _plain(label: str) -> str:
    return _WORD.sub(lambda m: m[1], label)
