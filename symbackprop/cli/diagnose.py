"""Where the gradients of a network vanish, explode or stop on given data, and which cures help.

Layer by layer: the norm of the gradient, the norm of the adjoint that arrives and a bound that it cannot exceed, units
that are dead or saturated. Each cure for what is found is tried: measured anew, and trained for a few steps.

  symbackprop diagnose net.txt --data iris --size M=10 --standardize
  symbackprop diagnose my_network.py:net --data flowers.csv --target species --out diagnosis.html

FILE is as for train, or a file that `train --save` wrote, whose network is looked at as it was left. --out takes .html,
.pdf, .tex or .md for table and plots, .svg for the plot alone.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbackprop.cli import datasets, inputs, options

if TYPE_CHECKING:
    import numpy as np

    from symbackprop.diagnosis.report import Diagnosis
    from symbackprop.training.trainer import Trainer

SUMMARY = "norms by layer beside their bounds, vanishing, exploding, dead and saturated, and cures tried"
_OUT = (".html", ".pdf", ".tex", ".md", ".svg")


def arguments(parser: argparse.ArgumentParser) -> None:
    datasets.arguments(parser, "; or a network saved by train, as net.npz")
    parser.add_argument("--standardize", action="store_true", help="mean 0, deviation 1, learnt from all rows")
    parser.add_argument("--seed", type=options.natural, default=0, help="of the parameters (default: 0)")
    parser.add_argument("--steps", type=options.natural, default=20, help="of training with each cure (default: 20)")
    parser.add_argument("--lr", type=options.number, default=0.1, help="learning rate of these steps (default: 0.1)")
    parser.add_argument("--no-cures", action="store_true", help="do not try any cure")
    parser.add_argument("--json", action="store_true", help="the report for programs")
    parser.add_argument("--out", type=options.output(*_OUT), metavar="OUT.{html,pdf,tex,md,svg}", help="as a sheet")


def run(args: argparse.Namespace) -> int:
    from symbackprop.diagnosis.diagnosing import diagnose

    network, X, y = _saved(args) if args.file.endswith(".npz") else _fresh(args)
    report = diagnose(network, X, y, seed=args.seed, cures=not args.no_cures, steps=args.steps, lr=args.lr)
    print(json.dumps(report.to_dict(), ensure_ascii=False) if args.json else report)
    if args.out:
        _write(report, args.out)
        if not args.json:  # which has stdout for itself
            print(f"{args.out}: the {'plot' if args.out.suffix == '.svg' else 'table and the plots'}")
    return 0


def _fresh(args: argparse.Namespace) -> tuple[Any, "np.ndarray", "np.ndarray"]:
    """(network, X, y) for a formula or a network in Python."""
    from symbackprop.data import Scaling

    model, X, y, _ = datasets.matched(args, inputs.read(args.file))
    return model, (Scaling.of(X).apply(X) if args.standardize else X), y


def _saved(args: argparse.Namespace) -> tuple["Trainer", "np.ndarray", "np.ndarray"]:
    """(trainer, X, y) for a network that was saved, its data prepared as in its training."""
    import numpy as np

    from symbackprop.sequential import Sequential, load
    from symbackprop.training.formula_model import FormulaModel

    asked = args.size or args.const or args.standardize
    options.require(not asked, "a saved network has its sizes, constants and scaling: leave --size, --const and "
                    "--standardize out")  # fmt: skip
    options.require(Path(args.file).is_file(), f"no file {args.file!r}")
    trainer = load(args.file)
    model = trainer.model
    if isinstance(model, FormulaModel):
        given = inputs.Given(model.formula)
        args.size, args.const = list(model.sizes.items()), list(model.constants.items())
    else:
        assert isinstance(model, Sequential)
        given = inputs.Given(model.network.formula, model)
    _, X, y, _ = datasets.matched(args, given)
    with np.load(args.file, allow_pickle=False) as f:
        if "data:mean" in f.files:
            X = (X - f["data:mean"]) / f["data:deviation"]
    return trainer, X, y


def _write(report: "Diagnosis", path: Path) -> None:
    from symbackprop.diagnosis.page import norms_plot
    from symbackprop.sheet.svg import to_svg

    if path.suffix == ".svg":
        plot = norms_plot(report.layers, "Norms by layer, first to last, and the bound.")
        path.write_text(to_svg(plot), encoding="utf-8")
    else:
        report.sheet().save(path)
