"""Run all benchmarks, or those named: ``python -m benchmarks [imports] [symbolic] [training]``."""

import sys
from importlib import import_module

NAMES = ("imports", "symbolic", "training")


def main() -> None:
    for name in sys.argv[1:] or NAMES:
        if name not in NAMES:
            sys.exit(f"no benchmark {name!r}; there are {', '.join(NAMES)}")
        print(f"\n{name}\n{'-' * len(name)}")
        import_module(f"benchmarks.{name}").main()


main()
