"""What a network is made of: layers, and residual blocks of layers."""

from collections.abc import Iterator, Sequence
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers import Layer


class Residual:
    """Layers whose input is added to their output; its parameters are keyed below its place, ``"1.0.weight"``."""

    def __init__(self, *layers: "Part") -> None:
        self.layers = as_parts(layers, "Residual")

    def __repr__(self) -> str:
        return f"Residual({', '.join(map(repr, self.layers))})"


Part = Layer | Residual


def as_parts(layers: Sequence[Any], kind: str) -> tuple[Part, ...]:
    if len(layers) == 1 and isinstance(layers[0], list | tuple):
        layers = layers[0]
    if not layers:
        raise DataError(f"{kind} needs at least one layer")
    for k, part in enumerate(layers):
        if not isinstance(part, Layer | Residual):
            hint = f"; write {part.__name__}(...)" if callable(part) and hasattr(part, "__name__") else ""
            raise DataError(f"{kind}: part {k} is {part!r}, not a layer{hint}")
    return tuple(layers)


def leaves(parts: Sequence[Part]) -> Iterator[Part]:
    """All parts, and those inside of residual blocks."""
    for part in parts:
        yield part
        if isinstance(part, Residual):
            yield from leaves(part.layers)
