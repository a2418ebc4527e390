"""Names in generated code: a tensor keeps its name wherever Python and the program's own names allow it.

Every name is checked before it reaches the text, so nothing but identifiers is ever put there.
"""

import builtins
import keyword
import re
from collections.abc import Iterable

from symbackprop.errors import NotSupported

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
OWN = ("np", "expit", "erf", "dtype", "self", "Workspace", "run", "windows", "array", "step", "outputs", "as_strided")
_RESERVED = frozenset((*OWN, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)))


class Identifiers:
    """Hands out identifiers, each to one name.

    >>> names = Identifiers(["np", "np_", "W"])
    >>> names["np"], names["np_"], names["W"], names.new("W")
    ('np_2', 'np_', 'W', 'W_2')
    """

    def __init__(self, names: Iterable[str]) -> None:
        given = list(names)
        self._of: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._taken = set(_RESERVED) | set(given)
        for name in given:
            check(name)
            self._of[name] = name if name not in _RESERVED else self.new(name)

    def __getitem__(self, name: str) -> str:
        return self._of[name]

    def numbered(self, stem: str) -> str:
        """The next of stem1, stem2, ... that nothing else has."""
        k = self._counts.get(stem, 0) + 1
        while f"{stem}{k}" in self._taken:
            k += 1
        self._counts[stem] = k
        self._taken.add(f"{stem}{k}")
        return f"{stem}{k}"

    def new(self, stem: str) -> str:
        """An identifier that nothing else has, as close to the stem as can be."""
        name = next(n for n in _variants(stem) if n not in self._taken)
        self._taken.add(name)
        return name


def _variants(stem: str) -> Iterable[str]:
    yield stem
    k = 2
    while True:
        yield f"{stem}_{k}"
        k += 1


def check(name: str) -> str:
    """The name itself. Raises ``NotSupported`` where it is no plain identifier."""
    if not _IDENTIFIER.fullmatch(name):
        raise NotSupported(f"the name {name!r} in generated code: letters, digits and underscores only")
    return name
