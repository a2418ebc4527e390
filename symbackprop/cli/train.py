"""Train a network on a table: standardise, hold a part out, show progress, and check the gradients of the result.

FILE is a formula with one input, one label or target, params and a scalar cost, or a network module.py:name (your own
code: it is run). Sizes that the data fix need not be given:

  symbackprop train net.txt --data iris --size M=10 --standardize
  symbackprop train my_network.py:net --data flowers.csv --target species --save flowers.npz --sheet flowers.html

  symbackprop train net.txt --data iris --optimizer Adam --schedule OneCycleLR max_lr=0.05 --early-stopping 20

A CSV has a header; its last column is the target unless --target names another; text in it are classes. In an .npz the
arrays are named as the input and the target, or X and y. For a network of images a row is a square one, row by row.
"""

import argparse
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbackprop import _OPTIMIZERS as OPTIMIZERS
from symbackprop import _SCHEDULES as SCHEDULES
from symbackprop.cli import datasets, inputs, options
from symbackprop.cli.curves import sparkline
from symbackprop.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    from symbackprop.check import CheckReport
    from symbackprop.data import Table
    from symbackprop.training.history import History
    from symbackprop.training.optimizers import Optimizer
    from symbackprop.training.schedules import Schedule
    from symbackprop.training.trainer import Trainer

SUMMARY = "train a network on Iris, digits, a CSV or an .npz file"
_SHEETS = (".tex", ".html", ".md", ".pdf")
_MOST_CHECKED = 3000  # parameters: checking each of more takes longer than the training


def arguments(parser: argparse.ArgumentParser) -> None:
    datasets.arguments(parser)
    parser.add_argument("--standardize", action="store_true", help="mean 0, deviation 1, learnt from the training part")
    parser.add_argument("--epochs", type=options.positive, default=100, help="default: 100")
    _arguments_of_steps(parser)
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


def _arguments_of_steps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="SGD", help="default: SGD")
    parser.add_argument(
        "--lr", type=options.number, help="learning rate (default: 0.02 with SGD, else the optimizer's)"
    )
    parser.add_argument("--momentum", type=options.number, help="of SGD (default: 0.9) or RMSprop")
    parser.add_argument(
        "--schedule",
        nargs="+",
        metavar=("NAME", "ARGUMENT=VALUE"),
        help=f"of the learning rate: {', '.join(SCHEDULES)}",
    )
    parser.add_argument("--clip-norm", type=options.number, metavar="C", help="the largest norm of all gradients")
    parser.add_argument("--clip-value", type=options.number, metavar="C", help="the largest entry of a gradient")
    parser.add_argument(
        "--init",
        nargs="+",
        metavar=("NAME", "GAIN"),
        help="how all weights start, as in kaiming_normal or orthogonal 1.4",
    )
    parser.add_argument("--l1", type=options.number, default=0.0, help="adds l1 * sum |w| to the cost (default: 0)")
    parser.add_argument("--l2", type=options.number, default=0.0, help="adds l2/2 * sum w**2 to the cost (default: 0)")
    parser.add_argument(
        "--early-stopping", type=options.positive, metavar="EPOCHS",
        help="stop after so many epochs without a better held-out loss, and take the best parameters (whose held-out "
        "numbers are then a little too good)",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    given = inputs.read(args.file)
    model, X, y, table = datasets.matched(args, given)
    train, held = _split(table, y, args)
    X, beside = _standardised(X, train, args.standardize)
    optimizer, schedule = _optimizer(args), _schedule(args)
    trainer = model.trainer(
        optimizer, args.dtype, args.seed,
        clip_value=args.clip_value, clip_norm=args.clip_norm, l1=args.l1, l2=args.l2,
        init=_init(args.init),
    )  # fmt: skip
    trainer.arrays(X, y)  # looks at all rows, in the file's order
    _announce(table, trainer, train, held)
    validation = (X[held], y[held]) if len(held) else None
    history = trainer.fit(
        X[train], y[train], args.epochs, args.batch_size, validation,
        schedule=schedule, early_stopping=args.early_stopping,
    )  # fmt: skip
    _report(history, trainer, X, y, train, held)
    _write(args, trainer, history, beside | _classes(table))  # first: nothing that comes after may lose the training
    passed = _check(trainer, X[train], y[train])
    if history.stopped.startswith("interrupted"):
        return 130
    return 0 if passed and not history.diverged else 1


def _optimizer(args: argparse.Namespace) -> "Optimizer":
    from symbackprop.training.optimizers import OPTIMIZERS as MADE

    given = {} if args.optimizer != "SGD" else {"lr": 0.02, "momentum": 0.9}
    given |= {n: v for n, v in (("lr", args.lr), ("momentum", args.momentum)) if v is not None}
    make = MADE[args.optimizer]
    options.require("momentum" not in given or "momentum" in signature(make).parameters,
                    f"{args.optimizer} has no momentum; leave --momentum out")  # fmt: skip
    return make(**given)


def _init(given: list[str] | None) -> list[Any] | None:
    options.require(given is None or len(given) <= 2, f"--init takes a name and a gain, not {' '.join(given or ())}")
    return None if given is None else [given[0], *map(_value, given[1:])]


def _schedule(args: argparse.Namespace) -> "Schedule | None":
    """The schedule by its name and arguments; the length of a cosine is that of the training."""
    from symbackprop.training.schedules import SCHEDULES as MADE

    if args.schedule is None:
        return None
    name, *pairs = args.schedule
    options.require(name in MADE, f"no schedule {name!r}; there are {', '.join(MADE)}")
    known = signature(MADE[name]).parameters
    given: dict[str, Any] = {"T_max": args.epochs} if name == "CosineAnnealingLR" else {}
    for pair in pairs:
        argument, _, value = pair.partition("=")
        options.require(argument in known, f"{name} has no argument {argument!r}; it has {', '.join(known)}")
        given[argument] = _value(value)
    missing = [n for n, p in known.items() if p.default is p.empty and n not in given]
    options.require(not missing, f"--schedule {name} needs {' '.join(f'{n}=...' for n in missing)}")
    return MADE[name](**given)


def _value(text: str) -> Any:
    """An argument of a schedule: true or false, a number, or a word.

    >>> _value("true"), _value("30"), _value("0.5"), _value("cos")
    (True, 30, 0.5, 'cos')
    """
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return text


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
