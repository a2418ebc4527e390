"""The trainer: generated forward and backward code, an optimiser, and the care that data and divergence need.

Parameters are the arrays that the generated code reads, under PyTorch's ``state_dict`` names; assigning into them
changes the network. Buffers are kept for each batch size.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from symbackprop.api import Derivation, derive
from symbackprop.codegen.compile import Compiled, compile_program
from symbackprop.data.prepare import stratified_split
from symbackprop.errors import DataError
from symbackprop.network import Network
from symbackprop.training import metrics as table
from symbackprop.training.clipping import Clipping
from symbackprop.training.fitting import Data, Fit, Plan
from symbackprop.training.history import History
from symbackprop.training.initialise import with_weights_started
from symbackprop.training.optimizer import is_number
from symbackprop.training.optimizers import SGD, Optimizer
from symbackprop.training.penalty import penalised
from symbackprop.training.predictor import Predictor
from symbackprop.training.schedules import Schedule
from symbackprop.training.storage import save

_COPIES = 4  # a parameter, its step in the optimiser (and its states there), and the two copies that a fit keeps
_WITH_SCRATCH = 1.5  # the buffers of a step, and room for its temporary ones


class Model(Protocol):
    """What a trainer was made from: ``describe`` is what the file format keeps of it."""

    def describe(self) -> dict[str, Any]: ...


class Trainer(Predictor):
    """Trains a network with a loss; see ``Sequential.trainer``. ``schedule`` is the one of the last ``fit``."""

    def __init__(
        self,
        model: Model,
        network: Network,
        optimizer: Optimizer | None = None,
        dtype: str = "float64",
        seed: int = 0,
        *,
        clip_value: float | None = None,
        clip_norm: float | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
        init: str | Sequence[Any] | None = None,
    ) -> None:
        self.model, self.optimizer = model, optimizer or SGD()
        if self.optimizer.state():
            raise DataError(f"this {self.optimizer.kind} has trained another network: make a new one for each trainer")
        self.clipping = Clipping(clip_value, clip_norm)
        network = with_weights_started(penalised(network, l1, l2), init)
        super().__init__(network, dtype, seed, _COPIES + len(self.optimizer.states))
        self.options: dict[str, Any] = {**self.clipping.arguments, "l1": float(l1), "l2": float(l2), "init": init}
        self.schedule: Schedule | None = None
        self.cost = self.derivation.cost.name
        self.last: Mapping[str, np.ndarray] = {}  # what the last step left in its workspace
        self.adjoints = {n: self.derivation.adjoint_of(n).name for n in self._tensors}

    @cached_property
    def derivation(self) -> Derivation:
        """The gradients by all parameters."""
        names = list(dict.fromkeys(self.network.parameters.values()))
        return derive(self.network.formula, wrt=names, sizes=self.network.sizes)

    @cached_property
    def _program(self) -> Compiled:
        wanted = [self.cost, *self.adjoints.values(), *self.network.updates.values()]
        return compile_program(self.derivation.program, wanted)

    @property
    def source(self) -> str:
        """The generated module that computes the loss and the gradients of every step."""
        return self._program.source.text

    # One step -----------------------------------------------------------------------------------------------

    def arrays(self, X: Any, y: Any) -> dict[str, np.ndarray]:
        """Data and parameters under their names in the formula. Raises ``DataError`` for data that do not fit."""
        X = self._features(X)
        return self._named(X, self._targets(y, X))

    def _named(self, X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        assert self.network.target is not None
        masks = {n: self._drawn(n, chance, X) for n, chance in self.network.masks.items()}
        return {self.network.input: X, self.network.target: y, **self._fixed_arrays, **masks, **self._tensors}

    def _drawn(self, name: str, chance: float, X: np.ndarray) -> np.ndarray:
        shape = self._shape(self.network.formula.tensors[name].lengths, X)
        return np.asarray(self.random.random(shape) < chance, dtype=self.dtype)

    def _run(self, X: np.ndarray, y: np.ndarray) -> Mapping[str, np.ndarray]:
        """Value and gradients in the workspace's own arrays."""
        arrays = self._named(X, y)
        self.last = self._step_of(X)(*(arrays[n] for n in self._program.source.inputs))
        return self.last

    def _step_of(self, X: np.ndarray) -> Any:
        known = self._steps.get(X.shape)
        if known is None:
            sizes = dict(self.network.sizes) | self.batch_sizes(X)
            self._check_samples(X)
            shapes = {n: self._shape(t.lengths, X) for n, t in self.derivation.program.tensors.items()}
            self._memory.claim(shapes, self.dtype.itemsize, _WITH_SCRATCH)
            known = self._steps[X.shape] = self._program.workspace(sizes, self.dtype).step
        return known

    def _check_samples(self, X: np.ndarray) -> None:
        for name, least in self.network.least.items():
            batch, _, *rest = self._shape(self.network.formula.tensors[name].lengths, X)
            if math.prod([batch, *rest]) < least:
                raise DataError(
                    f"batch norm takes {least} values or more of each channel while training: X has shape {X.shape}"
                )

    @cached_property
    def _steps(self) -> dict[tuple[int, ...], Any]:
        return {}

    def step(self, X: Any, y: Any) -> float:
        """One forward, backward and update on this batch; the loss before the update.

        Where the loss is not finite nothing is updated. Raises ``DataError`` for data that do not fit.
        """
        X = self._features(X)
        return self.checked_step(X, self._targets(y, X))

    def checked_step(self, X: np.ndarray, y: np.ndarray) -> float:
        """``step`` for arrays that have been looked at already."""
        found = self._run(X, y)
        loss = float(found[self.cost])
        if math.isfinite(loss):
            gradients = {n: found[adjoint] for n, adjoint in self.adjoints.items()}
            self.optimizer.update(self._tensors, self.clipping(gradients) if self.clipping else gradients)
            for name, new in self.network.updates.items():
                self._kept[name][...] = found[new]
        return loss

    def loss_and_gradients(self, X: Any, y: Any) -> tuple[float, dict[str, np.ndarray]]:
        """The loss and the gradient by each parameter, in arrays that the next call overwrites."""
        X = self._features(X)
        found = self._run(X, self._targets(y, X))
        return float(found[self.cost]), {k: found[self.adjoints[n]] for k, n in self.network.parameters.items()}

    def gradients(self, X: Any, y: Any) -> dict[str, np.ndarray]:
        """The gradient by each parameter, in arrays of the caller's own."""
        return {k: g.copy() for k, g in self.loss_and_gradients(X, y)[1].items()}

    # Training -----------------------------------------------------------------------------------------------

    def fit(
        self,
        X: Any,
        y: Any,
        epochs: int = 1,
        batch_size: int | None = None,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
        progress: bool | None = None,
        *,
        schedule: Schedule | None = None,
        early_stopping: int | None = None,
        validation_split: float | None = None,
        callbacks: Sequence[Callable[[int, History, "Trainer"], Any]] = (),
        metrics: Sequence[str] = (),
    ) -> History:
        """Train for some epochs on mini-batches (the whole batch where ``batch_size`` is None).

        Shows a progress bar on a terminal, or as ``progress`` says. Training stops where the loss is no longer
        finite: the parameters of the best epoch are put back, and ``History.stopped`` says so; Ctrl-C returns the
        history so far. Raises ``DataError`` for data or arguments that do not fit.

        ``validation_split`` holds out that part of the rows, by class where there are classes; the same rows each
        time. ``schedule`` changes the learning rate. ``early_stopping`` ends the training after so many epochs without
        a better validation loss (training loss, where there is no validation), and however it ends puts back the
        parameters and buffers that were best. Each of ``callbacks`` is called after every epoch with its number, the
        history and this trainer, and may return "stop". ``metrics`` are recorded in ``History.metrics``.
        """
        data, validation = self._parts(X, y, validation_data, validation_split)
        chosen = table.chosen(metrics, self.network.task, self.classes)
        plan = Plan(epochs, batch_size, validation, shuffle, schedule, early_stopping, tuple(callbacks), chosen)
        return Fit(self, *data, plan).run(progress)

    def _parts(self, X: Any, y: Any, held: tuple[Any, Any] | None, part: float | None) -> tuple[Data, Data | None]:
        """(rows to train on, rows held out), looked at."""
        X = self._features(X)
        y = self._targets(y, X)
        if part is not None:
            if held is not None:
                raise DataError("give validation_data or validation_split, not both")
            if not is_number(part):
                raise DataError(f"validation_split must be a number between 0 and 1, not {part!r}")
            return self._split(X, y, part)
        if held is None:
            return (X, y), None
        X_held = self._features(held[0])
        return (X, y), (X_held, self._targets(held[1], X_held))

    def _split(self, X: np.ndarray, y: np.ndarray, part: float) -> tuple[Data, Data]:
        by_class = self.network.task != "values" and y.size == len(y) and np.array_equal(y, np.floor(y))
        train, held = stratified_split(y.ravel() if by_class else np.zeros(len(y)), part, self.seed)
        return (X[train], y[train]), (X[held], y[held])

    def save(self, path: str | Path) -> None:
        """Write the network, its parameters and the optimiser's state to one ``.npz`` file, atomically."""
        save(path, self)
