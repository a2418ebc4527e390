"""The trainer: generated forward and backward code, an optimiser, and the care that data and divergence need.

Parameters are the arrays that the generated code reads, under PyTorch's ``state_dict`` names; assigning into them
changes the network. Buffers are kept for each batch size.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from sympy import Integer

from symbackprop.api import Derivation, derive
from symbackprop.codegen.compile import Compiled, compile_program
from symbackprop.equations import Formula
from symbackprop.errors import DataError
from symbackprop.indices import size
from symbackprop.network import Network
from symbackprop.training.data import as_features, as_labels, as_targets
from symbackprop.training.fitting import Fit
from symbackprop.training.history import History
from symbackprop.training.initialise import initialise
from symbackprop.training.memory import Memory
from symbackprop.training.optimizers import SGD, Optimizer
from symbackprop.training.storage import save

_COPIES = 4  # a parameter, its step in the optimiser (and its states there), and the two copies that a fit keeps
_WITH_SCRATCH = 1.5  # the buffers of a step, and room for its temporary ones
_DTYPES = ("float32", "float64")


class Model(Protocol):
    """What a trainer was made from: ``describe`` is what the file format keeps of it."""

    def describe(self) -> dict[str, Any]: ...


class Trainer:
    """Trains a network with a loss; see ``Sequential.trainer``."""

    def __init__(
        self,
        model: Model,
        network: Network,
        optimizer: Optimizer | None = None,
        dtype: str = "float64",
        seed: int = 0,
    ) -> None:
        if np.dtype(dtype).name not in _DTYPES:
            raise DataError(f"dtype must be one of {', '.join(_DTYPES)}, not {dtype!r}")
        self.model, self.network, self.optimizer = model, network, optimizer or SGD()
        if self.optimizer.state():
            raise DataError(f"this {self.optimizer.kind} has trained another network: make a new one for each trainer")
        self.dtype, self.seed = np.dtype(dtype), seed
        self.random = np.random.default_rng(seed)
        self._memory = Memory()
        shapes = self._shapes(network.formula, dict.fromkeys(network.parameters.values()))
        self._memory.claim(shapes, self.dtype.itemsize, _COPIES + len(self.optimizer.states))
        self._tensors = {name: self._start(name) for name in dict.fromkeys(network.parameters.values())}
        self.parameters: dict[str, np.ndarray] = {k: self._tensors[n] for k, n in network.parameters.items()}
        self.buffers: dict[str, np.ndarray] = {k: self._start(n) for k, n in network.buffers.items()}
        self._kept = {n: self.buffers[k] for k, n in network.buffers.items()}
        self.cost = self.derivation.cost.name
        self.last: Mapping[str, np.ndarray] = {}  # what the last step left in its workspace
        self.adjoints = {n: self.derivation.adjoint_of(n).name for n in self._tensors}

    def _start(self, name: str) -> np.ndarray:
        shape = self._shapes(self.network.formula, [name])[name]
        return np.asarray(initialise(self.network.starts[name], shape, self.random), dtype=self.dtype, order="C")

    def _shapes(self, formula: Formula, names: Iterable[str]) -> dict[str, tuple[int, ...]]:
        return {name: tuple(self._number(n) for n in formula.tensors[name].lengths) for name in names}

    def _number(self, length: Any) -> int:
        value = self._known(length)
        if value is None:
            raise DataError(f"the size {length} is not known before data: give the layer its sizes")
        return value

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
    def _trained(self) -> Network:
        """The network as it predicts."""
        return self.network.evaluation or self.network

    @cached_property
    def _forward(self) -> Compiled:
        return compile_program(self._trained.formula, [self._trained.probabilities or self._trained.output])

    @cached_property
    def _held_out(self) -> Compiled:
        return compile_program(self._trained.formula, [self.cost])

    @property
    def source(self) -> str:
        """The generated module that computes the loss and the gradients of every step."""
        return self._program.source.text

    @property
    def tensors(self) -> dict[str, np.ndarray]:
        """The parameters under their names in the formula; a shared one appears once."""
        return self._tensors

    # Data ---------------------------------------------------------------------------------------------------

    def _features(self, X: Any) -> np.ndarray:
        tensor = self.network.formula.tensors[self.network.input]
        lengths = [self._known(n) for n in tensor.lengths]
        if tensor.role == "label":
            shape = np.shape(X)
            if len(shape) != len(lengths) or 0 in shape:
                wanted = ", ".join(str(n) for n in tensor.lengths)
                raise DataError(f"X has shape {shape}, but the network takes labels of shape ({wanted})")
            return as_labels(X, shape, self._number(tensor.classes), "X")
        return as_features(X, lengths, self.dtype)

    def _known(self, length: Any) -> int | None:
        number = length.xreplace(self._numbers)
        return self.network.fixed.get(length) if number.free_symbols else int(number)

    @cached_property
    def _numbers(self) -> dict[Any, Integer]:
        return {size(name): Integer(value) for name, value in self.network.sizes.items()}

    def _targets(self, y: Any, X: np.ndarray) -> np.ndarray:
        assert self.network.target is not None
        tensor = self.network.formula.tensors[self.network.target]
        shape = self._shape(tensor.lengths, X)
        if tensor.role == "label":
            return as_labels(y, shape, self._number(tensor.classes))
        return as_targets(y, shape, self.dtype)

    def _shape(self, lengths: Any, X: np.ndarray) -> tuple[int, ...]:
        rule: dict[Any, Integer] = dict(self._numbers)
        rule.update({size(name): Integer(value) for name, value in self.batch_sizes(X).items()})
        return tuple(int(n.xreplace(rule)) for n in lengths)

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

    @property
    def _fixed_arrays(self) -> dict[str, np.ndarray]:
        return {**self._constants, **self._kept}

    @cached_property
    def _constants(self) -> dict[str, np.ndarray]:
        return {n: np.asarray(values, dtype=self.dtype) for n, values in self.network.constants.items()}

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

    def batch_sizes(self, X: np.ndarray) -> dict[str, int]:
        """The sizes that this input fixes, by name. Raises ``DataError`` where a layer would have another width."""
        lengths = self.network.formula.tensors[self.network.input].lengths
        found = {n.name: k for n, k in zip(lengths, X.shape, strict=True) if n.is_Symbol}
        numbers = {**self._numbers, **{size(name): Integer(value) for name, value in found.items()}}
        if X.shape not in self._fitting:
            self._check_fit(X.shape, numbers)
            self._fitting.add(X.shape)
        return found

    def _check_fit(self, shape: tuple[int, ...], numbers: Mapping[Any, Integer]) -> None:
        """Raise ``DataError`` where a layer has no room for a window, or another width than it was made for."""
        for name, t in self.network.formula.tensors.items():
            lengths = [int(n.xreplace(numbers)) for n in t.lengths]
            if any(n < 1 for n in lengths):
                raise DataError(
                    f"X has shape {shape}, which is too small: {name} would have shape {tuple(lengths)}; "
                    "is a kernel larger than its input?"
                )
        for length, wanted in self.network.fixed.items():
            if (value := length.xreplace(numbers)) != wanted:
                raise DataError(f"X has shape {shape}, which makes {value} features where a layer takes {wanted}")

    @cached_property
    def _fitting(self) -> set[tuple[int, ...]]:
        return set()

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
            self.optimizer.update(self._tensors, {n: found[adjoint] for n, adjoint in self.adjoints.items()})
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

    # Training and prediction --------------------------------------------------------------------------------

    def fit(
        self,
        X: Any,
        y: Any,
        epochs: int = 1,
        batch_size: int | None = None,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
        progress: bool | None = None,
    ) -> History:
        """Train for some epochs on mini-batches (the whole batch where ``batch_size`` is None).

        Shows a progress bar on a terminal, or as ``progress`` says. Training stops where the loss is no longer
        finite: the parameters of the best epoch are put back, and ``History.stopped`` says so; Ctrl-C returns the
        history so far. Raises ``DataError`` for data or arguments that do not fit.
        """
        X = self._features(X)
        y = self._targets(y, X)
        validation = None
        if validation_data is not None:
            held = self._features(validation_data[0])
            validation = held, self._targets(validation_data[1], held)
        return Fit(self, X, y, batch_size, validation, shuffle).run(epochs, progress)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Class probabilities where the loss has them, else the network's output."""
        X = self._features(X)
        return self._once(self._forward, X, {self.network.input: X}).copy()

    def _once(self, compiled: Compiled, X: np.ndarray, data: Mapping[str, np.ndarray]) -> np.ndarray:
        arrays = {**data, **self._fixed_arrays, **self._tensors}
        sizes = dict(self.network.sizes) | self.batch_sizes(X)
        found = compiled.workspace(sizes, self.dtype).step(*(arrays[n] for n in compiled.source.inputs))
        return found[compiled.source.outputs[0]]

    def predict(self, X: Any) -> np.ndarray:
        """Classes for classification losses (0 or 1 for binary ones), else the network's output."""
        values = self.predict_proba(X)
        if self.network.task == "classes":
            return values.argmax(axis=-1)
        if self.network.task == "binary":
            classes = (values > 0.5).astype(np.intp)
            return classes[..., 0] if classes.ndim > 1 and classes.shape[-1] == 1 else classes
        return values

    def evaluate(self, X: Any, y: Any) -> tuple[float, float]:
        """(loss, accuracy) on data; the accuracy is nan where the loss is none of a classification."""
        X = self._features(X)
        targets = self._targets(y, X)
        assert self.network.target is not None
        loss = float(self._once(self._held_out, X, {self.network.input: X, self.network.target: targets}))
        if self.network.task == "values":
            return loss, math.nan
        predicted = self.predict(X)
        if self.network.task == "classes" and targets.ndim > predicted.ndim:  # a one in the place of the class
            targets = targets.argmax(axis=-1)
        return loss, float(np.mean(predicted.reshape(targets.shape) == targets))

    def save(self, path: str | Path) -> None:
        """Write the network, its parameters and the optimiser's state to one ``.npz`` file, atomically."""
        save(path, self)
