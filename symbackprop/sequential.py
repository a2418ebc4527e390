"""``Sequential``: a network as a person writes it down, and ``load``, which brings a saved one back."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbackprop.blocks import BLOCKS
from symbackprop.errors import DataError
from symbackprop.layers import LAYERS
from symbackprop.losses import LOSSES, Loss
from symbackprop.network import Network, build
from symbackprop.parts import Part, Residual, as_parts

if TYPE_CHECKING:
    import numpy as np

    from symbackprop.api import Derivation
    from symbackprop.training.formula_model import FormulaModel
    from symbackprop.training.optimizers import Optimizer
    from symbackprop.training.schedules import Schedule
    from symbackprop.training.trainer import Trainer


class Sequential:
    """Layers one after the other (or one list of them), and the loss at the end.

    ``axes`` is how many axes the input has, the batch included; without it the fewest with which all layers fit, two
    at least.

    >>> import symbackprop as sb
    >>> net = sb.Sequential(sb.Linear(4, 10), sb.ReLU(), sb.Linear(10, 3), loss=sb.CrossEntropyLoss())
    >>> sorted(net.network.parameters)
    ['0.bias', '0.weight', '2.bias', '2.weight']
    """

    def __init__(self, *layers: Any, loss: Loss | None = None, title: str = "", axes: int | None = None) -> None:
        self.layers = as_parts(layers, "Sequential")
        if loss is not None and not isinstance(loss, Loss):
            hint = f"; write loss={loss.__name__}()" if callable(loss) and hasattr(loss, "__name__") else ""
            raise DataError(f"Sequential: {loss!r} is no loss{hint}; there are {', '.join(LOSSES)}")
        self.loss, self.title, self.axes = loss, title, axes
        self.network: Network = build(self.layers, loss, title, axes)
        self.weights: Mapping[str, np.ndarray] = {}  # what trainers begin with, by the keys of parameters and buffers

    def __repr__(self) -> str:
        parts = [*map(repr, self.layers), *([f"loss={self.loss!r}"] if self.loss else [])]
        return f"Sequential({', '.join(parts)})"

    @cached_property
    def _derivation(self) -> "Derivation":
        from symbackprop.api import derive

        return derive(self.network.formula, sizes=self.network.sizes)

    def derive(self) -> "Derivation":
        """The gradients by the input and by every parameter, sheet and all."""
        return self._derivation

    def trainer(
        self,
        optimizer: "Optimizer | None" = None,
        dtype: str = "float64",
        seed: int = 0,
        backend: str = "numpy",
        **options: Any,
    ) -> "Trainer":
        """A trainer with freshly drawn parameters.

        Options: ``clip_value`` bounds each entry of the gradients, ``clip_norm`` the norm of all together; ``l1`` and
        ``l2`` add l1·Σ|w| + (l2/2)·Σw² over the weights (no biases) to the cost, its gradient derived like any other;
        ``init`` names how all weights start, as in ``"xavier_normal"`` or, with a gain, ``("orthogonal", 1.4)``;
        without it each starts as PyTorch's layer does. Raises ``DataError`` without a loss or for an unknown backend,
        and for options out of their range.
        """
        from symbackprop.training.trainer import Trainer

        if self.loss is None:
            raise DataError(f"a trainer needs a loss: Sequential(..., loss={'() or '.join(LOSSES)}())")
        if backend != "numpy":
            raise DataError(f"no backend {backend!r} to train with; there is numpy")
        trainer = Trainer(self, self.network, optimizer, dtype, seed, **options)
        for key, values in self.weights.items():
            (trainer.parameters if key in trainer.parameters else trainer.buffers)[key][...] = values
        return trainer

    def describe(self) -> dict[str, Any]:
        """The network as JSON can hold it; a layer used again is a reference to its first place."""
        seen: dict[int, str] = {}
        loss = None if self.loss is None else {"kind": self.loss.kind, "arguments": dict(self.loss.arguments)}
        return {"layers": _describe(self.layers, "", seen), "loss": loss, "title": self.title, "axes": self.axes}


def _describe(parts: Sequence[Part], prefix: str, seen: dict[int, str]) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = []
    for k, part in enumerate(parts):
        place = f"{prefix}{k}"
        if id(part) in seen:
            described.append({"same_as": seen[id(part)]})
            continue
        seen[id(part)] = place
        if isinstance(part, Residual):
            described.append({"kind": "Residual", "layers": _describe(part.layers, place + ".", seen)})
        else:
            described.append({"kind": part.kind, "arguments": dict(part.arguments)})
    return described


def _rebuild(described: Sequence[Mapping[str, Any]], prefix: str, seen: dict[str, Part]) -> list[Part]:
    parts: list[Part] = []
    for k, entry in enumerate(described):
        place = f"{prefix}{k}"
        part: Part
        if "same_as" in entry:
            part = seen[entry["same_as"]]
        elif entry["kind"] == "Residual":
            part = Residual(*_rebuild(entry["layers"], place + ".", seen))
        else:
            part = _layer(entry["kind"], entry["arguments"])
        seen[place] = part
        parts.append(part)
    return parts


def _layer(kind: str, arguments: Mapping[str, Any]) -> Part:
    makers: Mapping[str, Callable[..., Part]] = {**LAYERS, **BLOCKS}
    if kind not in makers:
        raise DataError(f"the file names a layer {kind!r}; there are {', '.join(makers)}")
    return makers[kind](**arguments)


def _model(described: Mapping[str, Any]) -> "Sequential | FormulaModel":
    if "formula" in described:
        from symbackprop.training.formula_model import FormulaModel

        return FormulaModel.rebuild(described)
    loss = LOSSES[described["loss"]["kind"]](**described["loss"]["arguments"])
    layers = _rebuild(described["layers"], "", {})
    return Sequential(*layers, loss=loss, title=described["title"], axes=described.get("axes"))


def load(path: str | Path) -> "Trainer":
    """The trainer that was saved to a file, ready to go on. Raises ``DataError`` for what is no such file."""
    from symbackprop.training.optimizers import OPTIMIZERS
    from symbackprop.training.storage import read

    stored = read(path)
    description = stored.description
    try:
        model = _model(description["network"])
        chosen = description["optimizer"]
        trainer = model.trainer(
            OPTIMIZERS[chosen["kind"]](**chosen["arguments"]),
            description["dtype"],
            description["seed"],
            **description.get("options", {}),
        )
        trainer.schedule = _schedule(description.get("schedule"))
        trainer.random.bit_generator.state = description["random"]
    except (KeyError, TypeError, AttributeError, ValueError) as e:
        raise DataError(f"{path}: the description of the network is damaged: {e}") from None
    _put_back(path, "parameters", trainer.parameters, stored.parameters)
    _put_back(path, "buffers", trainer.buffers, stored.buffers)
    trainer.optimizer.restore(stored.optimizer)
    return trainer


def _schedule(described: Mapping[str, Any] | None) -> "Schedule | None":
    from symbackprop.training.schedules import SCHEDULES

    if described is None:
        return None
    schedule = SCHEDULES[described["kind"]](**described["arguments"])
    schedule.restore(described["state"])
    return schedule


def _put_back(
    path: str | Path, what: str, arrays: Mapping[str, "np.ndarray"], kept: Mapping[str, "np.ndarray"]
) -> None:
    """Write arrays of a file into those of the network. Raises ``DataError`` where names or shapes differ."""
    if set(kept) != set(arrays):
        raise DataError(f"{path}: has the {what} {sorted(kept)}, the network {sorted(arrays)}")
    for key, array in arrays.items():
        if array.shape != kept[key].shape:
            raise DataError(f"{path}: {key} has shape {kept[key].shape}, the network's {array.shape}")
        array[...] = kept[key]
