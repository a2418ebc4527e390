"""One run of the network forwards and backwards over all data, and what is read off it, layer by layer."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symbackprop.codegen.compile import compile_program
from symbackprop.diagnosis.bounding import Bound, Graph, bounds_from, graph
from symbackprop.diagnosis.jacobians import Point
from symbackprop.diagnosis.report import LayerReport
from symbackprop.diagnosis.stages import Stage, between, head_of, stages
from symbackprop.diagnosis.units import Activation, activation
from symbackprop.diagnosis.verdicts import verdicts
from symbackprop.equations import Formula
from symbackprop.errors import DataError
from symbackprop.training.trainer import Trainer

_NONE = "the layers do not all lead to one output"


@dataclass(frozen=True)
class Measured:
    """The layers as found; see ``Diagnosis`` for the rest."""

    layers: tuple[LayerReport, ...]
    head: str | None
    start: float
    loss: float


class Run:
    """A trainer's network at its parameters and some data: all forward values, all adjoints."""

    def __init__(self, trainer: Trainer, X: np.ndarray, y: np.ndarray) -> None:
        self.network, self.derivation = trainer.network, trainer.derivation
        formula = self.network.formula
        self.order = between(self.network, self.derivation)
        self.adjoints = {n: self.derivation.adjoint_of(n).name for n in self.order[:-1]}
        given = _arrays(trainer, X, y)
        sizes = {**self.network.sizes, **trainer.batch_sizes(np.asarray(X))}
        by_weights = {k: self.derivation.adjoint_of(n).name for k, n in self.network.parameters.items()}
        read = {n for name in self.order for n in formula.defining[name].reads} & formula.defining.keys()
        values = dict.fromkeys([*self.order, *sorted(read)])
        wanted = [*values, *self.adjoints.values(), *dict.fromkeys(by_weights.values())]
        with np.errstate(all="ignore"):
            found = _computed(self.derivation.program, wanted, given, sizes)
        forward = {n: found[n] for n in values}
        batch = formula.tensors[self.network.input].lengths[0]
        self.point = Point(formula, {**given, **forward}, sizes, batch)
        self.backward = {n: found[adjoint] for n, adjoint in self.adjoints.items()}
        self.gradients = {k: found[adjoint] for k, adjoint in by_weights.items()}
        self.loss = float(found[self.derivation.cost.name])

    @cached_property
    def graph(self) -> Graph:
        with np.errstate(all="ignore"):
            return graph(self.point, self.order, self.network.input)

    @cached_property
    def activations(self) -> dict[str, Activation]:
        """The activations by tensor; the root of a variance is none."""
        defining = self.network.formula.defining
        names = [n for n in self.order[:-1] if n not in self.graph.skipped]
        found = {n: activation(self.point, defining[n], self.order) for n in names}
        return {n: a for n, a in found.items() if a is not None}

    def norms(self, name: str) -> np.ndarray:
        """The norm of a tensor's adjoint for each sample; one for all where samples share the tensor."""
        adjoint = self.backward[name]
        shared = self.network.formula.tensors[name].lengths[:1] != (self.point.batch,)
        with np.errstate(all="ignore"):
            return np.linalg.norm(adjoint.reshape(1 if shared else len(adjoint), -1), axis=1)


def _computed(
    program: Formula, wanted: list[str], given: dict[str, np.ndarray], sizes: dict[str, int]
) -> dict[str, np.ndarray]:
    """The tensors by name, in float64 whatever the trainer's numbers are."""
    named = {s.name for s in program.sizes}
    return compile_program(program, wanted)(**given, **{s: v for s, v in sizes.items() if s in named})


def _arrays(trainer: Trainer, X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Data and parameters; masks are drawn as the trainer would draw them next, and it does not notice."""
    state = trainer.random.bit_generator.state
    try:
        return trainer.arrays(X, y)
    finally:
        trainer.random.bit_generator.state = state


def measure(trainer: Trainer, X: np.ndarray, y: np.ndarray) -> Measured:
    """The layers of a trainer's network on these data, at its parameters."""
    return measured(Run(trainer, X, y))


def measured(run: Run) -> Measured:
    """What a run shows, layer by layer."""
    head = head_of(run.graph, run.network)
    parts = stages(run.network, run.graph, head)
    if not parts:
        raise DataError(f"no layer with weights lies between {run.network.input} and the cost")
    bounds = {} if head is None else bounds_from(run.graph, head, _measured_at(run, head))
    last = head or parts[-1].output
    start = float(run.norms(last).max(initial=0.0))
    return Measured(tuple(_layer(run, s, bounds, start) for s in parts), head, start, run.loss)


def _measured_at(run: Run, head: str) -> Bound:
    norms = run.norms(head)
    return Bound(float(norms.max(initial=0.0)), float(np.linalg.norm(norms)))


def _layer(run: Run, stage: Stage, bounds: dict[str, Bound], start: float) -> LayerReport:
    norms = run.norms(stage.output)
    arrives, mean = float(norms.max(initial=0.0)), float(norms.mean())
    bound = bounds.get(stage.output, Bound(0.0, 0.0, _NONE))
    known = not bound.missing and math.isfinite(bound.sample)
    acts = [run.activations[n] for n in stage.tensors if n in run.activations]
    worst = max(acts, key=lambda a: len(a.dead) + len(a.saturated), default=Activation("", "", 0, (), ()))
    found = LayerReport(
        stage.place, stage.keys, stage.output, ", ".join(a.function for a in acts), _gradient(run, stage),
        arrives, mean, _over(arrives, start), bound.sample if known else None,
        bound.missing or ("" if known else "the bound overflows"), _factors(run, stage),
        worst.units, worst.dead, worst.saturated, (),
    )  # fmt: skip
    push = _push(run, stage, found.gradient)
    return replace(found, verdicts=verdicts(found.relative, push, found.dead_part, found.saturated_part))


def _push(run: Run, stage: Stage, gradient: float) -> float:
    """The gradient's norm over that of the weights; 0 where they are all zero, and nothing is to be said."""
    arrays = [run.point.arrays[run.network.parameters[k]] for k in stage.keys]
    weights = [a for a in arrays if a.ndim > 1]
    norm = float(np.linalg.norm([np.linalg.norm(a) for a in weights]))
    return gradient / norm if norm else (0.0 if math.isfinite(gradient) else math.inf)


def _gradient(run: Run, stage: Stage) -> float:
    """The norm over all of the layer's weights; of its vectors where it has nothing else."""
    arrays = [run.gradients[k] for k in stage.keys]
    weights = [g for g in arrays if g.ndim > 1] or arrays
    with np.errstate(all="ignore"):
        return float(np.linalg.norm([np.linalg.norm(g) for g in weights]))


def _over(norm: float, start: float) -> float:
    """One norm over another; not a number where either overflowed."""
    if not (math.isfinite(norm) and math.isfinite(start)):
        return math.nan
    return norm / start if start else (0.0 if not norm else math.inf)


def _factors(run: Run, stage: Stage) -> tuple[tuple[str, float], ...]:
    """The norms of the layer's own Jacobians that are known, in order, those that change nothing aside."""
    inside = set(stage.tensors)
    found = [e for (_, b), e in run.graph.edges.items() if b in inside and e is not None]
    return tuple((e.why, e.norm) for e in found if e.why)
