"""What the verbs that take data share: their options, and data in the form that the network takes."""

import argparse
from typing import TYPE_CHECKING, Any

from symbackprop.cli import inputs, options

if TYPE_CHECKING:
    import numpy as np

    from symbackprop.data import Table


def arguments(parser: argparse.ArgumentParser, also: str = "") -> None:
    """FILE, the data, and the numbers that a formula leaves open; ``also`` is what else FILE may be."""
    parser.add_argument("file", metavar="FILE", help=inputs.HELP + also)
    parser.add_argument("--data", required=True, metavar="iris|digits|FILE.csv|FILE.npz")
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict (default: the last one)")
    parser.add_argument("--size", **options.SIZES, help="sizes that the data do not fix, as M=10")
    parser.add_argument("--const", **options.CONSTANTS, help="numbers of the formula's constants, as lam=0.01")


def matched(args: argparse.Namespace, given: inputs.Given) -> tuple[Any, "np.ndarray", "np.ndarray", "Table"]:
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
    return given.network, matching.features(tensors[network.input], table, network.sizes), y, table


def _table(args: argparse.Namespace, given: inputs.Given) -> "Table":
    from symbackprop.data import load_digits, load_iris, read_table

    shipped = {"iris": (load_iris, "species"), "digits": (load_digits, "digit")}
    if args.data in shipped:
        load, target = shipped[args.data]
        options.require(args.target in (None, target), f"the target of {args.data} is its {target}; leave --target out")
        return load()
    names = [
        next((t.name for t in given.formula.tensors_by_role(*roles)), "X")
        for roles in (("input",), ("label", "target"))
    ]
    return read_table(args.data, args.target, (names[0], names[1]))
