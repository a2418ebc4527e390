"""Derive the gradients of a formula and print them.

FORMULA is a formula in index notation, its lines separated by ';' or by real newlines, or a file, or '-' for stdin:

  symbackprop derive "input x[N,D]; param w[D]; z[n] = sum(i, x[n,i]*w[i]); C = sum(n, z[n]**2)/N"

The last equation is the cost; where it is not a scalar, its adjoint d<name> is one more input.
"""

import argparse
import json
from typing import TYPE_CHECKING, Any

from symbackprop.cli import inputs

if TYPE_CHECKING:
    from symbackprop.api import Derivation
    from symbackprop.equations import Equation
    from symbackprop.result import Result

SUMMARY = "derive the gradients of a formula and print them"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("formula", metavar="FORMULA|FILE", help=f"a formula, {inputs.HELP}")
    parser.add_argument(
        "--wrt", nargs="+", metavar="W", help="the tensors to differentiate by (default: inputs and params)"
    )
    parser.add_argument("--format", choices=("text", "latex", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    derivation = inputs.read(args.formula, inline=True).derive(args.wrt)
    print({"text": as_text, "latex": as_latex, "json": as_json}[args.format](derivation))
    return 0


def as_text(d: "Derivation") -> str:
    """Forward and adjoint equations in the text notation: the output is a formula again."""
    from symbackprop.notation import text

    wanted = {d.adjoint_of(n).name for n in d.wrt}
    lines = [text(d.formula).rstrip(), "", f"# the derivatives of {d.cost.name}, backwards"]
    if d.upstream is not None:
        lines[-1] = f"# the derivatives, backwards, from any d{d.cost.name}"
    for a in d.adjoints.values():
        mark = "" if a.equation.name in wanted else "    # on the way"
        lines += [text(e, d.program.names) + mark for e in (a.equation, *a.boundaries)]
    return "\n".join(lines)


def as_latex(d: "Derivation") -> str:
    """One ``aligned`` block, forward and backward."""
    rows = [_result(d, e).latex().replace(" = ", " &= ", 1) for e in (*d.formula.equations, *_backward(d))]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def as_json(d: "Derivation") -> str:
    """Everything by name, for programs."""
    wanted = {d.adjoint_of(n).name: n for n in d.wrt}
    of = {a.equation.name: n for n, a in d.adjoints.items()}
    tensors = [{"name": t.name, "role": t.role, "shape": _shape(t.shape)} for t in d.formula.tensors.values()]
    forward = [_row(d, e) for e in d.formula.equations]
    backward = [_row(d, e) | {"of": of[e.name], "wanted": e.name in wanted} for e in _backward(d)]
    document = {
        "cost": d.cost.name,
        "wrt": list(d.wrt),
        "sizes": [str(s) for s in d.formula.sizes],
        "tensors": tensors,
        "forward": forward,
        "gradients": backward,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _backward(d: "Derivation") -> list["Equation"]:
    return [e for a in d.adjoints.values() for e in (a.equation, *a.boundaries)]


def _result(d: "Derivation", equation: "Equation") -> "Result":
    from symbackprop.result import Result

    return Result(equation, d.program, {a.equation.name: n for n, a in d.adjoints.items()}, d.cost.name)


def _row(d: "Derivation", e: "Equation") -> dict[str, Any]:
    result = _result(d, e)
    shape = _shape(d.program.tensors[e.name].shape)
    return {"name": e.name, "shape": shape, "text": str(result), "latex": result.latex()}


def _shape(shape: Any) -> list[str]:
    return ["(" + ", ".join(map(str, s)) + ")" if isinstance(s, tuple) else str(s) for s in shape]
