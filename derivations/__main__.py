"""``python -m derivations``: write the sheets of all derivations, or of those named."""

import argparse
import sys
from pathlib import Path

from derivations import README, load, names, readme_with_table
from derivations._pictures import missing, write_pictures
from symbackprop.sheet.pdf import find_tex


def main(arguments: list[str] | None = None) -> int:
    """Write sheets (or the list in README.md) and say where they are; 0 where all went well."""
    parser = argparse.ArgumentParser(prog="python -m derivations", description="Write the sheets of the derivations.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(names())} (default: all)")
    parser.add_argument("--out", type=Path, default=Path("sheets"), metavar="DIR", help="where to (default: sheets)")
    parser.add_argument(
        "--readme",
        action="store_true",
        help="write the list in README.md anew and pictures that are missing; no sheets",
    )
    parser.add_argument("--pictures", action="store_true", help="the same with all pictures anew, or those named")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.names) - set(names()))
    if unknown:
        parser.error(f"no derivation {', '.join(unknown)}; there are {', '.join(names())}")
    if chosen.readme or chosen.pictures:
        print(*write_pictures(chosen.names or names() if chosen.pictures else missing()), sep="\n")
        README.write_text(readme_with_table(), encoding="utf-8")
        return 0
    chosen.out.mkdir(parents=True, exist_ok=True)
    suffixes = (".tex", ".html", ".md", *([".pdf"] if find_tex() else []))
    for name in chosen.names or names():
        sheet = load(name).sheet()
        print(name, *(str(sheet.save(chosen.out / f"{name}{suffix}")) for suffix in suffixes), sep="  ")
    if not find_tex():
        print("no PDFs: install TeX (Debian: texlive-latex-recommended texlive-pictures lmodern) and run this again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
