"""Names of several letters in plain italics: ``net_{h1}``, ``loss``, ``\\frac{\\partial E}{\\partial out}``.

Letters directly beside one another are a product, unless the document makes clear that they are a name: a word of the
field, or a run of letters that is differentiated by or declared (which no product can be), or one that carries a
subscript or is defined, none of whose letters stands alone as a symbol. The decision is one for the whole document.
Where the letters of such a word all stand alone too, it could be either, and is refused.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symbackprop.claims.latex.text.occurrences import (
    BOLD,
    FACES,
    closing,
    extent,
    is_word,
    occurrences,
)
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import NAMED

WORDS = frozenset(
    "net out target total loss cost pred prod err error act score scores logit logits hidden input output label labels"
    " weight weights bias grad rate acc sum mean var std prob probs max min mse rmse mae sse rss bce nll lse kld obj"
    " loss pre post emb embed query key value true diff res tmp temp".split()
)
_SHORTEST = 3
_LONGEST_PRODUCT = 4
_NEAR = 60  # tokens: how far back the brace of a denominator is looked for
_SETTING = ("text:", "textrm:", "textit:", "textbf:", "textsf:", "mbox:", "hbox:")
_EDGES = ("", "&", "\\\\", "\\quad", "\\qquad", ",", ";")
_TIMES = ("\\cdot", "*", "\\times")
_WORD = re.compile(r"[^\W\d_]+\d*(?:[-_][^\W_]+)*")  # beta1, m-unbias
_BY_WORD, _STRONG, _WEAK, _CALLED = "word", "strong", "weak", "called"


@dataclass(frozen=True)
class Run:
    """Letters from token ``first`` up to ``end`` that stand directly beside one another."""

    first: int
    end: int
    text: str
    script: bool  # in a subscript or superscript


def with_names(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays, each name of several letters as one token; an unclear one as kind "unclear"."""
    found = [list(given) for given in found]
    runs = [list(_runs(given)) for given in found]
    alone = _alone(found, runs)
    found = [_bold_products(given, alone) for given in found]
    runs = [list(_runs(given)) for given in found]
    contexts: dict[str, set[str]] = {}
    for given, row in zip(found, runs, strict=True):
        for r in row:
            if not r.script:
                name = _without_d(r.text)
                contexts.setdefault(name, set()).update(_contexts(given, r, len(r.text) - len(name)))
    kinds = {name: _kind(name, seen, alone) for name, seen in contexts.items()}
    for name in [n for n, kind in kinds.items() if not kind]:
        kinds[name] = _by_its_looks(name, kinds, alone)
    joined = [_joined(given, row, kinds) for given, row in zip(found, runs, strict=True)]
    words = {t.text.partition(":")[2].strip() for given in joined for k, t in enumerate(given) if _is_name(given, k)}
    scripts = [_script_places(g) for g in joined]
    return [
        [_as_letter(t, words, k in s, _power_of_word(g, k, words)) for k, t in enumerate(g)]
        for g, s in zip(joined, scripts, strict=True)
    ]


def _runs(given: Sequence[Token]) -> Iterator[Run]:
    """The runs of two letters or more, outside of groups that are words already or no mathematics."""
    scripts = _script_places(given)
    k = 0
    while k < len(given):
        t = given[k]
        if t.text in ("\\begin", "\\end", "\\operatorname") or (t.text in FACES and is_word(given, k + 1)):
            k = extent(given, k + 1)
            if t.text == "\\begin" and given[k - 2].text == "y" and k < len(given) and given[k].text == "{":
                k = extent(given, k)
            continue
        if t.kind != "letter":
            k += 1
            continue
        end = k + 1
        while end < len(given) and given[end].kind == "letter" and given[end].at - given[end - 1].at <= 1:
            end += 1
        if end - k > 1 and not (k and given[k - 1].text in FACES):
            yield Run(k, end, "".join(x.text for x in given[k:end]), k in scripts)
        k = end


def _script_places(given: Sequence[Token]) -> set[int]:
    return {
        j
        for k, t in enumerate(given)
        if t.text in ("_", "^")
        for j in range(k + 1, min(extent(given, k + 1), len(given)))
    }


