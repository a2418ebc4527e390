"""Start-up: importing the package and asking for help, against a Python that does nothing."""

import subprocess
import sys

from benchmarks.timing import interleaved, report


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def main() -> None:
    medians = interleaved(
        {
            "python -c pass": lambda: _run("-c", "pass"),
            "import symbackprop": lambda: _run("-c", "import symbackprop"),
            "symbackprop --help": lambda: _run("-m", "symbackprop", "--help"),
            "import sympy": lambda: _run("-c", "import sympy"),
        }
    )
    report(medians, "python -c pass")
