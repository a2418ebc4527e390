"""Interleaved timing: the candidates take turns, so that a drifting machine is the same for all of them."""

import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(candidates: Mapping[str, Callable[[], object]], rounds: int = 15) -> dict[str, float]:
    """Median seconds of each candidate over rounds in which each runs once, after one warm-up."""
    for run in candidates.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, run in candidates.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(t) for name, t in times.items()}


def report(medians: Mapping[str, float], base: str) -> None:
    """Print each median and its ratio to the base."""
    for name, seconds in medians.items():
        shown = f"{seconds * 1e6:10.1f} µs" if seconds < 0.01 else f"{seconds * 1e3:10.1f} ms"
        print(f"{name:44} {shown}   {seconds / medians[base]:7.2f} × {base}")
