"""What a diagnosis holds: frozen data. How it reads is in ``text`` and ``page``."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from symbackprop.diagnosis import text

if TYPE_CHECKING:
    from symbackprop.sheet.sheet import Sheet


@dataclass(frozen=True)
class LayerReport:
    """One layer with weights, and what follows it until the next.

    ``gradient`` is the norm of the gradient by its weights, ``arrives`` the largest norm of the adjoint of ``output``
    among the samples, ``mean`` their mean. ``bound``: no sample's norm is above it; None where none is known, as
    ``no_bound`` says. ``factors`` are the bounds of the layer's own equations by name. ``units`` is how many its
    activation has, ``dead`` and ``saturated`` are those units' numbers, ``relative`` the norm that arrives over the one
    at the last layer's output. ``verdicts`` are of ``verdicts.FINDINGS``; without one the layer is healthy.
    """

    place: str
    weights: tuple[str, ...]
    output: str
    activation: str
    gradient: float
    arrives: float
    mean: float
    relative: float
    bound: float | None
    no_bound: str
    factors: tuple[tuple[str, float], ...]
    units: int
    dead: tuple[int, ...]
    saturated: tuple[int, ...]
    verdicts: tuple[str, ...]

    @property
    def ratio(self) -> float | None:
        """Measured over bound: at most 1."""
        return None if self.bound is None else (self.arrives / self.bound if self.bound else 0.0)

    @property
    def dead_part(self) -> float:
        """The part of the units that is dead."""
        return len(self.dead) / self.units if self.units else 0.0

    @property
    def saturated_part(self) -> float:
        """The part of the units that is saturated."""
        return len(self.saturated) / self.units if self.units else 0.0

    @property
    def verdict(self) -> str:
        """The findings in words, or "healthy"."""
        return ", ".join(self.verdicts) or "healthy"


@dataclass(frozen=True)
class Trial:
    """A cure as it was tried, or the network as it is (``against`` is empty then).

    ``gradients`` are the norms by the layers' weights, first to last; ``relative`` is how the adjoint at the first
    layer compares with that at the last, ``dead`` and ``saturated`` the largest such part of a layer. The losses are
    those before and after ``steps`` steps, ``findings`` what is found in the changed network, ``new`` what of that
    was not found before. ``result``: "cured", "eased" or "no cure", and "not tried" with its ``reason``.
    """

    name: str
    against: tuple[str, ...]
    change: str
    gradients: tuple[float, ...] = ()
    relative: float = math.nan
    dead: float = 0.0
    saturated: float = 0.0
    steps: int = 0
    loss_before: float = math.nan
    loss_after: float = math.nan
    findings: tuple[str, ...] = ()
    result: str = ""
    reason: str = ""
    new: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """The result in words, and what came instead."""
        return f"{self.result}, but {', '.join(self.new)}" if self.new else self.result


@dataclass(frozen=True)
class Diagnosis:
    """The layers, first to last, what is found, and the cures that were tried for it.

    ``head`` is the last layer's output, where the bound begins with what was measured there, ``start``; ``samples`` is
    how many the data have. ``trials`` begins with the network as it is.
    """

    layers: tuple[LayerReport, ...]
    head: str | None
    start: float
    loss: float
    samples: int
    seed: int
    trials: tuple[Trial, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[str, ...]:
        """What is found anywhere, worst first; empty where all layers are healthy."""
        return tuple(dict.fromkeys(v for layer in self.layers for v in layer.verdicts))

    @property
    def healthy(self) -> bool:
        return not self.findings

    def __getitem__(self, place: str | int) -> LayerReport:
        """The layer at a place, or by its number from 0. Raises ``KeyError`` with the places that there are."""
        if isinstance(place, int):
            return self.layers[place]
        for layer in self.layers:
            if layer.place == place:
                return layer
        raise KeyError(f"no layer {place!r}; there are {', '.join(x.place for x in self.layers)}")

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it; a number that is not finite is text."""
        layers = [asdict(x) | {"ratio": x.ratio, "verdict": x.verdict} for x in self.layers]
        top = {
            k: getattr(self, k) for k in ("head", "start", "loss", "samples", "seed", "findings", "healthy", "notes")
        }
        return plain({**top, "layers": layers, "trials": [asdict(t) for t in self.trials]})

    def sheet(self) -> "Sheet":
        """Table and plots as a sheet: ``.save("sheet.html")``, or .pdf, .tex, .md."""
        from symbackprop.diagnosis.page import page

        return page(self)

    def __str__(self) -> str:
        return text.text_of(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.sheet().to_html(fragment=True)


def plain(value: Any) -> Any:
    """Data as JSON can hold them.

    >>> plain({"a": (1.0, float("inf"))})
    {'a': [1.0, 'inf']}
    """
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
