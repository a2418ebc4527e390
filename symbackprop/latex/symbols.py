"""Names as LaTeX: the only place where a name that a person chose becomes TeX.

Nothing of a name is passed on unread: letters and digits are all that identifiers hold, an underscore separates a
label, and what is printed comes from the tables here. Decisions:

* ``W1`` and ``W_hh`` carry a label, printed as textbooks do: W^{(1)}, W^{(hh)}. Brackets keep a label apart from a
  power; subscripts stay free for slots.
* A size or an index never has slots, so its digits are a subscript, and ``i2`` is what ``naming`` calls a second i: i'.
* Greek names are Greek, ``xhat`` has its hat, other names of several letters stand upright.
"""

import re

GREEK = (
    *(
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
    ),
    *("pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
)
_GREEK = {name: f"\\{name}" for name in GREEK} | {"eps": r"\varepsilon"}
_SPECIAL = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "σ": r"$\sigma$",
    "∂": r"$\partial$",
    "×": r"$\times$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "δ": r"$\delta$",
    "–": "--",
    "—": "---",
    "’": "'",
    "“": "``",
    "”": "''",
}


def escape(text: str) -> str:
    """Plain text, as TeX text; characters that no font of the sheet has become a question mark.

    >>> escape("a_b & 50%")
    'a\\\\_b \\\\& 50\\\\%'
    """
    return "".join(_SPECIAL.get(c, c if c.isascii() or "\u00a0" < c <= "\u00ff" else "?") for c in text)


def letters(word: str) -> str:
    """A word without digits or underscores as one symbol.

    >>> letters("z"), letters("gamma"), letters("loss"), letters("xhat")
    ('z', '\\\\gamma', '\\\\mathrm{loss}', '\\\\hat{x}')
    """
    word = re.sub(r"[^A-Za-z0-9]", "", word) or "?"
    if word in _GREEK:
        return _GREEK[word]
    below = word.removesuffix("hat")
    if below != word and (len(below) == 1 or below in _GREEK):
        return rf"\hat{{{letters(below)}}}"
    return word if len(word) == 1 else rf"\mathrm{{{word}}}"


def split_label(name: str) -> tuple[str, str]:
    """The symbol and its label in LaTeX: digits at the end, or what follows the first underscore.

    >>> split_label("W1"), split_label("W_hh"), split_label("W_1"), split_label("x")
    (('W', '(1)'), ('W', '(\\\\mathrm{hh})'), ('W', '[1]'), ('x', ''))
    """
    word, _, label = name.strip("_").partition("_")
    stem = word.rstrip("0123456789") or word
    digits = word[len(stem) :]
    marks = [f"({digits})"] if digits else []
    if label:
        # W_1 and W1 may stand in one formula; they must not look alike.
        marks.append(f"[{label}]" if label.isdigit() else "(" + ",".join(map(letters, label.split("_"))) + ")")
    return letters(stem), "".join(marks)


def tensor(name: str, slots: str = "") -> str:
    """A tensor, or one entry of it.

    >>> tensor("z1", "nj"), tensor("x", "n"), tensor("mu")
    ('z^{(1)}_{nj}', 'x_{n}', '\\\\mu')
    """
    symbol, label = split_label(name)
    return symbol + (f"^{{{label}}}" if label else "") + (f"_{{{slots}}}" if slots else "")


def index(name: str) -> str:
    """An index.

    >>> index("n"), index("i2"), index("j3"), index("pos")
    ('n', "i'", "j''", '\\\\mathrm{pos}')
    """
    stem = name.rstrip("0123456789") or name
    digits = name[len(stem) :]
    if digits in ("2", "3"):
        return letters(stem) + "'" * (int(digits) - 1)
    return letters(stem) + (f"_{{{digits}}}" if digits else "")


def size(name: str) -> str:
    """A size.

    >>> size("N"), size("H2"), size("d_k")
    ('N', 'H_{2}', 'd_{k}')
    """
    word, _, label = name.strip("_").partition("_")
    stem = word.rstrip("0123456789") or word
    below = ",".join(x for x in (word[len(stem) :], *map(letters, filter(None, label.split("_")))) if x)
    return letters(stem) + (f"_{{{below}}}" if below else "")
