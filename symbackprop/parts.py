"""What a network is made of: layers, residual blocks of layers, and blocks whose parts have names of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers import Layer


class Residual:
    """Layers whose input is added to their output; its parameters are keyed below its place, ``"1.0.weight"``."""

    names: tuple[str, ...] | None = None  # of the parts, in keys; their numbers where there are none

    def __init__(self, *layers: "Part") -> None:
        self.layers = as_parts(layers, "Residual")

    def __repr__(self) -> str:
        return f"Residual({', '.join(map(repr, self.layers))})"


@dataclass(frozen=True, eq=False)
class Block:
    """Parts under one name, as a layer of PyTorch's that is made of others; an empty name adds nothing to the keys."""

    kind: str
    arguments: dict[str, Any]
    names: tuple[str, ...]
    layers: tuple["Part", ...]

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(f'{k}={v!r}' for k, v in self.arguments.items())})"


Part = Layer | Residual | Block


def as_parts(layers: Sequence[Any], kind: str) -> tuple[Part, ...]:
    if len(layers) == 1 and isinstance(layers[0], list | tuple):
        layers = layers[0]
    if not layers:
        raise DataError(f"{kind} needs at least one layer")
    for k, part in enumerate(layers):
        if not isinstance(part, Layer | Residual | Block):
            hint = f"; write {part.__name__}(...)" if callable(part) and hasattr(part, "__name__") else ""
            raise DataError(f"{kind}: part {k} is {part!r}, not a layer{hint}")
    return tuple(layers)


def leaves(parts: Sequence[Part]) -> Iterator[Part]:
    """All parts, and those inside of residual blocks."""
    for part in parts:
        yield part
        if not isinstance(part, Layer):
            yield from leaves(part.layers)