def _alone(found: Sequence[Sequence[Token]], runs: Sequence[Sequence[Run]]) -> set[str]:
    """The letters that stand alone as symbols; those of a product of two letters are among them, not of ``tr(A)``."""
    letters: set[str] = set()
    for given, row in zip(found, runs, strict=True):
        called = [r for r in row if _calls(r.text, "".join(_after(given, r.end))) or _is_called(given, r)]
        long = [r for r in row if r.end - r.first >= _SHORTEST or r in called]
        inside = {k for r in long for k in range(r.first, r.end)}
        inside |= {r.first for r in row if r.text[0] == "d" and r.first not in inside}
        letters |= {o.letter for o in occurrences(given) if not o.script and o.k not in inside}
    return letters


def _after(given: Sequence[Token], k: int) -> Iterator[str]:
    """The token at a place, where there is one."""
    yield from (t.text for t in given[k : k + 1])


def _without_d(text: str) -> str:
    """What follows the d of a differential: ``dloss`` is d and a word, ``dxdy`` is none."""
    rest = text[1:]
    return rest if text[0] == "d" and rest.lower() in WORDS else text


def _contexts(given: Sequence[Token], r: Run, skipped: int) -> Iterator[str]:
    """What speaks for a name where the run stands."""
    before = given[r.first - 1].text if r.first else ""
    after = given[r.end].text if r.end < len(given) else ""
    if _calls(r.text, after):
        yield "function"
    if _is_called(given, r):
        yield _CALLED
    past = r.end
    while past < len(given) and given[past].text in ("_", "^"):
        past = extent(given, past + 1)
    following = given[past].text if past < len(given) else ""
    if (before == "\\partial" or skipped) and following in ("}", "\\partial", "d", ""):
        yield _STRONG if _is_denominator(given, r.first) else _WEAK
    if before in _EDGES and following == "\\in":
        yield _STRONG
    if after == "_" and before != "d":
        yield _WEAK
    if before in _EDGES:
        if following == "(":
            following = _after_brackets(given, past)
        elif following == "&" and past + 1 < len(given):
            following = given[past + 1].text
        if following in ("=", ":", ":=", "\\coloneqq"):
            yield _WEAK


def _is_called(given: Sequence[Token], r: Run) -> bool:
    """Whether brackets with several things follow capitals, ``CE(y, \\hat y)``: no product has such a factor."""
    nesting = 0
    if not r.text[0].isupper() or not (r.text.isupper() or len(r.text) > _LONGEST_PRODUCT):
        return False
    for t in given[r.end :]:
        nesting += (t.text in ("(", "{", "[")) - (t.text in (")", "}", "]"))
        if nesting < 1 or (t.text == "," and nesting == 1):
            return nesting == 1
    return False


def _calls(name: str, after: str) -> bool:
    """Whether a name of the table of functions stands before brackets, or before the base or bound that it takes."""
    known = name in NAMED or (len(name) > _SHORTEST and name.lower() in NAMED)  # ReLU, Softmax
    return known and (after in ("(", "[", "\\{", "|") or (after == "_" and name in ("log", "max", "min")))


def _is_denominator(given: Sequence[Token], k: int) -> bool:
    """Whether the group around k is the second of a fraction, or a slash stands before the ∂."""
    start = max(0, k - _NEAR)
    while k > start and given[k].text != "{":
        if given[k].text == "/":
            return True
        k -= 1
    return k > 0 and given[k - 1].text == "}"


def _after_brackets(given: Sequence[Token], k: int) -> str:
    depth = 0
    while k < len(given):
        depth += (given[k].text == "(") - (given[k].text == ")")
        k += 1
        if depth == 0:
            break
    rest = [t.text for t in given[k : k + 2] if t.text != "&"]
    return rest[0] if rest else ""


