"""Table of update rules: each optimiser's equations, written once. Its LaTeX and its program come from these lines.

``g`` is the gradient by the parameter ``w``, ``t`` the number of the step, from 1; a line replaces the value on its
left, later lines read the new one. What reads its own last value is a state: it starts at zero, unless ``START`` says
otherwise. A line holds where its flag is set, or, with ``not``, where it is not. An argument that is zero drops out of
the equations, by algebra, as far as ``VANISHING`` names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from sympy import S

from symbackprop.terms import Entry
from symbackprop.training.elementwise import Definition, expression, names_in, shown

Lines = tuple[tuple[str, str, str], ...]  # (name, its new value, the flag)

_ADAM: Lines = (
    ("m", "beta1*m + (1 - beta1)*d", ""),
    ("v", "beta2*v + (1 - beta2)*d**2", ""),
    ("u", "maximum(u, v)", "amsgrad"),
    ("w", "w - alpha/(1 - beta1**t)*m/(sqrt(u/(1 - beta2**t)) + eps)", "amsgrad"),
    ("w", "w - alpha/(1 - beta1**t)*m/(sqrt(v/(1 - beta2**t)) + eps)", "not amsgrad"),
)

UPDATES: Mapping[str, Lines] = {
    "SGD": (
        ("d", "g + lambda*w", ""),
        ("v", "mu*v + d", ""),
        ("w", "w - alpha*(d + mu*v)", "nesterov"),
        ("w", "w - alpha*v", "not nesterov"),
    ),
    "Adam": (
        ("d", "g + lambda*w", ""),
        *_ADAM,
    ),
    "AdamW": (
        ("d", "g", ""),
        ("w", "w - alpha*lambda*w", ""),
        *_ADAM,
    ),
    "RMSprop": (
        ("d", "g + lambda*w", ""),
        ("s", "rho*s + (1 - rho)*d**2", ""),
        ("a", "rho*a + (1 - rho)*d", "centered"),
        ("q", "d/(sqrt(maximum(s - a**2, 0)) + eps)", "centered"),
        ("q", "d/(sqrt(s) + eps)", "not centered"),
        ("v", "mu*v + q", ""),
        ("w", "w - alpha*v", ""),
    ),
    "Adagrad": (
        ("d", "g + lambda*w", ""),
        ("s", "s + d**2", ""),
        ("w", "w - alpha/(1 + delta*(t - 1))*d/(sqrt(s) + eps)", ""),
    ),
}  # fmt: skip

# What each argument is called in the equations; one that is True or False is a flag of them.
SYMBOLS: Mapping[str, tuple[str, ...]] = {
    "lr": ("alpha",), "betas": ("beta1", "beta2"), "eps": ("eps",), "momentum": ("mu",), "alpha": ("rho",),
    "weight_decay": ("lambda",), "lr_decay": ("delta",),
}  # fmt: skip
NUMBERS = ("alpha", "beta1", "beta2", "mu", "rho", "lambda", "delta", "eps", "t")
VANISHING = ("mu", "lambda", "delta")
START = {("Adagrad", "s"): "initial_accumulator_value"}  # the argument that a state starts at
_ARRAYS = ("w", "g", "d", "m", "v", "u", "s", "a", "q")


@dataclass(frozen=True)
class Update:
    """The equations of one optimiser, for the flags and the zeros that its arguments have."""

    definitions: tuple[Definition, ...]

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The names whose values are kept from one step to the next."""
        return tuple(n for n, value in self.definitions if n != "w" and n in names_in(value))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that it reads, in the order of ``NUMBERS``."""
        read = {n for _, value in self.definitions for n in names_in(value)}
        return tuple(n for n in NUMBERS if n in read)

    @property
    def latex(self) -> tuple[tuple[str, str], ...]:
        """(left, right) of each assignment, the gradient first."""
        gradient = ("g", r"\frac{\partial C}{\partial w}")
        return (gradient, *((name, shown(value)) for name, value in self.definitions))


@cache
def update_of(kind: str, flags: frozenset[str], zeros: frozenset[str]) -> Update:
    """The equations where these flags are set and these numbers are zero.

    >>> update_of("SGD", frozenset(), frozenset({"mu", "lambda"})).definitions
    (('w', -alpha*g + w),)
    >>> update_of("SGD", frozenset(), frozenset({"lambda"})).definitions
    (('v', g + mu*v), ('w', -alpha*v + w))
    """
    gone = {Entry(n): S.Zero for n in VANISHING if n in zeros}
    known: dict[Entry, Entry] = {}  # a name that only stands for another one
    found: list[Definition] = []
    for name, text, flag in UPDATES[kind]:
        if flag and (flag.removeprefix("not ") in flags) == flag.startswith("not "):
            continue
        value = expression(text, (*_ARRAYS, *NUMBERS)).xreplace(gone).xreplace(known)
        if isinstance(value, Entry):
            known |= {Entry(name): value} if value != Entry(name) else {}
        else:
            found.append((name, value))
    return Update(tuple(found))
