"""Many documents judged at once, each in a process of its own, with limits on its time and memory.

Homework is untrusted: whatever one file does to its reader, the others are judged, the terminal is free again after
the limit, and the one file says why it has no verdicts. A process for each file, not a pool: a process that was
stopped takes nothing of another file with it, and the memory of one file is gone before the next.
"""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from symbackprop.errors import SymbackpropError

SECONDS = 150.0  # of the clock: a document ends by itself after a third of that in processor time
MEMORY = 4 << 30  # bytes of address space; libraries and their threads reserve most of the first of them
_GRACE = 5  # seconds of processor time after which a worker that lost its parent ends by itself


@dataclass(frozen=True)
class Outcome:
    """What became of one file: what the task returned, or else why there is nothing."""

    file: str
    value: Any = None
    error: str | None = None


@dataclass
class _Worker:
    place: int
    process: BaseProcess
    connection: Connection
    deadline: float


def outcomes(
    task: Callable[[str], Any], files: Sequence[str], jobs: int = 1, seconds: float = SECONDS, memory: int = MEMORY
) -> Iterator[Outcome]:
    """The outcome of the task for each file, in the order of the files, as soon as those before it are there.

    The task's value must be picklable. An error of the task, too much time or memory, or a crash is the ``error`` of
    that file alone.

    >>> [o.value for o in outcomes(len, ["a.tex", "bc.tex"], jobs=2)]
    [5, 6]
    """
    waiting = deque(enumerate(files))
    running: list[_Worker] = []
    done: dict[int, Outcome] = {}
    shown = 0
    try:
        while shown < len(files):
            while waiting and len(running) < max(1, jobs):
                place, file = waiting.popleft()
                running.append(_started(task, place, file, seconds, memory))
            for worker, outcome in _ended(running, files, seconds):
                running.remove(worker)
                done[worker.place] = outcome
            while shown in done:
                yield done.pop(shown)
                shown += 1
    finally:
        for worker in running:
            _stop(worker)


def _started(task: Callable[[str], Any], place: int, file: str, seconds: float, memory: int) -> _Worker:
    # Forked where that is possible: what the parent has imported need not be imported again for each file.
    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, file, there, seconds, memory), daemon=True)
    process.start()
    there.close()
    return _Worker(place, process, here, time.monotonic() + seconds)


def _work(task: Callable[[str], Any], file: str, connection: Connection, seconds: float, memory: int) -> None:
    """The worker's whole life: limits, the task, one message. It never prints a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and stops its workers
    _limit(seconds, memory)
    connection.send(_attempt(task, file))
    connection.close()


def _attempt(task: Callable[[str], Any], file: str) -> Outcome:
    try:
        return Outcome(file, task(file))
    except SymbackpropError as e:
        return Outcome(file, error=str(e))
    except MemoryError:
        return Outcome(file, error="too large: it needs more memory than a file may take")
    except RecursionError:
        return Outcome(file, error="nested too deep")
    except OSError as e:
        return Outcome(file, error=f"{file}: {(e.strerror or str(e)).lower()}")
    except Exception as e:
        return Outcome(file, error=f"a fault of symbackprop: {type(e).__name__}: {e}"[:300])


def _limit(seconds: float, memory: int) -> None:
    try:
        import resource  # not on every system
    except ImportError:
        return
    _lower(resource, resource.RLIMIT_AS, memory)
    _lower(resource, resource.RLIMIT_CPU, int(seconds) + _GRACE)
    _lower(resource, resource.RLIMIT_CORE, 0)


def _lower(resource: Any, what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _ended(running: list[_Worker], files: Sequence[str], seconds: float) -> list[tuple[_Worker, Outcome]]:
    """The workers that answered, died or had their time, after waiting for the first of them."""
    left = min(w.deadline for w in running) - time.monotonic()
    ready = wait([w.connection for w in running], max(0.0, left))
    found = []
    for worker in running:
        if worker.connection in ready:
            found.append((worker, _message(worker, files[worker.place])))
        elif time.monotonic() >= worker.deadline:
            found.append((worker, Outcome(files[worker.place], error=f"stopped after {seconds:g} seconds")))
    for worker, _ in found:
        _stop(worker)
    return found


def _message(worker: _Worker, file: str) -> Outcome:
    try:
        return worker.connection.recv()
    except (EOFError, OSError):
        return Outcome(file, error="its reader died, most likely for lack of memory")


def _stop(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.join(0.2)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def processors() -> int:
    """How many processes may run at once on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
