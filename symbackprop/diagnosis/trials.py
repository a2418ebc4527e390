"""Trying a cure: the changed network measured like the first one, then a few steps of each from the same seed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from symbackprop.diagnosis.cures import CURES, Case, Cure
from symbackprop.diagnosis.measuring import Measured, measure
from symbackprop.diagnosis.report import Trial
from symbackprop.diagnosis.verdicts import FINDINGS
from symbackprop.network import Network
from symbackprop.training.trainer import Trainer

Make = Callable[[Network, Mapping[str, np.ndarray], Mapping[str, Any]], Trainer]
_EASED = 0.5  # a finding is eased where at most so much of it is left (of a logarithm, where it is a norm)


def trials(
    case: Case, make: Make, X: np.ndarray, y: np.ndarray, found: tuple[str, ...], steps: int
) -> tuple[Trial, ...]:
    """The network as it is, then each cure that is good against something that was found."""
    as_is = _tried(make(case.network, case.parameters, {}), X, y, Trial("as it is", (), ""), steps)
    tried = [as_is]
    for cure in CURES:
        against = tuple(f for f in cure.against if f in found)
        if against:
            tried.append(_trial(cure, against, case, make, X, y, as_is, steps))
    return tuple(tried)


def _trial(
    cure: Cure, against: tuple[str, ...], case: Case, make: Make, X: np.ndarray, y: np.ndarray, as_is: Trial, steps: int
) -> Trial:
    change = cure.apply(case)
    if isinstance(change, str):
        return Trial(cure.name, against, "", result="not tried", reason=change)
    trainer = make(change.network, {**case.parameters, **change.parameters}, change.options)
    tried = _tried(trainer, X, y, Trial(cure.name, against, change.words), steps)
    new = tuple(f for f in tried.findings if f not in as_is.findings)
    result = _clipped(tried, as_is) if trainer.clipping else _result(tried, as_is)
    return replace(tried, result=result, new=new)


def _tried(trainer: Trainer, X: np.ndarray, y: np.ndarray, trial: Trial, steps: int) -> Trial:
    found = measure(trainer, X, y)
    gradients = _gradients(trainer, found, X, y)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            trainer.step(X, y)
        after = trainer.loss_and_gradients(X, y)[0]
    return replace(
        trial, gradients=gradients, relative=_farthest([x.relative for x in found.layers]),
        dead=max(x.dead_part for x in found.layers), saturated=max(x.saturated_part for x in found.layers),
        steps=steps, loss_before=found.loss, loss_after=after,
        findings=tuple(f for f in FINDINGS if any(f in x.verdicts for x in found.layers)),
    )  # fmt: skip


def _gradients(trainer: Trainer, found: Measured, X: np.ndarray, y: np.ndarray) -> tuple[float, ...]:
    """The norm by each layer that has a matrix of weights, as the optimiser gets it: clipped where it is clipped."""
    factor = 1.0
    if trainer.clipping:
        with np.errstate(all="ignore"):
            plain = {n: g.copy() for n, g in trainer.loss_and_gradients(X, y)[1].items()}
            clipped = trainer.clipping(plain)
            total = [float(np.linalg.norm([np.linalg.norm(g) for g in gs.values()])) for gs in (plain, clipped)]
        factor = total[1] / total[0] if total[0] else 1.0
    shapes = {k: a.ndim for k, a in trainer.parameters.items()}
    return tuple(x.gradient * factor for x in found.layers if any(shapes[k] > 1 for k in x.weights))


def _farthest(relatives: list[float]) -> float:
    """The one that is farthest from 1 on a logarithmic scale; nan before all others."""
    return max(relatives, key=_distance)


def _distance(relative: float) -> float:
    if math.isnan(relative):
        return math.inf
    return abs(math.log10(relative)) if 0 < relative < math.inf else math.inf


def _clipped(tried: Trial, as_is: Trial) -> str:
    """Clipping leaves the proportions as they are: what counts is whether the training goes down now."""
    if not tried.loss_after < tried.loss_before:
        return "no cure"
    return "cured" if not as_is.loss_after < as_is.loss_before else "eased"


def _result(tried: Trial, as_is: Trial) -> str:
    if not set(tried.findings) & set(tried.against):
        return "cured"
    eased = [_is_eased(f, tried, as_is) for f in tried.against]
    return "eased" if any(eased) else "no cure"


def _is_eased(finding: str, tried: Trial, as_is: Trial) -> bool:
    if finding in ("dead", "saturated"):
        return getattr(tried, finding) <= _EASED * getattr(as_is, finding)
    relative = [_distance(t.relative) for t in (tried, as_is)]
    longest = [math.log10(max(t.gradients)) if 0 < max(t.gradients) < math.inf else math.inf for t in (tried, as_is)]
    too_long = finding == "exploding" and longest[0] < math.inf and longest[1] > 0
    return (math.isfinite(relative[0]) and relative[0] <= _EASED * relative[1]) or (
        too_long and longest[0] <= _EASED * longest[1]
    )
