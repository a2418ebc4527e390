"""The main job end to end, as a person would do it with the package: Iris with a 4-10-3 network.

From the forward formulas come the gradients, the proof sheet, the check, the program and the training. The measurements
are standardised on the training part alone, and a third of each species is held out; five seeds, since one split of 150
rows says little.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import symbackprop as sb
from symbackprop.data import Scaling, Table, load_iris, stratified_split
from symbackprop.errors import DataError
from symbackprop.notation import text
from symbackprop.training.checking import check_trained

if TYPE_CHECKING:
    from symbackprop.api import Derivation
    from symbackprop.checking import CheckReport
    from symbackprop.training.history import History
    from symbackprop.training.trainer import Trainer

SEEDS = 5
HELD_OUT = 1 / 3
_ROWS_CHECKED = 12
_SHEETS = {".tex": "LaTeX", ".html": "HTML", ".md": "Markdown"}


@dataclass(frozen=True)
class Trained:
    """One of the five trainings."""

    seed: int
    trainer: "Trainer"
    history: "History"
    accuracy: float
    report: "CheckReport"


def iris_network() -> "sb.Sequential":
    """4-10-3, ReLU, cross-entropy."""
    return sb.Sequential(
        sb.Linear(4, 10),
        sb.ReLU(),
        sb.Linear(10, 3),
        loss=sb.CrossEntropyLoss(),
        title="The gradients of the Iris network",
    )


def run_demo(out: Path, seed: int = 0, epochs: int = 300, show: Callable[[str], None] = print) -> bool:
    """Run all of it and say what is done; files go to ``out``. Returns whether every gradient check passed."""
    out.mkdir(parents=True, exist_ok=True)
    net, iris = iris_network(), load_iris()
    derivation = net.derive()
    show("symbackprop demo: from formulas to a proof, a program and a trained network\n")
    _show_formulas(derivation, show)

    show("\n3. Check: every entry of every gradient against numerical differentiation")
    report = derivation.check()
    show(_indented(str(report)))

    show(f"\n4. Train: {epochs} epochs, seeds {seed} to {seed + SEEDS - 1}; a third of each species held out")
    trained = [_train(net, iris, s, epochs) for s in range(seed, seed + SEEDS)]
    for t in trained:
        loss = t.history.loss
        show(f"   seed {t.seed}: loss {loss[0]:.3f} -> {loss[-1]:.3f}, held-out accuracy {t.accuracy:.3f}")
    mean = float(np.mean([t.accuracy for t in trained]))
    show(f"   mean held-out accuracy {mean:.3f}")

    first = trained[0]
    show(f"\n5. Gradients of the trained network (seed {first.seed}), on {_ROWS_CHECKED} of the held-out flowers")
    show(_indented(str(first.report)))

    show("\n6. Files")
    files = _write(out, derivation, report, first, mean)
    width = max(len(str(path)) for path in files.values())
    for name, path in files.items():
        show(f"   {path!s:{width}}  {name}")
    if not shutil.which("pdflatex"):
        show("   no PDF: install TeX (Debian: texlive-latex-recommended texlive-pictures lmodern) and run this again")
    elif out / "iris.pdf" not in files.values():
        show(f"   no PDF: pdflatex failed; run it on {out / 'iris.tex'} to see why")
    return report.passed and all(t.report.passed for t in trained)


def _show_formulas(derivation: "Derivation", show: Callable[[str], None]) -> None:
    show("1. The network: 4-10-3, ReLU, cross-entropy")
    show(_indented(text(derivation.formula)))
    show("\n2. Its gradients, derived backwards from C")
    for adjoint in derivation.adjoints.values():
        show(_indented(text(adjoint.equation, derivation.program.names)))


def _train(net: "sb.Sequential", iris: Table, seed: int, epochs: int) -> Trained:
    train, held = stratified_split(iris.y, HELD_OUT, seed)
    scaling = Scaling.of(iris.X[train])
    X, X_held = scaling.apply(iris.X[train]), scaling.apply(iris.X[held])
    trainer = net.trainer(sb.SGD(lr=0.3), seed=seed)
    history = trainer.fit(X, iris.y[train], epochs, validation_data=(X_held, iris.y[held]))
    _, accuracy = trainer.evaluate(X_held, iris.y[held])
    return Trained(seed, trainer, history, accuracy, check_trained(trainer, X_held, iris.y[held], _ROWS_CHECKED))


def _write(out: Path, derivation: "Derivation", report: "CheckReport", first: Trained, mean: float) -> dict[str, Path]:
    """What each file is, and where."""
    worst = max(r.max_relative_error for r in first.report.rows)
    remark = (
        "Trained on two thirds of each species of Fisher's Iris flowers, the network has a mean held-out accuracy of "
        f"{mean:.3f} over {SEEDS} seeds. Once trained, its gradients differ from numerical differentiation by at most "
        f"{worst:.1e}, relative to their norm. The curves below are those of seed {first.seed}."
    )
    sheet = derivation.sheet(check=report, history=first.history, remarks=(remark,))
    files = {f"the proof sheet in {name}": sheet.save(out / f"iris{s}") for s, name in _SHEETS.items()}
    with suppress(DataError):  # without TeX, or with one that lacks a package, everything else is still wanted
        files = {"the proof sheet in PDF": sheet.save(out / "iris.pdf")} | files
    program, model = out / "iris_program.py", out / "iris.npz"
    program.write_text(derivation.source(), encoding="utf-8")
    first.trainer.save(model)
    return files | {
        "the program; its comments cite the sheet's equations": program,
        "the trained network: symbackprop.load(...)": model,
    }


def _indented(block: str) -> str:
    return "\n".join(f"   {line}".rstrip() for line in block.rstrip().split("\n"))
