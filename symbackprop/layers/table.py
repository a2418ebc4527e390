"""Table of layers: a layer is a function that yields its forward equations in the text notation, and nothing else.

No gradient, no code and no LaTeX stands here; all three come from the equations. Names, arguments, defaults and
parameters follow PyTorch's ``torch.nn``; everything is batch first. In a layer's text ``x`` is its input and the last
equation its output; ``N`` is the batch, and ``axes`` says how many axes the input has, the batch included, for layers
that take any number of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from symbackprop.errors import DataError

Init = tuple[str, float | None]  # name in the table of initialisers, and its argument


def as_init(given: Any) -> Init:
    """An initialiser as people name it, ``"xavier_normal"`` or ``("orthogonal", 1.4)``. Raises ``DataError`` otherwise.

    >>> as_init("zeros"), as_init(["orthogonal", 1.4])
    (('zeros', None), ('orthogonal', 1.4))
    """
    parts = [given] if isinstance(given, str) else list(given) if isinstance(given, list | tuple) else []
    if not 1 <= len(parts) <= 2 or not isinstance(parts[0], str):
        raise DataError(f"init: a name, or a name and a number, as in ('orthogonal', 1.4), not {given!r}")
    number = parts[1] if len(parts) == 2 else None
    if number is not None and (isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number)):
        raise DataError(f"init: the argument of {parts[0]} must be a number, not {number!r}")
    return parts[0], number


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer with its arguments. The same object used twice in a network shares its parameters.

    ``text`` maps the number of axes of the input to the formula; ``sizes`` are the numbers of its named sizes;
    ``keys`` the names of its parameters in a ``state_dict``; ``init`` how they start. ``function`` is what an
    activation applies to every entry, as a formula in ``x``.

    Some layers act otherwise once trained: ``evaluation`` is their formula then. ``buffers`` are the keys of what is
    kept but not trained, ``updates`` which tensor is a buffer's next value; ``masks`` with which chance an entry of a
    mask, drawn anew for every step, is 1. ``least`` values of each channel (axis 1) are needed while training.
    """

    kind: str
    arguments: Mapping[str, Any]
    text: Callable[[int], str]
    sizes: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    init: Mapping[str, Init] = field(default_factory=dict)
    function: str = ""
    evaluation: Callable[[int], str] | None = None
    buffers: Mapping[str, str] = field(default_factory=dict)
    updates: Mapping[str, str] = field(default_factory=dict)
    masks: Mapping[str, float] = field(default_factory=dict)
    least: int = 1

    def formula(self, axes: int, training: bool) -> str:
        """The equations for an input of that many axes, while training or afterwards."""
        return self.text(axes) if training or self.evaluation is None else self.evaluation(axes)

    def __repr__(self) -> str:
        shown = ", ".join(f"{k}={v!r}" for k, v in self.arguments.items())
        return f"{self.kind}({shown})"


LAYERS: dict[str, Callable[..., Layer]] = {}


def layer(build: Callable[..., Layer]) -> Callable[..., Layer]:
    """Enter a layer function in the table under its own name."""
    LAYERS[build.__name__] = build
    return build


# Letters that no layer's text uses for anything else.
_SIZES, _INDICES = "NQRSUV", "nqrsuv"


def lead(axes: int) -> tuple[str, str]:
    """Names for all axes but the last one, as sizes and as indices: ``("N, Q", "n, q")`` for three axes."""
    if not 2 <= axes <= len(_SIZES) + 1:
        raise DataError(f"an input has 2 to {len(_SIZES) + 1} axes, the batch first; this one has {axes}")
    return ", ".join(_SIZES[: axes - 1]), ", ".join(_INDICES[: axes - 1])


def positive(kind: str, **values: Any) -> None:
    """Refuse arguments that are not positive integers. Raises ``DataError`` that names the layer and the argument."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise DataError(f"{kind}: {name} must be a positive integer, not {value!r}")


def exact(kind: str, **values: Any) -> dict[str, str]:
    """Numbers as formulas write them. Raises ``DataError`` for what is no finite number.

    >>> exact("ELU", alpha=1.0, slope=-1e-5)
    {'alpha': '1', 'slope': '(-0.00001)'}
    """
    found = {}
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise DataError(f"{kind}: {name} must be a number, not {value!r}")
        digits = f"{Decimal(repr(value)):f}"
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        found[name] = f"({digits})" if value < 0 else digits
    return found
