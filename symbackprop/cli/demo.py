"""The main job on real data, end to end: derive the gradients of a 4-10-3 network, write the proof sheet, check them,
train on Fisher's Iris flowers, and check the gradients of the trained network. Takes a few seconds.
"""

import argparse
from pathlib import Path

from symbackprop.cli import options

SUMMARY = "derive, write the sheet, check and train a network on Iris, end to end"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, default=Path("symbackprop-demo"), metavar="DIR", help="default: symbackprop-demo"
    )
    parser.add_argument("--seed", type=options.natural, default=0, help="the first of the five seeds (default: 0)")
    parser.add_argument("--epochs", type=options.positive, default=300, help="default: 300")


def run(args: argparse.Namespace) -> int:
    from symbackprop.demo import run_demo

    return 0 if run_demo(args.out, args.seed, args.epochs) else 1
