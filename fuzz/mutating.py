"""Ways to spoil a document, each a function of the text and a source of chance."""

import random
import re
from collections.abc import Callable

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z]+|\d+|\s+|.", re.DOTALL)
_HOSTILE = (
    "\\input{/etc/passwd}", "\\write18{ls}", "\\csname x\\endcsname", "\\catcode`\\%=0", "$", "$$", "{", "}", "\\left(",
    "\\right)", "\\begin{align}", "\\end{align}", "&", "\\\\", "^", "_", "^{^{^{x}}}", "\\frac", "\\sum_{i=1}^{",
    "9^{9^{9^9}}",
    "\\newcommand{\\a}{\\a\\a} \\a", "\\newcommand{\\b}[1]{#1#1#1} \\b{\\b{\\b{x}}}", "\x00", "\ufeff", "𝑥", "\u202e",
    "\\partial",
    "\\frac{\\partial C}{\\partial ", "=", ":=", "\\label{", "%", "`", "```", "\\dots", "\\begin{pmatrix}",
    "'" * 50, "0" * 300,
)  # fmt: skip


def bytes_changed(text: str, chance: random.Random) -> str:
    """Some bytes replaced, dropped or doubled."""
    data = bytearray(text.encode())
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        data[at : at + 1] = chance.choice((bytes([chance.randrange(256)]), b"", data[at : at + 1] * 2))
    return data.decode("utf-8", "replace")


def tokens_changed(text: str, chance: random.Random) -> str:
    """Some tokens dropped, doubled, exchanged, or others of the document or hostile ones in their place."""
    found = _TOKEN.findall(text)
    for _ in range(chance.randint(1, 8)):
        at, other = chance.randrange(len(found)), chance.randrange(len(found))
        deed = chance.randrange(5)
        if deed == 0:
            found[at] = ""
        elif deed == 1:
            found[at] *= 2
        elif deed == 2:
            found[at], found[other] = found[other], found[at]
        elif deed == 3:
            found[at] = found[other]
        else:
            found[at] += chance.choice(_HOSTILE)
    return "".join(found)


def pieces_moved(text: str, chance: random.Random) -> str:
    """A piece of the document cut out, and put in somewhere else, perhaps several times."""
    a, b = sorted(chance.randrange(len(text)) for _ in range(2))
    piece, rest = text[a : min(b, a + 400)], text[:a] + text[min(b, a + 400) :]
    at = chance.randrange(len(rest) + 1)
    return rest[:at] + piece * chance.choice((0, 1, 2, 5)) + rest[at:]


def nested(text: str, chance: random.Random) -> str:
    """Brackets, fractions, scripts or roots around a place, a few or very many deep."""
    opening, closing = chance.choice(
        (("(", ")"), ("{", "}"), ("\\frac{1}{", "}"), ("x^{", "}"), ("x_{", "}"), ("\\sqrt{", "}"),
         ("\\left[", "\\right]"),
         ("\\sum_{i}(", ")"), ("\\sigma(", ")"), ("\\begin{cases}", "\\end{cases}"), ("-", ""), ("\\text{", "}"))
    )  # fmt: skip
    depth = chance.choice((3, 30, 100, 1000, 5000))
    at = chance.randrange(len(text))
    end = min(len(text), at + chance.randrange(30))
    return text[:at] + opening * depth + text[at:end] + closing * (depth - chance.randrange(2)) + text[end:]


def rows_repeated(text: str, chance: random.Random) -> str:
    """A line, or a row of a display, several or many times."""
    rows = text.split("\n")
    at = chance.randrange(len(rows))
    return "\n".join(rows[:at] + [rows[at]] * chance.choice((2, 2, 3, 5, 40)) + rows[at + 1 :])


def numbers_grown(text: str, chance: random.Random) -> str:
    """A digit or a short name made a huge number, a tower of powers, or a size beyond all memory."""
    places = [m.span() for m in re.finditer(r"(?<![A-Za-z\\\\])[A-Za-z](?![A-Za-z])|\d", text)] or [(0, 0)]
    for start, end in sorted(chance.sample(places, min(len(places), chance.choice((1, 1, 3)))), reverse=True):
        huge = chance.choice(("9" * 400, "10^{12}", "9^{9^{9}}", "1000000", "-1", "0", "10^{-400}", "0.1" + "3" * 50))
        text = text[:start] + huge + text[end:]
    return text


def long_runs(text: str, chance: random.Random) -> str:
    """One short piece after another, as far as documents go."""
    piece = chance.choice(
        ("x", "x + ", "-", "\\ ", "_i", "\\\\ ", "& ", "= x ", "$ ", "\\cdot x ", "(", "'", ", x", "\\sum_i ")
    )
    at = chance.randrange(len(text))
    return text[:at] + piece * chance.choice((20, 300, 3000, 30_000)) + text[at:]


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    bytes_changed,
    tokens_changed,
    tokens_changed,
    pieces_moved,
    nested,
    rows_repeated,
    numbers_grown,
    long_runs,
)
