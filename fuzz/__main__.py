"""``python -m fuzz``: thousands of mutated documents; each must end in time with a report or a clean refusal.

A run is repeated by its seed. What crashes, hangs or raises is kept in ``fuzz-found/`` and ends the run with 1.
"""

import argparse
import random
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

from derivations import HAND
from fuzz.mutating import MUTATIONS
from symbackprop.claims.annotate import annotated
from symbackprop.claims.verify import verify_text
from symbackprop.claims.workers import outcomes, processors
from symbackprop.errors import SymbackpropError

_BATCH = 25  # documents a worker
_SECONDS = 5.0  # the longest that a claim may take, reading and repairs included


def mutant(seed: int) -> str:
    """The document of that number."""
    chance = random.Random(seed)
    texts = sorted(HAND.glob("*.tex"))
    text = chance.choice(texts).read_text(encoding="utf-8")
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(MUTATIONS)(text, chance) or " "
    return text


def trouble(seed: int, limit: float) -> str | None:
    """What a document did that it must not: None where it was judged, or refused cleanly, in time."""
    text = mutant(seed)
    started, claims = time.monotonic(), 1
    try:
        report = verify_text(text, None)
        claims = max(1, len(report.claims))
        sheet = annotated(text, report)
        sheet.to_tex(), sheet.to_html(), str(report)
        faults = [c.reason for c in report.claims if c.reason and "fault of symbackprop" in c.reason]
        if faults:
            return faults[0]
    except SymbackpropError:
        pass
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    seconds = time.monotonic() - started
    return f"{claims} claims took {seconds:.1f} s" if seconds > limit * claims else None


def batch(first: str, limit: float, count: int) -> list[tuple[int, str]]:
    """The troubles of the documents of a batch."""
    found = ((seed, trouble(seed, limit)) for seed in range(int(first), int(first) + count))
    return [(seed, what) for seed, what in found if what is not None]


def main(arguments: list[str] | None = None) -> int:
    """Run, report, and return 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--documents", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="number of the first document")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="longest time a claim (default: 5)")
    parser.add_argument("-j", "--jobs", type=int, default=processors(), help="how many processes")
    chosen = parser.parse_args(arguments)
    size = min(_BATCH, chosen.documents)
    starts = [str(s) for s in range(chosen.seed, chosen.seed + chosen.documents, size)]
    task = partial(batch, limit=chosen.seconds, count=size)
    found: list[tuple[int, str]] = []
    for outcome in outcomes(task, starts, chosen.jobs, seconds=8 * chosen.seconds * size):
        found += [(int(outcome.file), f"the whole batch: {outcome.error}")] if outcome.error else outcome.value
    kept = Path("fuzz-found")
    for seed, what in found:
        kept.mkdir(exist_ok=True)
        (kept / f"{seed}.tex").write_text(mutant(seed), encoding="utf-8", errors="replace")
        print(f"document {seed}: {what}")
    kinds = Counter("too slow" if what.endswith(" s") else what.split(":")[0] for _, what in found)
    print(f"{chosen.documents} documents: " + (", ".join(f"{n} {k}" for k, n in kinds.items()) or "nothing found"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
