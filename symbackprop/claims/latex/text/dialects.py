"""How the programs that set Markdown, and people in a hurry, write what LaTeX writes otherwise: put into plain LaTeX.

A command of such a program is read only where the document does not define one of that name; a box around a formula is
taken off, and the full stop inside it; terms that are struck out with their signs stay the terms that they are;
``^\\circ`` after a number is a degree; what ``\\substack`` sets below a sum stands there beside one another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbackprop.claims.latex.text.occurrences import extent, occurrences
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import PRODUCTS, RELATIONS

_SYNONYMS = {
    "\\part": "\\partial", "\\bold": "\\mathbf", "\\isin": "\\in", "\\infin": "\\infty", "\\sdot": "\\cdot",
    "\\larr": "\\leftarrow", "\\rarr": "\\to", "\\lang": "\\langle", "\\rang": "\\rangle", "\\textbf": "\\mathbf",
    "\\longleftarrow": "\\leftarrow", "\\newline": "\\\\", "\\circledcirc": "\\odot",
    "\\texttt": "\\mathtt",
}  # fmt: skip
_SPACES = frozenset(("\\space", "\\nobreakspace", "\\enskip", "\\enspace", "\\hskip"))
_LOADING = ("\\require",)
_BOXES = ("\\boxed", "\\fbox")
_STACKS = ("\\substack",)
_STRUCK_OUT = ("\\cancel", "\\bcancel", "\\xcancel")
_STOPS = (".", ",", ";")
_GLUED = ("log", "exp", "tanh")
_LONGEST_NAME = 24  # of an environment


def in_plain_latex(given: list[Token]) -> list[Token]:
    """The tokens with what a dialect says in plain LaTeX.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [t.text for t in in_plain_latex(tokens(r"\\boxed{\\part C = a\\space b.}"))]
    ['\\\\partial', 'C', '=', 'a', 'b']
    """
    result: list[Token] = []
    k = 0
    while k < len(given):
        t = given[k]
        if t.text in _LOADING:
            k = extent(given, k + 1)
        elif t.text in _SPACES:
            k += 1
        elif t.text in _BOXES and k + 1 < len(given) and given[k + 1].text == "{":
            end = extent(given, k + 1)
            inside = in_plain_latex(given[k + 2 : end - 1])
            while inside and inside[-1].text in _STOPS:
                inside.pop()
            result += inside if _is_formula(inside) else [t, given[k + 1], *inside, given[end - 1]]
            k = end
        elif t.text in _STACKS and [x.text for x in given[k + 1 : k + 2]] == ["{"]:
            end = extent(given, k + 1)
            inside = in_plain_latex(given[k + 2 : end - 1])
            result += [replace(x, text=",", kind="sign") if x.text == "\\\\" else x for x in inside]
            k = end
        elif t.text in _STRUCK_OUT and [x.text for x in given[k + 1 : k + 2]] == ["{"]:
            end = extent(given, k + 1)
            inside = in_plain_latex(given[k + 2 : end - 1])
            result += inside if inside and inside[0].text in ("+", "-") else [given[k + 1], *inside, given[end - 1]]
            k = end
        elif _is_empty_group(given, k):
            k += 2
        elif t.text == "{" and (closing := _end_of_environment(given, k)) is not None:
            result += in_plain_latex(given[k + 1 : closing])
            k = closing + 1
        elif t.text == "^" and result and result[-1].kind == "number" and _is_degree(given, k + 1):
            k = extent(given, k + 1)
        else:
            result.append(replace(t, text=_SYNONYMS[t.text]) if t.kind == "cmd" and t.text in _SYNONYMS else t)
            k += 1
    return result


def with_sums_by_letter(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The letter Σ as the sign of a sum, where it counts wherever it stands: ``\\Sigma_{i=1}^n x``, ``\\Sigma_j w_j``.

    A document with a Σ that is transposed, inverted, set equal to something or alone has a symbol of that name.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [with_sums_by_letter([tokens(x)])[0][0].text for x in (r"\\Sigma_j w_j", r"\\Sigma_j w")]
    ['\\\\sum', '\\\\Sigma']
    """
    places = [(given, k) for given in found for k, t in enumerate(given) if t.text == "\\Sigma"]
    if not places or not all(_counts(given, k) for given, k in places):
        return list(found)
    return [[replace(t, text="\\sum", kind="cmd") if t.text == "\\Sigma" else t for t in given] for given in found]


