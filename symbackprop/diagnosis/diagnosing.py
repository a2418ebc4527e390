"""``diagnose``: from a network and data to the report."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from symbackprop.diagnosis.cures import Case
from symbackprop.diagnosis.measuring import Run, measured
from symbackprop.diagnosis.report import Diagnosis
from symbackprop.diagnosis.rewriting import taken_apart
from symbackprop.diagnosis.trials import Make, trials
from symbackprop.equations import Formula
from symbackprop.errors import DataError
from symbackprop.network import Network
from symbackprop.sequential import Sequential
from symbackprop.training.formula_model import FormulaModel, Roles, sizes_from
from symbackprop.training.optimizer import is_number
from symbackprop.training.optimizers import SGD
from symbackprop.training.trainer import Trainer


def diagnose(
    network: Any,
    X: Any,
    y: Any,
    *,
    parameters: Mapping[str, Any] | None = None,
    seed: int = 0,
    cures: bool = True,
    steps: int = 20,
    lr: float = 0.1,
    sizes: Mapping[str, int] | None = None,
) -> Diagnosis:
    """Where a network's gradients vanish, explode or stop on these data, and which cures help.

    ``network`` is a ``Sequential`` with a loss, a trainer (at the parameters that it has), or a formula with one input,
    one target, params and a scalar cost, whose ``sizes`` are given where the data do not fix them. ``parameters`` by
    name replace those that ``seed`` draws. Of each layer with weights the report has the norm of the gradient by them,
    the norm of the adjoint that arrives (for each sample; the largest and the mean) beside a bound on it, the dead and
    the saturated units, and a verdict. ``cures``: each cure for what was found is tried, with ``steps`` steps of SGD at
    rate ``lr`` on all of the data. Raises ``DataError`` for what does not fit.

    >>> import numpy as np, symbackprop as sb
    >>> deep = [layer for _ in range(8) for layer in (sb.Linear(4, 4), sb.Sigmoid())]
    >>> net = sb.Sequential(*deep, sb.Linear(4, 1), loss=sb.MSELoss())
    >>> report = diagnose(net, np.eye(4), np.ones((4, 1)), cures=False)
    >>> report.findings, report["0"].verdict, report["16"].verdict
    (('vanishing',), 'vanishing', 'healthy')
    >>> report["0"].arrives <= report["0"].bound
    True
    """
    _check(steps, lr)
    given = _trainer(network, X, y, seed, sizes)
    plain, make = taken_apart(given.network), _maker(given, lr)
    trainer = make(plain, _start(given, parameters), {})
    X, y = np.asarray(X), np.asarray(y)
    run = Run(trainer, X, y)
    found = measured(run)
    report = Diagnosis(found.layers, found.head, found.start, found.loss, len(X), given.seed)
    if not cures or report.healthy:
        return report
    case = Case(plain, {k: a.copy() for k, a in trainer.parameters.items()}, run, given.seed)
    return replace(report, trials=trials(case, make, X, y, report.findings, steps))


def _check(steps: Any, lr: Any) -> None:
    if not isinstance(steps, int) or steps < 0:
        raise DataError(f"steps must be a whole number from 0 on, not {steps!r}")
    if not is_number(lr) or lr < 0:
        raise DataError(f"lr must be a number from 0 on, not {lr!r}")


def _maker(given: Trainer, lr: float) -> Make:
    """Makes trainers of changed networks, with the parameters and buffers that are named as there."""

    def make(changed: Network, values: Mapping[str, np.ndarray], options: Mapping[str, Any]) -> Trainer:
        made = Trainer(given.model, changed, SGD(lr=lr), seed=given.seed, **options)
        for held, kept in ((made.parameters, values), (made.buffers, given.buffers)):
            for key in held.keys() & kept.keys():
                held[key][...] = kept[key]
        return made

    return make


def _trainer(network: Any, X: Any, y: Any, seed: int, sizes: Mapping[str, int] | None) -> Trainer:
    if isinstance(network, Formula):
        roles = Roles(network)
        shapes = {roles.input.name: np.shape(X), roles.target.name: np.shape(y)}
        network = FormulaModel(network, sizes_from(network, shapes, sizes or {}))
    elif sizes is not None:
        raise DataError("sizes are for formulas; a network has its numbers")
    if isinstance(network, Trainer):
        return network
    if isinstance(network, Sequential | FormulaModel):
        return network.trainer(seed=seed)
    raise DataError(
        f"diagnose takes a Sequential with a loss, a trainer or a formula, not {type(network).__name__}; "
        "of layers: sb.Sequential(*layers, loss=...)"
    )


def _start(trainer: Trainer, given: Mapping[str, Any] | None) -> dict[str, np.ndarray]:
    """The parameters to look at. Raises ``DataError`` for a name or a shape that the network does not have."""
    found = {k: a.copy() for k, a in trainer.parameters.items()}
    for key, value in (given or {}).items():
        if key not in found:
            raise DataError(f"the network has no parameter {key!r}; it has {', '.join(found)}")
        array = np.asarray(value, dtype=float)
        if array.shape != found[key].shape:
            raise DataError(f"{key} has shape {found[key].shape}, but the one given has {array.shape}")
        found[key] = array
    return found
