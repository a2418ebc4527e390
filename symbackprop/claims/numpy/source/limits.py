"""How much of a stranger's code is read and interpreted before it is given up."""

import time
from dataclasses import dataclass, field
from typing import Any

from symbackprop.claims.numpy.trace import NotLifted

LONGEST = 200_000  # characters of a file
DEEPEST = 60  # nodes of syntax inside one another
STEPS = 200_000  # nodes interpreted in one call
SECONDS = 10.0  # of one call
CALLS = 20  # functions inside one another
ENTRIES = 1_000_000  # of an array
CELLS = 20_000  # of an array whose entries are expressions
ROUNDS = 4096  # over the entries of a symbolic array
WORK = 50_000_000  # products of numbers in one operation
ITEMS = 100_000  # of lists, those inside them included
BITS = 4096  # of a whole number
EXPONENT = 512  # of an exact power


class Unread(NotLifted):
    """Code that is not interpreted; the message names it."""


@dataclass
class Budget:
    """What one call may still take."""

    steps: int = STEPS
    calls: int = CALLS
    deadline: float = field(default_factory=lambda: time.process_time() + SECONDS)

    def spend(self, steps: int = 1) -> None:
        """Raises ``Unread`` where too much was taken."""
        self.steps -= steps
        if self.steps < 0:
            raise Unread(f"a call takes more than {STEPS} steps")
        if time.process_time() > self.deadline:
            raise Unread(f"a call takes more than {SECONDS:g} seconds")


def measured(value: Any) -> int:
    """How many items there are in lists inside lists. Raises ``Unread`` beyond the limits.

    >>> measured([1, (2, 3)])
    5
    """
    count, todo = 0, [(value, 0)]
    while todo:
        x, depth = todo.pop()
        count += 1
        if count > ITEMS or depth > DEEPEST:
            raise Unread("lists of more items than are followed")
        if isinstance(x, dict):
            todo += [(v, depth + 1) for v in x.values()]
        elif isinstance(x, list | tuple):
            if len(x) > ITEMS:
                raise Unread("lists of more items than are followed")
            todo += [(v, depth + 1) for v in x]
    return count
