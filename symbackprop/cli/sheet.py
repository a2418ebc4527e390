"""Write the derivation sheet: theorem, notation, the proof backwards step by step, and the table of checks.

symbackprop sheet net.txt -o net.tex
symbackprop sheet my_network.py:net -o net.html --detail steps
"""

import argparse
from pathlib import Path

from symbackprop.cli import inputs, options

SUMMARY = "write the proof of the gradients as LaTeX, HTML, Markdown or PDF"
_SUFFIXES = (".tex", ".html", ".md", ".pdf")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=inputs.HELP)
    parser.add_argument(
        "-o", "--output", required=True, type=options.output(*_SUFFIXES), metavar="OUT.{tex,html,md,pdf}"
    )
    parser.add_argument("--detail", choices=("full", "steps", "result"), default="full", help="default: full")
    parser.add_argument("--fragment", action="store_true", help="without preamble, for \\input into your own paper")
    parser.add_argument(
        "--wrt", nargs="+", metavar="W", help="the tensors to differentiate by (default: inputs and params)"
    )
    parser.add_argument(
        "--size", **options.SIZES, help="sizes at which the gradients are checked (default: small ones)"
    )
    parser.add_argument("--no-check", action="store_true", help="do not compare with numerical differentiation")


def run(args: argparse.Namespace) -> int:
    fits = args.output.suffix != ".pdf" or not args.fragment
    options.require(fits, "a PDF cannot be a fragment: write .tex, or leave --fragment out")
    derivation = inputs.read(args.file).derive(args.wrt)
    report = None
    if not args.no_check:
        sizes = options.sizes_of(args.size, derivation.formula)
        report = derivation.check(sizes or None)
    written: Path = derivation.sheet(args.detail, check=report or False).save(args.output, args.fragment)
    print(f"{written}: {len(derivation.program.equations)} equations")
    if report is None:
        return 0
    print(report)
    return 0 if report.passed else 1
