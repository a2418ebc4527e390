"""Values of options, looked at before any work begins."""

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbackprop.errors import DataError

if TYPE_CHECKING:
    from symbackprop.equations import Formula


def require(condition: bool, message: str) -> None:
    """Raise ``DataError`` where options do not go together."""
    if not condition:
        raise DataError(message)


def size(text: str) -> tuple[str, int]:
    """``M=10``.

    >>> size("M=10")
    ('M', 10)
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write NAME=NUMBER, as in M=10")
    if not value.strip().isdecimal() or not int(value):
        raise argparse.ArgumentTypeError(f"{text!r}: a size is a positive whole number, not {value!r}")
    return name.strip(), int(value)


SIZES: Mapping[str, Any] = {"nargs": "+", "action": "extend", "type": size, "metavar": "NAME=NUMBER", "default": None}


def constant(text: str) -> tuple[str, str]:
    """``lam=0.01``; the number stays text, since it is exact.

    >>> constant("lam=0.01")
    ('lam', '0.01')
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is no constant; write NAME=NUMBER, as in lam=0.01")
    if not math.isfinite(_float(value)) or "_" in value:
        raise argparse.ArgumentTypeError(f"{text!r}: {value!r} is no number")
    return name.strip(), value.strip()


CONSTANTS: Mapping[str, Any] = {**SIZES, "type": constant}


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def sizes_of(given: Sequence[tuple[str, int]] | None, formula: "Formula") -> dict[str, int]:
    """The sizes by name. Raises ``DataError`` for a name that is no size of the formula."""
    names = [s.name for s in formula.sizes]
    for name, _ in given or ():
        require(name in names, f"the formula has no size {name!r}; it has {', '.join(names) or 'none'}")
    return dict(given or ())


def output(*suffixes: str) -> Callable[[str], Path]:
    """A file to be written: its suffix is one of these, its folder is there."""

    def check(text: str) -> Path:
        path = Path(text)
        if path.suffix not in suffixes:
            raise argparse.ArgumentTypeError(f"{text!r} must end in {' or '.join(suffixes)}")
        if not path.parent.is_dir():
            raise argparse.ArgumentTypeError(f"{text!r}: there is no folder {str(path.parent)!r}")
        return path

    return check


def natural(text: str) -> int:
    """A whole number from 0 on."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return int(text)


def part(text: str) -> float:
    """A number from 0 on, below 1."""
    value = _float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on and below 1")
    return value


def number(text: str) -> float:
    """A number from 0 on."""
    value = _float(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return value
