"""Sizes that a person wrote as numbers into code whose shapes have names: it may be right for those alone."""

from symbackprop.claims.numpy.problem import Problem
from symbackprop.claims.numpy.programs import numbers

_LARGEST = 12
_MOST = 6


def literal_sizes(problem: Problem) -> list[int]:
    """Whole numbers in the code that could be sizes, those that it divides by included.

    >>> literal_sizes(Problem(lambda x: x.sum() / 5, lambda x: x * 0.25, {}))
    [4, 5]
    """
    found: set[int] = set()
    for f in (problem.forward, problem.backward):
        for c in numbers(f):
            whole = c if isinstance(c, int) else 1 / c if isinstance(c, float) and c else 0
            if not isinstance(c, bool) and 2 < whole <= _LARGEST and abs(whole - round(whole)) < 1e-12:
                found.add(round(whole))
    return sorted(found)


def assignments(problem: Problem, others: dict[str, int]) -> list[dict[str, int]]:
    """Sizes where one name has a number of the code, the rest as they were."""
    numbers = literal_sizes(problem)
    return [{**others, name: n} for name in problem.size_names for n in numbers][:_MOST]
