"""Write the gradients as a readable, standalone Python module; its comments cite the numbers of the sheet's equations.

symbackprop export net.txt --backend numpy -o net_program.py
"""

import argparse

from symbackprop.cli import inputs, options

SUMMARY = "write the gradients as a standalone Python module"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=inputs.HELP)
    parser.add_argument("--backend", default="numpy", help="default: numpy")
    parser.add_argument("-o", "--output", type=options.output(".py"), metavar="OUT.py", help="default: stdout")
    parser.add_argument(
        "--wrt", nargs="+", metavar="W", help="the tensors to differentiate by (default: inputs and params)"
    )


def run(args: argparse.Namespace) -> int:
    from symbackprop.codegen.backends import BACKENDS

    options.require(args.backend in BACKENDS, f"no backend {args.backend!r}; there is {', '.join(BACKENDS)}")
    source = inputs.read(args.file).derive(args.wrt).source(args.backend)
    if args.output is None:
        print(source, end="")
        return 0
    args.output.write_text(source, encoding="utf-8")
    print(f"{args.output}: {source.count(chr(10))} lines")
    return 0
