"""A last limit on processor time, for work that does not look at its deadline.

Deadlines are looked at between steps; a single step on hostile mathematics, a product of sums multiplied out, may take
for ever. Processor time is counted, not the clock's, so that a busy machine refuses nothing. The limit is a signal:
outside of a main thread, and where there are no such signals, deadlines alone remain.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(BaseException):
    """The time was over. No ``Exception``, so that nobody who guards against faults takes it for one."""


def _stop(number: int, frame: object) -> None:
    raise Stopped


@contextmanager
def stopping(seconds: float) -> Iterator[None]:
    """Raise ``Stopped`` inside once so many seconds of processor time were used; an outer limit stands as well.

    >>> try:
    ...     with stopping(0.05):
    ...         while True:
    ...             pass
    ... except Stopped:
    ...     print("stopped")
    stopped
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    seconds = max(0.001, seconds)  # 0 would be no limit
    outer, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    if outer:
        signal.setitimer(signal.ITIMER_VIRTUAL, min(seconds, outer))
    try:
        yield
    finally:
        left, _ = signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        if outer:
            used = min(seconds, outer) - left
            signal.setitimer(signal.ITIMER_VIRTUAL, max(0.001, outer - used))
