"""A last limit on processor time, for work that does not look at its deadline.

Deadlines are looked at between steps; a single step on hostile mathematics, a product of sums multiplied out, may take
for ever. Processor time is counted, not the clock's, so that a busy machine refuses nothing. The limit is a signal:
outside of a main thread, and where there are no such signals, deadlines alone remain.

The interpreter swallows what is raised while it collects garbage or runs a finaliser, so the signal repeats until it
was heard; what it swallowed is not reported, for it is no fault.
"""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(BaseException):
    """The time was over. No ``Exception``, so that nobody who guards against faults takes it for one."""


AGAIN = 0.05  # seconds until the signal repeats: far longer than it takes to unwind


def _stop(number: int, frame: object) -> None:
    raise Stopped


@contextmanager
def _swallowed_in_silence() -> Iterator[None]:
    before = sys.unraisablehook

    def hook(unraisable: "sys.UnraisableHookArgs") -> None:
        if not isinstance(unraisable.exc_value, Stopped):
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


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
    outer, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    if outer:
        signal.setitimer(signal.ITIMER_VIRTUAL, min(seconds, outer), AGAIN)
    started = time.process_time()
    try:
        with _swallowed_in_silence():
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        if outer:
            used = time.process_time() - started
            signal.setitimer(signal.ITIMER_VIRTUAL, max(0.001, outer - used), AGAIN)
