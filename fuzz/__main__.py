"""``python -m fuzz``: thousands of mutated documents; each must end in time with a report or a clean refusal.

Reading a document, and each of its claims, may take so many seconds of processor time. Documents
are tried in worker processes with limits on time and memory, so that one that kills its reader is found as such. A
run is repeated by its seed: document k is the same whatever the run began with. What crashes, hangs or raises is kept
in ``fuzz-found/`` and ends the run with 1.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tqdm import tqdm

from derivations import HAND
from fuzz.mutating import MUTATIONS
from symbackprop.claims.annotate import annotated
from symbackprop.claims.verify import verify_text
from symbackprop.claims.workers import outcomes, processors
from symbackprop.errors import SymbackpropError

_EXAMPLES = (HAND, Path(__file__).parent.parent / "tests" / "documents")
_BATCH = 10  # documents a worker: what kills one of them is looked for among so many
_SECONDS = 5.0  # the longest that reading a document, or one claim, may take


@dataclass(frozen=True)
class Trial:
    """What became of one document: ``verdicts`` counts its claims, ``trouble`` is what must not happen."""

    seed: int
    verdicts: Counter[str]
    seconds: float
    trouble: str | None = None


def examples() -> list[str]:
    """The documents that are spoiled."""
    files = sorted(f for folder in _EXAMPLES for f in folder.glob("*") if f.suffix in (".tex", ".md"))
    return [f.read_text(encoding="utf-8") for f in files]


def mutant(seed: int) -> str:
    """The document of that number."""
    chance = random.Random(seed)
    text = chance.choice(examples())
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(MUTATIONS)(text, chance) or " "
    return text


def trial(seed: int, limit: float) -> Trial:
    """A document read, judged and set anew."""
    text = mutant(seed)
    started = time.process_time()
    found: Counter[str] = Counter()
    trouble = None
    try:
        report = verify_text(text, None)
        found.update(c.verdict for c in report.claims)
        sheet = annotated(text, report)
        sheet.to_tex(), sheet.to_html(), str(report), report.to_dict()
        faults = [c.reason for c in report.claims if c.reason and "fault of symbackprop" in c.reason]
        faults += [d["reason"] for d in report.definitions if "fault of symbackprop" in (d.get("reason") or "")]
        trouble = faults[0] if faults else None
    except SymbackpropError:
        found["refused"] += 1
    except Exception as e:
        trouble = f"{type(e).__name__}: {e}"
    seconds = time.process_time() - started
    if trouble is None and seconds > limit * (found.total() + 1):
        trouble = f"too slow: {found.total()} claims took {seconds:.1f} s"
    return Trial(seed, found, seconds, trouble)


def batch(first: str, limit: float, count: int) -> list[Trial]:
    """The trials of so many documents."""
    return [trial(seed, limit) for seed in range(int(first), int(first) + count)]


def trials(first: int, count: int, limit: float, jobs: int) -> Iterator[Trial]:
    """All trials, in order; the documents of a batch whose worker died are tried again one by one."""
    whole = count - count % _BATCH
    for start, size, many in ((first, _BATCH, whole), (first + whole, 1, count - whole)):
        starts = [str(s) for s in range(start, start + many, size)]
        for outcome in outcomes(partial(batch, limit=limit, count=size), starts, jobs, 30 * (size + 1)):
            if outcome.error is None:
                yield from outcome.value
            else:
                yield from _one_by_one(int(outcome.file), size, limit)


def _one_by_one(first: int, count: int, limit: float) -> Iterator[Trial]:
    seeds = [str(s) for s in range(first, first + count)]
    for outcome in outcomes(partial(batch, limit=limit, count=1), seeds):
        yield from outcome.value or [Trial(int(outcome.file), Counter(), 0.0, f"its worker: {outcome.error}")]


def main(arguments: list[str] | None = None) -> int:
    """Run, report, and return 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--documents", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="number of the first document")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="longest time a claim (default: 5)")
    parser.add_argument("-j", "--jobs", type=int, default=processors(), help="how many processes")
    chosen = parser.parse_args(arguments)
    run = trials(chosen.seed, chosen.documents, chosen.seconds, chosen.jobs)
    done = []
    for found in tqdm(run, total=chosen.documents, unit="document", disable=not sys.stderr.isatty()):
        done.append(found)
        if found.trouble:
            kept = Path("fuzz-found")
            kept.mkdir(exist_ok=True)
            (kept / f"{found.seed}.tex").write_text(mutant(found.seed), encoding="utf-8", errors="replace")
            tqdm.write(f"document {found.seed}: {found.trouble}")
    print(summary(done))
    return 1 if any(t.trouble for t in done) else 0


def summary(done: list[Trial]) -> str:
    """The run in a few lines."""
    if not done:
        return "no documents"
    verdicts = sum((t.verdicts for t in done), Counter())
    slowest = max(done, key=lambda t: t.seconds)
    kinds = Counter(t.trouble.split(":")[0] for t in done if t.trouble)
    return "\n".join(
        [
            f"{len(done)} documents, numbers {done[0].seed} to {done[-1].seed}: "
            + (", ".join(f"{n} {k}" for k, n in kinds.items()) or "nothing found"),
            "verdicts: " + (", ".join(f"{n} {v}" for v, n in sorted(verdicts.items())) or "none"),
            f"slowest: document {slowest.seed}, {slowest.seconds:.1f} s for {slowest.verdicts.total()} claims",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
