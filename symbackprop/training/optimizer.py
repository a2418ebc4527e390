"""What optimisers share: equations from ``update_rules`` become a program that updates the parameters in place.

What is shown on a sheet and what is computed are the same equations.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symbackprop.errors import DataError
from symbackprop.training.elementwise import Program
from symbackprop.training.update_rules import START, SYMBOLS, VANISHING, Update, update_of

Arrays = Mapping[str, np.ndarray]
_STEPS = "step"


class Optimizer:
    """What a trainer needs: ``update`` changes the parameters in place; ``rule`` is that update in LaTeX.

    Its equations are those of its ``kind`` in ``update_rules``. Arguments may be assigned to while
    training: ``optimizer.lr = 0.01``.
    """

    kind: str
    lr: float
    momentum: float
    betas: tuple[float, float]

    def __init__(self, **arguments: Any) -> None:
        self._names = tuple(arguments)
        for name, value in arguments.items():
            setattr(self, name, self._checked(name, value))
        self._steps = 0
        self._states: dict[str, dict[str, np.ndarray]] = {}  # state -> parameter -> array
        self._plans: dict[Update, _Plan] = {}
        self._plan: _Plan | None = None
        self._now: tuple[Any, ...] = ()  # the arguments of that plan

    def _checked(self, name: str, value: Any) -> Any:
        if isinstance(value, bool) and name not in SYMBOLS:
            return value
        values = value if name == "betas" and isinstance(value, Sequence) else (value,)
        if name == "betas" and (len(values) != 2 or not all(is_number(b) and 0 <= b < 1 for b in values)):
            raise DataError(f"{self.kind}: betas must be two numbers from 0 on and below 1, got {value!r}")
        if not all(is_number(v) and 0 <= v < math.inf for v in values):
            raise DataError(f"{self.kind}: {name} must not be negative, got {value!r}")
        return tuple(map(float, values)) if name == "betas" else float(value)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments with which the same optimiser is made again."""
        return {n: getattr(self, n) for n in self._names}

    @property
    def equations(self) -> tuple[tuple[str, str], ...]:
        """(left, right) of each assignment in LaTeX, the gradient g first."""
        return self._update.latex

    @property
    def rule(self) -> tuple[str, ...]:
        """The update in LaTeX, one assignment a line."""
        return tuple(rf"{left} \leftarrow {right}" for left, right in self.equations)

    @property
    def values(self) -> dict[str, float]:
        """The numbers that the equations read, by their names there, the number of the step aside."""
        given = self._numbers
        return {n: given[n] for n in self._update.numbers if n in given}

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the numbers in the equations; ``t`` is the number of the step, from 1."""
        return self._update.numbers

    @property
    def _numbers(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for name in self._names:
            value = getattr(self, name)
            if name in SYMBOLS:
                found |= zip(SYMBOLS[name], value if isinstance(value, tuple) else (value,), strict=True)
        return found

    @property
    def _update(self) -> Update:
        numbers = self._numbers
        flags = frozenset(n for n in self._names if getattr(self, n) is True)
        return update_of(self.kind, flags, frozenset(n for n in VANISHING if numbers.get(n) == 0))

    def update(self, parameters: Arrays, gradients: Arrays) -> None:
        """One step: every parameter by its gradient, which is left as it is."""
        now = tuple([getattr(self, n) for n in self._names])
        if now != self._now:
            self._now, self._plan = now, self._plan_of(self._update)
            self._plan.set(self._numbers)
        plan = self._plan
        assert plan is not None
        self._steps += 1
        values = plan.values(self._steps)
        for name, w in parameters.items():
            operands = plan.operands.get(name)
            if operands is None or operands[0] is not w:
                operands = plan.operands[name] = plan.program.operands({"w": w, "g": w, **self._states_of(name, w)})
            operands[1] = gradients[name]
            plan.program.apply(operands, values)

    def _plan_of(self, update: Update) -> "_Plan":
        if update not in self._plans:
            self._plans[update] = _Plan(update)
        return self._plans[update]

    def _states_of(self, name: str, w: np.ndarray) -> dict[str, np.ndarray]:
        for state in self._update.states:
            kept = self._states.setdefault(state, {})
            if name not in kept:
                kept[name] = np.full_like(w, self._start(state))
        return {state: self._states[state][name] for state in self._update.states}

    @property
    def states(self) -> tuple[str, ...]:
        """The arrays that are kept for each parameter, by their names in the equations."""
        return self._update.states

    def _start(self, state: str) -> float:
        argument = START.get((self.kind, state))
        return getattr(self, argument) if argument else 0.0

    def state(self) -> dict[str, np.ndarray]:
        """What must be kept to go on training as if it had not been interrupted; empty before the first step."""
        arrays = {f"{s}:{name}": a for s, kept in self._states.items() for name, a in kept.items()}
        return {_STEPS: np.array(self._steps), **arrays} if self._steps else {}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Take back what ``state`` gave."""
        self._steps = int(state.get(_STEPS, 0))
        self._states, self._plans, self._now = {}, {}, ()
        for key, array in state.items():
            if key != _STEPS:
                name, _, parameter = key.partition(":")
                self._states.setdefault(name, {})[parameter] = array.copy()


class _Plan:
    """The program of some equations, what it works on for each parameter, and its numbers as they are now."""

    def __init__(self, update: Update) -> None:
        self.program = Program(update.definitions, ("w", "g", *update.states))
        self.operands: dict[str, list[Any]] = {}
        self._counts = "t" in update.numbers

    def set(self, numbers: Mapping[str, float]) -> None:
        self._numbers = numbers
        self._fixed = [] if self._counts else self.program.values(numbers)

    def values(self, step: int) -> list[float]:
        return self.program.values({**self._numbers, "t": float(step)}) if self._counts else self._fixed


def is_number(value: Any) -> bool:
    """Whether an argument is a number; True and False are none."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
