"""Train a network on a table: standardise, hold a part out, show progress, and check the gradients of the result.

FILE is a formula with one input, one label or target, params and a scalar cost, or a network module.py:name (your own
code: it is run). Sizes that the data fix need not be given:

  symbackprop train net.txt --data iris --size M=10 --standardize
  symbackprop train my_network.py:net --data flowers.csv --target species --save flowers.npz --sheet flowers.html

A CSV has a header; its last column is the target unless --target names another; text in it are classes. In an .npz the
arrays are named as the input and the target, or X and y.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbackprop.cli import inputs, options
from symbackprop.cli.curves import sparkline
from symbackprop.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    from symbackprop.check import CheckReport
    from symbackprop.data import Table
    from symbackprop.training.history import History
    from symbackprop.training.trainer import Trainer

SUMMARY = "train a network on Iris, a CSV or an .npz file"
_SHEETS = (".tex", ".html", ".md", ".pdf")
_MOST_CHECKED = 3000  # parameters: checking each of more takes longer than the training


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=inputs.HELP)
    parser.add_argument("--data", required=True, metavar="iris|FILE.csv|FILE.npz")
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict (default: the last one)")
    parser.add_argument("--standardize", action="store_true", help="mean 0, deviation 1, learnt from the training part")
    parser.add_argument("--size", **options.SIZES, help="sizes that the data do not fix, as M=10")
    parser.add_argument("--const", **options.CONSTANTS, help="numbers of the formula's constants, as lam=0.01")
    parser.add_argument("--epochs", type=options.positive, default=100, help="default: 100")
    parser.add_argument("--lr", type=options.number, default=0.02, help="learning rate (default: 0.02)")
    parser.add_argument("--momentum", type=options.number, default=0.9, help="default: 0.9")
    parser.add_argument("--batch-size", type=options.positive, default=32, help="default: 32")
    parser.add_argument("--seed", type=options.natural, default=0, help="of split, start and shuffling (default: 0)")
    parser.add_argument(
        "--held-out", type=options.part, default=0.33, help="part of the rows not trained on (default: 0.33)"
    )
    parser.add_argument("--dtype", choices=("float64", "float32"), default="float64", help="default: float64")
    parser.add_argument("--save", type=options.output(".npz"), metavar="OUT.npz", help="for symbackprop.load")
    parser.add_argument(
        "--sheet", type=options.output(*_SHEETS), metavar="OUT.{tex,html,md,pdf}", help="with the curves"
    )


def run(args: argparse.Namespace) -> int:
    from symbackprop.training.optimizers import SGD

    given = inputs.read(args.file)
    model, X, y, table = _matched(args, given)
    train, held = _split(table, y, args)
    X, beside = _standardised(X, train, args.standardize)
    trainer = model.trainer(SGD(lr=args.lr, momentum=args.momentum), dtype=args.dtype, seed=args.seed)
    trainer.arrays(X, y)  # looks at all rows, in the file's order
    _announce(table, trainer, train, held)
    validation = (X[held], y[held]) if len(held) else None
    history = trainer.fit(X[train], y[train], args.epochs, args.batch_size, validation)
    _report(history, trainer, X, y, train, held)
    _write(args, trainer, history, beside | _classes(table))  # first: nothing that comes after may lose the training
    passed = _check(trainer, X[train], y[train])
    if history.stopped.startswith("interrupted"):
        return 130
    return 0 if passed and not history.stopped else 1


def _matched(args: argparse.Namespace, given: inputs.Given) -> tuple[Any, "np.ndarray", "np.ndarray", "Table"]:
    """(model, X, y, table): data in the form that the network takes."""
    from symbackprop.training import matching

    network = given.network.network if given.network is not None else None
    if network is None:
        sizes = options.sizes_of(args.size, given.formula)
        return matching.model_of(given.formula, _table(args, given), sizes, dict(args.const or ()))
    options.require(not args.size and not args.const, "--size and --const are for formulas; a network has its numbers")
    options.require(network.target is not None, f"{args.file} has no loss: Sequential(..., loss=CrossEntropyLoss())")
    table, tensors = _table(args, given), network.formula.tensors
    target = tensors[network.target or ""]
    width = network.sizes.get(str(target.lengths[-1])) if len(target.shape) > 1 else None
    y, table = matching.targets(target, table, width)
    return given.network, matching.features(tensors[network.input], table), y, table


def _table(args: argparse.Namespace, given: inputs.Given) -> "Table":
    from symbackprop.data import load_iris, read_table

    if args.data == "iris":
        options.require(args.target in (None, "species"), "the target of iris is its species; leave --target out")
        return load_iris()
    names = [
        next((t.name for t in given.formula.tensors_by_role(*roles)), "X")
        for roles in (("input",), ("label", "target"))
    ]
    return read_table(args.data, args.target, (names[0], names[1]))


def _split(table: "Table", y: "np.ndarray", args: argparse.Namespace) -> tuple["np.ndarray", "np.ndarray"]:
    import numpy as np

    from symbackprop.data import stratified_split

    if not args.held_out:
        return np.arange(len(y)), np.arange(0)
    by_class = bool(table.classes) and table.y.ndim == 1
    return stratified_split(table.y if by_class else np.zeros(len(y)), args.held_out, args.seed)


def _standardised(X: "np.ndarray", train: "np.ndarray", wanted: bool) -> tuple["np.ndarray", dict[str, "np.ndarray"]]:
    """X, and what a person needs to prepare new rows in the same way."""
    from symbackprop.data import Scaling

    if not wanted:
        return X, {}
    scaling = Scaling.of(X[train])
    return scaling.apply(X), {"mean": scaling.mean, "deviation": scaling.deviation}


def _classes(table: "Table") -> dict[str, "np.ndarray"]:
    import numpy as np

    return {"classes": np.array(table.classes)} if table.classes else {}


def _announce(table: "Table", trainer: "Trainer", train: "np.ndarray", held: "np.ndarray") -> None:
    count = sum(w.size for w in trainer.tensors.values())
    print(f"{table.source}: {len(train)} rows to train on, {len(held)} held out; {count} parameters")
    if table.classes:
        shown = ", ".join(f"{k} = {name}" for k, name in enumerate(table.classes[:20]))
        print(f"classes of {table.target}: {shown}{', ...' if len(table.classes) > 20 else ''}")


def _report(
    history: "History", trainer: "Trainer", X: "np.ndarray", y: "np.ndarray", train: "np.ndarray", held: "np.ndarray"
) -> None:
    if history.loss:
        print(f"loss {history.loss[0]:.4g} {sparkline(history.loss)} {history.loss[-1]:.4g}, {history.epochs} epochs")
    if history.stopped:
        print(f"stopped: {history.stopped}")
    for name, rows in (("training part", train), ("held-out part", held)):
        if len(rows):
            loss, accuracy = trainer.evaluate(X[rows], y[rows])
            also = f", accuracy {accuracy:.3f}" if accuracy == accuracy else ""  # nan where there are no classes
            print(f"{name}: loss {loss:.4g}{also}")


def _check(trainer: "Trainer", X: "np.ndarray", y: "np.ndarray") -> bool:
    """At the trained parameters where that can be done, else the same formulas at small sizes."""
    try:
        report = _check_here(trainer, X, y)
        print("gradients of the trained network against numerical differentiation:")
    except DataError as e:
        print(f"{e}\nthe same formulas at small sizes, on random numbers:")
        report = trainer.derivation.check()
    print(report)
    return report.passed


def _check_here(trainer: "Trainer", X: "np.ndarray", y: "np.ndarray") -> "CheckReport":
    from symbackprop.training.checking import check_trained

    count = sum(w.size for w in trainer.tensors.values())
    options.require(count <= _MOST_CHECKED, f"{count} parameters are too many to perturb each of them")
    return check_trained(trainer, X, y)


def _write(args: argparse.Namespace, trainer: "Trainer", history: "History", beside: dict[str, "np.ndarray"]) -> None:
    from symbackprop.training.storage import save

    if args.save:
        save(args.save, trainer, beside)
        also = f", with {' and '.join(f'data:{n}' for n in beside)} beside them" if beside else ""
        print(f"{args.save}: the parameters{also}")
    if args.sheet:
        path: Path = trainer.derivation.sheet(history=history).save(args.sheet)
        print(f"{path}: the derivation and the curves")