def _counts(given: Sequence[Token], k: int) -> bool:
    """Whether an index below the letter at k begins with a number, or stands below something that follows."""
    end = extent(given, k + 2)
    if [t.text for t in given[k + 1 : k + 2]] != ["_"]:
        return False
    below = [t.text for t in given[k + 2 : end] if t.text not in ("{", "}")]
    if below[1:2] == ["="]:
        return True
    following = [t.text for t in given[end : end + 1]]
    subscripts = (j for j in range(end, len(given)) if given[j].text == "_")
    later = {t.text for j in subscripts for t in given[j + 1 : extent(given, j + 1)]}
    return (
        len(below) == 1 and following not in (["^"], []) and not {*following} & RELATIONS.keys() and below[0] in later
    )


def _is_formula(given: Sequence[Token]) -> bool:
    """Whether a relation stands outside of all brackets, so that nothing binds what stands beside."""
    depth = 0
    for t in given:
        depth += (t.text in ("{", "(", "[")) - (t.text in ("}", ")", "]"))
        if not depth and t.text in RELATIONS:
            return True
    return False


def _is_empty_group(given: Sequence[Token], k: int) -> bool:
    """``{}`` after a sign, as in ``\\cdot{}``: it spaces."""
    around = [t.text for t in given[k : k + 3]]
    spacing = k > 0 and (given[k - 1].text in RELATIONS or given[k - 1].text in PRODUCTS)
    return around[:2] == ["{", "}"] and spacing and around[2:] not in (["^"], ["_"])


def _end_of_environment(given: Sequence[Token], k: int) -> int | None:
    """Where the braces close that open at k and hold one environment, without others in it, and nothing else.

    What is looked at ends with the next environment, so that all braces together take linear time.
    """
    if [t.text for t in given[k + 1 : k + 2]] != ["\\begin"]:
        return None
    marks = (j for j in range(k + 2, len(given)) if given[j].text in ("\\begin", "\\end"))
    end = next(marks, None)
    if end is None or given[end].text != "\\end":
        return None
    texts = [t.text for t in given[end + 1 : end + _LONGEST_NAME]]
    closing = texts.index("}") if "}" in texts else len(texts)
    return end + closing + 2 if texts[closing : closing + 2] == ["}", "}"] else None


def _is_degree(given: Sequence[Token], k: int) -> bool:
    return [t.text for t in given[k : extent(given, k)] if t.text not in ("{", "}")] == ["\\circ"]


def with_split_functions(found: Sequence[list[Token]]) -> list[list[Token]]:
    """``y log\\hat y`` and ``ylogp`` with log as the function, where l, o and g do not all stand alone as symbols."""
    alone = {o.letter for given in found for o in occurrences(given) if not o.script and not _beside(given, o.k)}
    return [list(_split(given, alone)) for given in found]


def _beside(given: Sequence[Token], k: int) -> bool:
    """Whether another letter stands directly beside."""
    return any(_directly(given, j) for j in (k, k + 1))


def _directly(given: Sequence[Token], k: int) -> bool:
    if not 0 < k < len(given):
        return False
    return given[k - 1].kind == given[k].kind == "letter" and given[k].at - given[k - 1].at == 1


def _split(given: list[Token], alone: set[str]) -> Iterator[Token]:
    k = 0
    while k < len(given):
        end = k + 1
        while given[k].kind == "letter" and _directly(given, end):
            end += 1
        run = "".join(t.text for t in given[k:end]) if given[k].kind == "letter" else ""
        word = next((w for w in _GLUED if w in run and len(run) - len(w) <= 2 and not alone.issuperset(w)), None)
        if word is None or not _is_called(given, run, word, end):
            yield from given[k:end]
        else:
            start = k + run.index(word)
            yield from given[k:start]
            yield Token("text", f"operatorname:{word}", given[start].at)
            yield from given[start + len(word) : end]
        k = end


def _is_called(given: Sequence[Token], run: str, word: str, end: int) -> bool:
    """Whether at most one letter stands on either side, and something follows that the function may take."""
    before, _, after = run.partition(word)
    if len(before) > 1 or len(after) > 1:
        return False
    follower = given[end].text if end < len(given) else ""
    return bool(after) or follower in ("(", "[", "\\{", "|") or follower.startswith("\\hat") or follower == "\\bar"
