"""Names of NumPy inside a formula: ``\\mathrm{np.sum}(dZ, axis=1, keepdims=True)`` has one token for its head.

The full stop in ``np.sum`` would end a formula, and ``axis=1`` would begin an equation; so both are seen before
anything else is: the head becomes one token with the axis in it, and the keywords go. A sum that names its axis needs
no module, and ``\\text{rowsum}(A)`` no axis: both are columns of sums, which spread as they are written.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.text.tokens import Token

_CALLS = frozenset(
    "sum mean dot matmul multiply divide add subtract log exp tanh abs sqrt square maximum minimum transpose".split()
)
_FACES = ("\\mathrm", "\\operatorname", "\\texttt", "\\mathtt", "\\mathsf", "\\mathit")
_IN_WORDS = ("text", "textrm", "textit", "textsf", "textbf", "mbox", "hbox")
_MODULES = ("np", "numpy")
_KEYWORDS = {"axis": "axis", "dim": "axis", "keepdims": "keepdims", "keepdim": "keepdims"}  # PyTorch's too
_LAST = "1"  # the last axis of a matrix
_ROW_SUMS = ("rowsum", "row_sum", "rowSum", "RowSum")
_SUM_OF_ROWS = ("sum", "axis=1", "keepdims=True")


def with_numpy_names(given: list[Token]) -> list[Token]:
    """The tokens with one for every head ``np.name`` of a call."""
    if not any(t.text in (".", "\\_") or (t.kind == "text" and "." in t.text) for t in given):
        if "um" not in "".join(t.text for t in given):
            return given
    result: list[Token] = []
    k = 0
    while k < len(given):
        name, after = _head(given, k)
        closing = _closing(given, after) if name and after < len(given) and given[after].text == "(" else None
        if closing is None:
            result.append(given[k])
            k += 1
            continue
        inside, keywords = _without_keywords(given[after + 1 : closing])
        call = _call(name, keywords)
        if call is None:
            result.append(given[k])
            k += 1
            continue
        result.append(Token("numpy", ":".join(call), given[k].at))
        result += [given[after], *with_numpy_names(inside), given[closing]]
        k = closing + 1
    return result


def _call(name: str, keywords: Sequence[str]) -> tuple[str, ...] | None:
    """The name and the keywords of a call; None for a sum of no module that names no axis."""
    if name == "rows":
        return None if keywords else _SUM_OF_ROWS
    if name != "plain":
        return name, *keywords
    names_axis = any(k.startswith("axis=") for k in keywords)
    return ("sum", *dict.fromkeys((*keywords, "keepdims=True"))) if names_axis else None


def _head(given: Sequence[Token], k: int) -> tuple[str, int]:
    """The name of the function that ``np.name`` calls, and the place after it; no name for anything else."""
    t = given[k]
    if t.kind == "text":
        command, _, words = t.text.partition(":")
        return (_called(words.strip()), k + 1) if command in _IN_WORDS else ("", k + 1)
    if t.text in _FACES and k + 1 < len(given) and given[k + 1].text == "{":
        end = next((j for j in range(k + 2, len(given)) if given[j].text == "}"), len(given))
        return _called("".join(x.text for x in given[k + 2 : end])), end + 1
    if t.kind != "letter" or (k and given[k - 1].kind == "letter" and given[k - 1].at == t.at - 1):
        return "", k + 1
    end = k
    while end < len(given) and (given[end].kind == "letter" or given[end].text == "."):
        end += 1
    return _called("".join(x.text for x in given[k:end])), end


def _called(words: str) -> str:
    if words in _ROW_SUMS:
        return "rows"
    if words == "sum":
        return "plain"
    module, _, name = words.partition(".")
    return name if module in _MODULES and name in _CALLS else ""


def _closing(given: Sequence[Token], opening: int) -> int | None:
    depth = 0
    for k in range(opening, len(given)):
        depth += (given[k].text == "(") - (given[k].text == ")")
        if not depth:
            return k
    return None


def _without_keywords(inside: list[Token]) -> tuple[list[Token], list[str]]:
    """The arguments without ``axis=1`` and ``keepdims=True``, and those as words."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for t in inside:
        depth += (t.text in "([{") - (t.text in ")]}")
        if t.text == "," and not depth:
            parts.append([])
        parts[-1].append(t)
    kept, keywords = list[Token](), list[str]()
    for part in parts:
        words = "".join(t.text.partition(":")[2] if t.kind == "text" else t.text for t in part)
        name, equals, value = words.lstrip(",").replace(" ", "").replace("{=}", "=").partition("=")
        if equals and name in _KEYWORDS:
            keywords.append(f"{_KEYWORDS[name]}={_LAST if value == '-1' else value}")
        else:
            kept += part
    return kept, keywords
