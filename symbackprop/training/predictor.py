"""A network with its parameters: data are looked at, then predicted and judged. Training is the trainer's.

Predictions come from the network as it predicts (``Network.evaluation``), which batch norm and dropout make another one
than that which is trained.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Integer

from symbackprop.codegen.compile import Compiled, compile_program
from symbackprop.equations import Formula
from symbackprop.errors import DataError
from symbackprop.indices import size
from symbackprop.network import Network
from symbackprop.training.data import as_features, as_labels, as_targets
from symbackprop.training.initialise import initialise
from symbackprop.training.memory import Memory
from symbackprop.training.metrics import METRICS

_DTYPES = ("float32", "float64")


class Predictor:
    """Parameters and buffers of a network, freshly drawn; ``copies`` of the parameters must fit into memory."""

    def __init__(self, network: Network, dtype: str, seed: int, copies: int = 1) -> None:
        if np.dtype(dtype).name not in _DTYPES:
            raise DataError(f"dtype must be one of {', '.join(_DTYPES)}, not {dtype!r}")
        self.network, self.dtype, self.seed = network, np.dtype(dtype), seed
        self.random = np.random.default_rng(seed)
        self._memory = Memory()
        shapes = self._shapes(network.formula, dict.fromkeys(network.parameters.values()))
        self._memory.claim(shapes, self.dtype.itemsize, copies)
        self._tensors = {name: self._start(name) for name in dict.fromkeys(network.parameters.values())}
        self.parameters: dict[str, np.ndarray] = {k: self._tensors[n] for k, n in network.parameters.items()}
        self.buffers: dict[str, np.ndarray] = {k: self._start(n) for k, n in network.buffers.items()}
        self._kept = {n: self.buffers[k] for k, n in network.buffers.items()}

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

    @property
    def tensors(self) -> dict[str, np.ndarray]:
        """The parameters under their names in the formula; a shared one appears once."""
        return self._tensors

    @property
    def live(self) -> dict[str, np.ndarray]:
        """All that training changes, parameters and buffers, under their names in the formula."""
        return {**self._tensors, **self._kept}

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

    @property
    def _fixed_arrays(self) -> dict[str, np.ndarray]:
        return {**self._constants, **self._kept}

    @cached_property
    def _constants(self) -> dict[str, np.ndarray]:
        return {n: np.asarray(values, dtype=self.dtype) for n, values in self.network.constants.items()}

    # Prediction ------------------------------------------------------------------------------------------

    @property
    def _trained(self) -> Network:
        """The network as it predicts."""
        return self.network.evaluation or self.network

    @cached_property
    def _forward(self) -> Compiled:
        return compile_program(self._trained.formula, [self._trained.probabilities or self._trained.output])

    @cached_property
    def _held_out(self) -> Compiled:
        return compile_program(self._trained.formula, [self._trained.formula.output.name])

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
        return loss, METRICS["accuracy"].value(*self.compared(X, targets))

    def compared(self, X: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(truth, predictions) in one shape, classes as whole numbers, for data that have been looked at."""
        predicted = self.predict(X)
        if self.network.task == "classes" and targets.ndim > predicted.ndim:  # a one in the place of the class
            targets = targets.argmax(axis=-1)
        return targets, predicted.reshape(targets.shape)

    @property
    def classes(self) -> int | None:
        """How many classes there are, where the loss is one of a classification and the layers say."""
        if self.network.task == "binary":
            return 2
        lengths = self.network.formula.tensors[self.network.output].lengths
        return self._known(lengths[-1]) if self.network.task == "classes" and lengths else None
