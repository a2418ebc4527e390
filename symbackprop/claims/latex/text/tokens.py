"""Mathematics to tokens, each with its place in the document.

Spacing, sizing and alignment of brackets go here, since they mean nothing; a person's own macros are expanded here too,
with a bound. Commands that could make TeX do anything but set mathematics are refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symbackprop.errors import ReadError

LONGEST = 200_000
MOST_TOKENS = 40_000
MOST_EXPANSIONS = 5_000


@dataclass(frozen=True)
class Token:
    """``kind``: "cmd", "letter", "number", "text" (words), "sign". ``at`` is the offset in the document."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Macro:
    arguments: int
    body: tuple[Token, ...]


_PATTERN = re.compile(
    r"(?P<space>\s+|%[^\n]*)"
    r"|(?P<words>\\(?:text|textrm|textit|textbf|textsf|mbox|hbox|intertext|shortintertext|label|tag\*?|ref|eqref|hspace\*?|vspace\*?)\s*\{)"
    r"|(?P<dots>\.\.\.)"
    r"|(?P<cmd>\\(?:[A-Za-z]+\*?|.|\n))"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<letter>[A-Za-z])"
    r"|(?P<sign>.)",
    re.S,
)
_SILENT = frozenset(
    r"\, \; \: \! \> \/ \left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr"
    r" \bigm"
    r" \displaystyle \textstyle \scriptstyle \nonumber \notag \limits \nolimits \hfill \smash \strut \allowbreak"
    r" \noindent \centering \hline \bf \rm \it \cal \par \mathstrut \ldotp \break \nobreak \relax \thinspace".split()
) | {"\\ ", "\\\n", "\\-"}
REFUSED = frozenset(
    r"\input \include \write \openin \openout \read \csname \endcsname \catcode \let \def \edef \gdef \xdef"
    r" \special \immediate \expandafter \directlua \usepackage \loop \futurelet \uppercase \lowercase \jobname"
    r" \everymath".split()
)
_UNICODE = {
    "·": "\\cdot", "×": "\\times", "∂": "\\partial", "∇": "\\nabla", "∑": "\\sum", "⊙": "\\odot", "∘": "\\circ",
    "≤": "\\le", "≥": "\\ge", "≠": "\\neq", "∈": "\\in", "⊤": "\\top", "ᵀ": "\\top", "→": "\\to", "←": "\\leftarrow",
    "≈": "\\approx", "∞": "\\infty", "√": "\\sqrt", "⊗": "\\otimes", "…": "\\dots", "−": "-", "∗": "*", "′": "'",
    "⇒": "\\Rightarrow", "‖": "\\|", "ℝ": "\\R",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩϕϵϑϱ",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi"
        " psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega phi epsilon vartheta varrho".split(),
        strict=True,
    )
)


def tokens(text: str, at: int = 0) -> list[Token]:
    """The tokens of a piece of mathematics that starts at an offset. Raises ``ReadError`` where it is too long.

    >>> [t.text for t in tokens(r"\\frac{1}{2} x_i % half")]
    ['\\\\frac', '{', '1', '}', '{', '2', '}', 'x', '_', 'i']
    """
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        assert match is not None
        kind, value, start = match.lastgroup or "sign", match.group(), at + position
        position = match.end()
        if kind == "words":
            end = _closing_brace(text, position - 1)
            found += _words(value[1:-1].strip().rstrip("*"), text[position : end - 1], start, at + position)
            position = end
        elif kind == "cmd" and value.rstrip("*") in _SILENT:
            if value in ("\\left", "\\right") and (dot := re.match(r"\s*\.", text[position:])):
                position += dot.end()  # an invisible bracket
        elif kind != "space":
            found.append(_token(kind, value, start))
        if len(found) > MOST_TOKENS:
            raise ReadError(f"more than {MOST_TOKENS} tokens in one formula")
    return found


