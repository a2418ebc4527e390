"""Derivation: the adjoint of every tensor, from its consumers, with every step named. (Skeleton: being written.)"""

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from symbackprop.equations import Equation, Formula, Tensor


@dataclass(frozen=True)
class Step:
    """One application of a law of ``rules.LAWS``."""

    law: str
    before: Expr
    after: Expr


@dataclass(frozen=True)
class Path:
    """What reaches a tensor's adjoint through one consumer: the chain rule and the laws that follow, to the result."""

    consumer: Equation
    steps: tuple[Step, ...]
    result: Expr


@dataclass(frozen=True)
class Adjoint:
    """The derivative of the cost by one tensor. Several paths: the total derivative sums over them."""

    tensor: Tensor
    equation: Equation
    paths: tuple[Path, ...]
    steps: tuple[Step, ...]  # from the sum of the paths to the equation's right side; empty where nothing was left to do
    boundaries: tuple[Equation, ...] = ()


@dataclass(frozen=True)
class Derivation:
    formula: Formula
    cost: Tensor
    wrt: tuple[str, ...]
    adjoints: Mapping[str, Adjoint]  # by the name of the forward tensor, in the order in which they are derived
    program: Formula  # the forward equations and the adjoint equations
