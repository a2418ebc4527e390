"""A LaTeX file compiled with pdflatex: in a directory of its own, without a shell or other files, with limits.

TeX stays optional; where it is missing the error says what to install.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from symbackprop.errors import DataError

_SECONDS = 120
_PACKAGES = "texlive-latex-recommended texlive-pictures lmodern"


def find_tex() -> str | None:
    """The path of pdflatex, None where TeX is not installed."""
    return shutil.which("pdflatex")


def to_pdf(tex: str) -> bytes:
    """The PDF of a LaTeX document. Raises ``DataError`` without TeX, or with TeX's first error."""
    return compile_tex(tex)[0]


def compile_tex(tex: str) -> tuple[bytes, str]:
    """The PDF and TeX's log; two passes, since the widths of long tables are known only after the first."""
    pdflatex = find_tex()
    if pdflatex is None:
        raise DataError(f"no pdflatex here; .tex, .html and .md need none. On Debian: apt-get install {_PACKAGES}")
    with tempfile.TemporaryDirectory(prefix="symbackprop-") as directory:
        folder = Path(directory)
        (folder / "sheet.tex").write_text(tex, encoding="utf-8")
        for _ in range(2):
            _run(pdflatex, folder)
        return (folder / "sheet.pdf").read_bytes(), _log(folder)


def _run(pdflatex: str, folder: Path) -> None:
    command = [pdflatex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"]
    # Nothing of the caller's environment reaches TeX; p is kpathsea's "paranoid".
    clean = {"PATH": os.defpath + os.pathsep + str(Path(pdflatex).parent), "HOME": str(folder), "TEXMFVAR": str(folder)}
    paranoid = {"openin_any": "p", "openout_any": "p", "max_print_line": "1000"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=clean | paranoid, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise DataError(f"pdflatex took longer than {_SECONDS} seconds and was stopped") from None
    if done.returncode:
        raise DataError(f"pdflatex: {_first_error(_log(folder))}")


def _log(folder: Path) -> str:
    log = folder / "sheet.log"
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def _first_error(log: str) -> str:
    r"""The first line that TeX marks as an error, with the line of the file it is about.

    >>> _first_error("...\n! Undefined control sequence.\nl.7 \\foo\n")
    'Undefined control sequence. (l.7 \\foo)'
    """
    found = re.search(r"^! (.*)$", log, re.MULTILINE)
    if found is None:
        return "stopped without an error message"
    where = re.search(r"^(l\.\d+.*)$", log[found.end() :], re.MULTILINE)
    return found.group(1) + (f" ({where.group(1).strip()})" if where else "")
