"""One row of a display to the formulas in it: what separates them, and what is only space or words between.

Words and wide spaces separate formulas, but not where a relation or a sum goes on right there. Commas separate where
they do not make a list. A bullet before a formula is dropped.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import LETTERS, NAMED, PRODUCTS, RELATIONS

_ARROWS = frozenset(
    r"\Rightarrow \implies \iff \Leftrightarrow \Longrightarrow \therefore \because \impliedby"
    r" \Longleftrightarrow".split()
)
_WIDE = frozenset(r"\quad \qquad \enspace \enskip \hspace".split())
_DOTS = frozenset(r"\dots \ldots \cdots \dotsc \dotsb".split())
JOINING = frozenset(r"\cdot \times \odot + - \otimes \circ * /".split())
_GOING_ON = frozenset(RELATIONS) - {":", "\\colon", "\\to", "\\rightarrow"}
_STOPWORDS = frozenset(
    "and or where with for if so hence thus then e ou onde para se as by is let since because when on in over from to"
    " also but both gives das the of donde logo portanto assim com por que where: if: for: i.e."
    " all each cada todo".split()
)


def depths(given: Sequence[Token], brackets: bool) -> list[int]:
    """The nesting depth at each token (before it for openers, after it for closers)."""
    opening = {"{", "(", "[", "\\{", "\\begin", "\\langle", "\\lVert", "\\lvert"} if brackets else {"{", "\\begin"}
    closing = {"}", ")", "]", "\\}", "\\end", "\\rangle", "\\rVert", "\\rvert"} if brackets else {"}", "\\end"}
    found, depth = [], 0
    for t in given:
        if t.text in closing:
            depth = max(0, depth - 1)
        found.append(depth)
        if t.text in opening:
            depth += 1
    return found


def outer(given: list[Token]) -> list[Token]:
    return [t for t, d in zip(given, depths(given, True), strict=True) if d == 0]


def pieces(row: list[Token], environment: str) -> list[list[Token]]:
    """The formulas in one row."""
    row = _without_fillers(_without_bullet(row))
    parts: list[tuple[str, list[Token]]] = [("", [])]
    cells = 0
    for k, (t, depth) in enumerate(zip(row, depths(row, True), strict=True)):
        if depth == 0 and t.text == "&":
            cells += 1
            beside = cells > 1 and row[k - 1].text in RELATIONS and row[k - 2].text == "&"  # a & = & b
            if cells % 2 == 0 and environment not in ("eqnarray",) and not beside:
                parts.append(("wide", []))
        elif depth == 0 and (t.text in _WIDE or t.text in _ARROWS or t.text in (";", ".") or _separates(t, row, k)):
            parts.append(("wide", []))
        elif depth == 0 and t.text == ",":
            parts.append((",", []))
        elif t.text in ("\\quad", "\\qquad"):
            continue
        elif t.text in ("\\forall",) and depth == 0:
            parts.append(("wide", []))
        elif t.text != "&" or depth:
            parts[-1][1].append(t)
    return _joined(parts)


def without_braces_of_scripts(given: list[Token]) -> list[Token]:
    """``\\theta{_k}`` as ``\\theta_k``."""
    dropped: set[int] = set()
    for k, t in enumerate(given[:-3]):
        if t.text != "{" or given[k + 1].text not in ("_", "^") or k == 0 or not _has_scripts(given[k - 1]):
            continue
        end = k + 3
        if given[k + 2].text == "{":
            end = next((j + 1 for j in range(k + 3, len(given)) if given[j].text == "}"), len(given))
        if end < len(given) and given[end].text == "}":
            dropped |= {k, end}
    return [t for k, t in enumerate(given) if k not in dropped]


def _has_scripts(t: Token) -> bool:
    return t.kind == "letter" or t.text in LETTERS or t.text in (")", "]", "}")


def _without_bullet(row: list[Token]) -> list[Token]:
    """``1)\\; x = 2`` without its number, and without a colon at the end."""
    if len(row) > 2 and row[0].kind in ("number", "letter") and row[1].text == ")":
        row = row[2:]
    return row[:-1] if len(row) > 1 and row[-1].text == ":" else row


def _without_fillers(row: list[Token]) -> list[Token]:
    """Without the space, and the words in brackets, that stand beside a relation or after + and the like."""
    result: list[Token] = []
    nesting = depths(row, True)
    for k, (t, depth) in enumerate(zip(row, nesting, strict=True)):
        if depth == 0 and _is_filler(t):
            following = next((x.text for x in row[k + 1 :] if not _is_filler(x) and x.text != "&"), "")
            before = next((x.text for x in reversed(result) if x.text != "&"), "")
            if following in _GOING_ON or before in _GOING_ON or before in JOINING:
                continue
        result.append(t)
    return result


def _is_filler(t: Token) -> bool:
    if t.kind == "text":
        command, _, words = t.text.partition(":")
        return command in ("hspace", "vspace") or (words.strip()[:1] == "(" and words.strip()[-1:] == ")")
    return t.text in _WIDE


def _separates(t: Token, row: list[Token], k: int) -> bool:
    """Whether words separate formulas; names of several letters do not."""
    if t.kind != "text":
        return False
    command, _, words = t.text.partition(":")
    if command in ("hspace", "vspace", "ref", "eqref", "intertext", "shortintertext"):
        return True
    plain = words.strip().lower().replace(" ", "").replace("-", "")
    if plain in NAMED:
        return False
    follower = row[k + 1].text if k + 1 < len(row) else ""
    is_word = words.strip().isalnum() and not words.strip()[0].isdigit() and words.strip().lower() not in _STOPWORDS
    before = row[k - 1].text if k else ""
    return not (
        is_word
        and (follower in ("_", "^", "=", "(", "&", "") or follower in PRODUCTS or before in ("_", "^", "\\partial"))
    )


def _joined(parts: list[tuple[str, list[Token]]]) -> list[list[Token]]:
    """Commas inside a list (``x, y \\in``, ``1, \\dots, n``) do not separate."""
    result: list[list[Token]] = []
    pending: list[Token] | None = None
    for how, part in parts:
        if not part:
            continue
        has_relation = any(t.text in RELATIONS for t in outer(part))
        dots = any(t.text in _DOTS for t in part)
        comma = Token("sign", ",", part[0].at)
        if (
            how == ","
            and result
            and pending is None
            and not has_relation
            and (dots or any(t.text in _DOTS for t in result[-1][-2:]))
        ):
            result[-1] += [comma, *part]
        elif pending is not None and how == ",":
            pending += [comma, *part]
            if has_relation:
                result.append(pending)
                pending = None
        elif pending is not None:
            result.append(pending)
            pending = None if has_relation else part
            if has_relation:
                result.append(part)
        elif has_relation:
            result.append(part)
        else:
            pending = part
    if pending is not None:
        result.append(pending)
    return result