def _kind(name: str, contexts: set[str], alone: set[str]) -> str:
    """ "name", "function", "unclear" or "" (a product)."""
    known = name.lower() in WORDS
    letters = [c in alone for c in name]
    what = "function" if "function" in contexts else "name"
    if what == "function" or known or _STRONG in contexts:
        if not all(letters):
            return what
        return "unclear" if len(name) >= _SHORTEST or what == "function" else ""
    if _CALLED in contexts and not all(letters):
        return "name"
    if _WEAK in contexts and len(name) >= _SHORTEST:
        if not any(letters):
            return "name"
        return "unclear" if len(name) > _SHORTEST and not all(letters) else ""
    return ""


def _by_its_looks(name: str, kinds: dict[str, str], alone: set[str]) -> str:
    """``Wxh`` beside the name ``Whh`` is a name too; a long run that no product would be is refused."""
    separate = all(c in alone for c in name)
    family = any(kind == "name" and (len(n), n[0]) == (len(name), name[0]) for n, kind in kinds.items())
    if name[0].isupper() and len(name) >= _SHORTEST and family:
        return "unclear" if separate else "name"
    looks_like_a_word = len(name) > _LONGEST_PRODUCT or (len(name) == _LONGEST_PRODUCT and "e" in name)
    return "unclear" if looks_like_a_word and not separate else ""


def _joined(given: list[Token], row: Sequence[Run], kinds: dict[str, str]) -> list[Token]:
    result: list[Token] = []
    k = 0
    for r in row:
        name = _without_d(r.text)
        start = r.end - len(name)
        kind = kinds.get(name, "")
        after = given[r.end].text if r.end < len(given) else ""
        if r.script:
            kind = "words" if r.text.lower() in WORDS else ""
        if not kind:
            continue
        result += given[k:start]
        at = given[start].at
        if kind == "function" and _calls(name, after):
            result.append(Token("text", f"operatorname:{name}", at))
        elif kind == "words":
            result.append(Token("text", f"mathrm:{name}", at))
        elif kind == "unclear":
            result.append(Token("unclear", f"{name}: one name, or a product of its letters", at))
        elif kind == "name" or name.lower() in WORDS:
            result.append(Token("letter", name, at))
        else:
            result += given[start : r.end]
        k = r.end
    return result + given[k:]


def _is_name(given: Sequence[Token], k: int) -> bool:
    """Whether the words at k are used as a symbol: with a subscript, after ∂, on the left of an equation."""
    t = given[k]
    word = t.text.partition(":")[2].strip()
    if t.kind != "text" or not _WORD.fullmatch(word) or word.lower() in NAMED or not t.text.startswith(_SETTING):
        return False
    before = given[k - 1].text if k else ""
    after = given[k + 1].text if k + 1 < len(given) else ""
    if before in _TIMES or after in _TIMES:
        return True
    return word.lower() in WORDS or after == "_" or before == "\\partial" or (before in _EDGES and after in ("=", "&="))


def _power_of_word(given: Sequence[Token], k: int, words: set[str]) -> str:
    """iter of ``\\text{beta1}^\\text{iter}``: the name of a power to which another name is raised; "" elsewhere."""
    start = k - 2 if k > 1 and given[k - 1].text == "{" else k - 1
    base = given[start - 1].text.partition(":")[2].strip() if start > 0 and given[start].text == "^" else ""
    word = given[k].text.partition(":")[2].strip()
    return word if base in words and _WORD.fullmatch(word) else ""


def _as_letter(t: Token, words: set[str], in_script: bool, power: str) -> Token:
    """Words that the document uses as a symbol, as one."""
    word = t.text.partition(":")[2].strip()
    if t.kind != "text" or not t.text.startswith(_SETTING) or not (word == power if in_script else word in words):
        return t
    return Token("letter", word, t.at)


def _bold_products(given: list[Token], alone: set[str]) -> list[Token]:
    """``\\mathbf{Wx}`` of letters that stand alone elsewhere: each of them in the font."""
    result: list[Token] = []
    k = 0
    while k < len(given):
        t = given[k]
        inside = given[k + 2 : closing(given, k + 1)] if FACES.get(t.text) == BOLD and is_word(given, k + 1) else []
        if inside and all(x.text in alone for x in inside) and "".join(x.text for x in inside) not in NAMED:
            for x in inside:
                result += [replace(t, at=x.at), x]
            k = extent(given, k + 1)
        else:
            result.append(t)
            k += 1
    return result