def _words(command: str, body: str, start: int, at: int) -> list[Token]:
    """Words, and the mathematics inside them: ``\\text{if $x > 0$}``."""
    pieces = body.split("$")
    if len(pieces) < 3 or len(pieces) % 2 == 0 or command in ("label", "tag", "ref", "eqref", "hspace", "vspace"):
        return [Token("text", f"{command}:{body}", start)]
    found: list[Token] = []
    for k, piece in enumerate(pieces):
        if k % 2:
            found += tokens(piece, at)
        elif piece.strip():
            found.append(Token("text", f"{command}:{piece}", start if k == 0 else at))
        at += len(piece) + 1
    return found


def _token(kind: str, value: str, start: int) -> Token:
    if kind == "dots":
        return Token("cmd", "\\dots", start)
    if value == "\\_":
        return Token("sign", "_", start)  # as Markdown has it escaped
    if value in _UNICODE:
        return Token("cmd" if _UNICODE[value][0] == "\\" else "sign", _UNICODE[value], start)
    if value in _GREEK:
        return Token("cmd", "\\" + _GREEK[value], start)
    return Token(kind, value if kind != "cmd" or value == "\\\\" else value.rstrip("*"), start)


def _closing_brace(text: str, opening: int) -> int:
    """The offset after the brace that closes the one at ``opening``; the end of the text where none does."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.S).finditer(text, opening):
        if match.group() in "{}":
            depth += 1 if match.group() == "{" else -1
            if depth == 0:
                return match.end()
    return len(text)


_DEFINING = re.compile(
    r"\\(?:(?:re|provide)?newcommand|DeclareMathOperator)\*?\s*\{?\s*(\\[A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*(?=\{)"
    r"|\\def\s*(\\[A-Za-z]+)((?:#\d)*)\s*(?=\{)"
)


def macros(text: str) -> dict[str, Macro]:
    """The macros that a document defines, those of several arguments included; none of their bodies is run."""
    found: dict[str, Macro] = {}
    for match in _DEFINING.finditer(text):
        end = _closing_brace(text, match.end())
        body = text[match.end() + 1 : end - 1]
        if "DeclareMathOperator" in match.group():
            body = "\\operatorname{" + body + "}"
        arguments = int(match[2] or 0) if match[1] else len(match[4] or "") // 2
        found[match[1] or match[3]] = Macro(arguments, tuple(tokens(body, match.end() + 1)))
    return found


def expanded(given: list[Token], table: Mapping[str, Macro]) -> list[Token]:
    """The tokens with macros put in, at the place of their use. Raises ``ReadError`` beyond the bound."""
    if not table or not any(t.text in table for t in given):
        return given
    result: list[Token] = []
    stack = list(reversed(given))
    expansions = 0
    while stack:
        t = stack.pop()
        if t.kind != "cmd" or t.text not in table:
            result.append(t)
            continue
        expansions += 1
        if expansions > MOST_EXPANSIONS or len(stack) > MOST_TOKENS:
            raise ReadError("macros that expand without end")
        macro = table[t.text]
        arguments = [_argument(stack) for _ in range(macro.arguments)]
        for b in reversed(_filled(macro.body, arguments)):
            stack.append(replace(b, at=t.at))
    return result


def _argument(stack: list[Token]) -> list[Token]:
    """One argument off the stack: a group without its braces, or a token."""
    if not stack:
        return []
    first = stack.pop()
    if first.text != "{":
        return [first]
    depth, taken = 1, []
    while stack:
        t = stack.pop()
        depth += (t.text == "{") - (t.text == "}")
        if not depth:
            break
        taken.append(t)
    return taken


def _filled(body: tuple[Token, ...], arguments: list[list[Token]]) -> list[Token]:
    result: list[Token] = []
    k = 0
    while k < len(body):
        if body[k].text == "#" and k + 1 < len(body) and body[k + 1].kind == "number":
            n = int(body[k + 1].text)
            result += arguments[n - 1] if 0 < n <= len(arguments) else []
            k += 2
        else:
            result.append(body[k])
            k += 1
    return result
