"""What a verb is given: a formula, as text, file or stdin, or a network in the user's own Python file."""

import re
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from symbackprop.errors import DataError, ReadError

if TYPE_CHECKING:
    from symbackprop.api import Derivation
    from symbackprop.equations import Formula
    from symbackprop.sequential import Sequential

HELP = "a file with a formula, '-' for stdin, or module.py:name for a network (your own code: it is run)"
_LONGEST = 2_000_000  # bytes: more is no formula that a person or program wrote
_MODULE = re.compile(r"(?P<path>.+\.py)(?::(?P<name>[^:/\\]*))?")


@dataclass(frozen=True)
class Given:
    """A formula, or the network that has one. ``name`` is what to call it."""

    formula: "Formula"
    network: "Sequential | None" = None
    name: str = ""

    def derive(self, wrt: list[str] | None = None) -> "Derivation":
        """Its gradients. Raises ``DataError`` for names that are not in the formula."""
        from symbackprop.api import derive

        sizes = self.network.network.sizes if self.network is not None else None
        return derive(self.formula, wrt, sizes=sizes)


def read(argument: str, inline: bool = False) -> Given:
    """What the argument names; ``inline``: it may be the formula itself, with ``;`` between its lines.

    Raises ``DataError`` where there is no such file or network, ``ReadError`` where the formula cannot be read.
    """
    module = _MODULE.fullmatch(argument)
    if module is not None:
        return _from_module(Path(module["path"]), module["name"])
    if argument == "-":
        return Given(_formula(sys.stdin.read(), "stdin"), name="stdin")
    if not argument.strip():
        raise DataError("the formula is empty")
    path = Path(argument)
    if inline and _is_formula(argument) and not _is_file(path):
        return Given(_formula(lines_of(argument), ""))
    text = _text_of(path, inline)
    return Given(_formula(text, str(path)), name=path.stem)


def lines_of(text: str) -> str:
    """A formula from the command line, ``;`` taken for the end of a line.

    >>> lines_of("input x[N]; C = sum(n, x[n]**2)")
    'input x[N]\\nC = sum(n, x[n]**2)'
    """
    return "\n".join(part.strip() for part in re.split(r"[;\n]", text))


def _is_formula(argument: str) -> bool:
    return "=" in argument or ";" in argument or "\n" in argument


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a file name, or a zero byte in it: then it is a formula
        return False


def _text_of(path: Path, inline: bool) -> str:
    if not path.exists():
        near = sorted(p.name for p in Path().glob(f"{path.stem}.*"))[:3] if path.name == str(path) and path.stem else []
        hint = f"; there is {', '.join(near)}" if near else ""
        also = " (and no formula, which would have an '=')" if inline else ""
        raise DataError(f"no file {str(path)!r}{also}{hint}")
    if path.is_dir():
        raise DataError(f"{path} is a folder, not a file with a formula")
    if path.stat().st_size > _LONGEST:
        raise DataError(f"{path} has {path.stat().st_size} bytes, which is too long for a formula")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path} is no text file in UTF-8, so no formula") from None


def _formula(text: str, where: str) -> "Formula":
    from symbackprop.notation import formula

    try:
        return formula(text)
    except ReadError as e:
        if where:
            e.args = (f"{where}, {e}",)
        raise


def _from_module(path: Path, name: str | None) -> Given:
    from symbackprop.equations import Formula
    from symbackprop.sequential import Sequential

    if not path.is_file():
        raise DataError(f"no file {str(path)!r}")
    found = {n: v for n, v in vars(module_of(path)).items() if isinstance(v, Sequential | Formula)}
    listed = ", ".join(f"{path}:{n}" for n in found) or "none: assign sb.Sequential(...) to a name in it"
    if not name and len(found) == 1:
        name = next(iter(found))
    if not name:
        raise DataError(f"{path}: say which network is meant; there are {listed}")
    if name not in found:
        raise DataError(f"{path} has no network {name!r}; there are {listed}")
    value = found[name]
    if isinstance(value, Sequential):
        return Given(value.network.formula, value, name)
    return Given(value, name=name)


def module_of(path: Path) -> ModuleType:
    """The user's module, run as ``python path`` would find its neighbours. Its own errors are shown by their place."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except SyntaxError as e:
        raise DataError(f"{path}, line {e.lineno}: {e.msg}") from e
    except Exception as e:
        raise DataError(f"{path}{_line_in(path, e)}: {type(e).__name__}: {e}") from e
    finally:
        sys.path.remove(str(path.resolve().parent))
    return module


def _line_in(path: Path, error: BaseException) -> str:
    lines: list[Any] = [
        f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).name == path.name
    ]
    return f", line {lines[-1]}" if lines else ""
