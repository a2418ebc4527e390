"""``Case 2: i ≠ j`` in plain words: it restricts the display that follows, and nothing is refuted in its case.

How far such words reach is not written: to the next heading, to words of the same kind, or to the end. Words alone,
"When the hinge is active,", say of what follows them that it is about a case, up to the next sentence. A heading,
``**Case 2:** $i \\neq j$``, restricts all displays below it up to the next, or to words that put the cases together.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Apply, Group, Letter, Node, Number, Reduce, Relation, Script, walk

_IN_WORDS = re.compile(r"(?<![\w\\$^_{=])([i-nuvp-t])\s*(=|≠|!=)\s*([i-nuvp-t])(?![\w$^_}=])")
_ACTIVE = re.compile(
    r"(?<!\w)(?:when|whenever|if|where|for|in|si|se|cuando|quando|wenn|falls|lorsque|für|para|pour|dans|im|en|em)\b"
    r"[^.!?;]*\b(?:in)?(?:active|violated|satisfied|saturated|clipped|misclassified|activ[ao]|ativ[ao]|violad[ao]"
    r"|saturad[ao]|aktiv|verletzt|gesättigt|actif|violée?|saturée?"
    r"|(?:is|are|ist|est|es|é) (?:strictly |strikt |strictement )?(?:positive?|negative?|non-?zero|positiv[ao]"
    r"|negativ[ao]?|négative?|nicht null|non nulle?)(?! (?:semi-?)?(?:definite|definit|définie)))\b[^.!?;]*$",
    re.I,
)
_POSITIVE = re.compile(
    r"\b(?:loss|cost|hinge|triplet|margin|p[ée]rdida|coste|costo|perda|custo|perte|marge|Verlust|Kosten)\b[^.!?;]*"
    r"(?<!not )(?<!no )(?<!nicht )(?<!não )(?<!pas )\b(?:active|violated|(?:is|ist|est|es|é) (?:strictly )?(?:positive?"
    r"|positiv[ao]|non-?zero|non nulle?)|aktiv|verletzt|violad[ao]|activ[ao]|ativ[ao]|violée?)\b[^.!?;]*$",
    re.I,
)
_SENTENCE = re.compile(r"\w+(?:\s+[\w'-]+){3,}")
_ENDS = re.compile(r"(?m)^\s*#|\n\s*\n\s*(?:\*\*|__)|\\(?:sub)*(?:section|paragraph)")
_HEADING = re.compile(
    r"(?:^|\n)[ \t]*(?:#+[ \t]*(?:\*\*|__)?|\*\*|__|\\(?:sub)*(?:section|paragraph)\*?\{|\\textbf\{)[ \t]*"
    r"(?:case|caso?|fall|случай|випадок|경우|情况|情形|情況|場合|ケース)[ \t]*[\w.]*[ \t]*"
    r"[:.)–—-]?(?:\*\*|__)?[ \t]*\(?[ \t]*$",
    re.I,
)
_TOGETHER = re.compile(
    r"combin|jacobi|overall|\bfinal|\bfull\b"
    r"|\b(?:both|two|all|either) (?:of (?:the(?:se)? )?)?cases|together|general|summar|unif|compact|any \$"
    r"|zusammen|beide|insgesamt|les deux|résum|ambos|dos casos|dois casos|entramb|riassum|случая|обобщ|объедин|общ"
    r"|통합|종합|합치|결합|综上|合并|综合|总|まとめ|統合|一般",
    re.I,
)
_SIGNS = {"=": "=", "≠": "!=", "!=": "!="}


def in_words(found: Sequence[Statement]) -> tuple[dict[int, list[Relation]], list[tuple[int, int]]]:
    """What restricts each display, by its number, and the places between which a case holds.

    >>> _IN_WORDS.search("**Case 2: i ≠ j (different)**").groups()
    ('i', '≠', 'j')
    """
    restricting: dict[int, list[Relation]] = {}
    reaches: list[tuple[int, int]] = []
    for k, s in enumerate(found):
        said = list(_IN_WORDS.finditer(s.before))
        if not said and not s.inline and _ACTIVE.search(s.before):
            last = _last_without_words(found, k)
            reaches.append((s.at, last.tokens[-1].at))
            if _POSITIVE.search(s.before) and (cost := _positive_part(found[:k])) is not None:
                node = Relation(s.at, (cost, Number(s.at, Fraction(0))), (">",), (s.at,))
                for x in found[k : found.index(last) + 1]:
                    restricting.setdefault(x.display, []).append(node)
        if not said:
            continue
        first, sign, second = said[-1].groups()
        if first == second:
            continue
        node = Relation(s.at, (Letter(s.at, first), Letter(s.at, second)), (_SIGNS[sign],), (s.at,))
        if not s.inline and {first, second} <= {t.text for t in s.tokens}:
            restricting.setdefault(s.display, []).append(node)
        last = s
        for other in found[k + 1 :]:
            if _ENDS.search(other.before) or _IN_WORDS.search(other.before):
                break
            last = other
        reaches.append((s.at, last.tokens[-1].at))
    return restricting, reaches


def below_heading(found: Sequence[Statement], k: int, letters: set[str]) -> Iterator[int]:
    """The displays below a heading that names a case, which have its letters and do not sum over them, by number.

    >>> _HEADING.search("so.\\n\\n**Case 2: ") is not None, _HEADING.search("in the case ") is not None
    (True, False)
    """
    if not found[k].inline or _HEADING.search(found[k].before) is None:
        return
    for s in found[k + 1 :]:
        if _ENDS.search(s.before) or _TOGETHER.search(s.before) or _IN_WORDS.search(s.before):
            return
        if s.inline or not isinstance(s.node, Relation):
            continue
        below = (n.below for n in walk(s.node) if isinstance(n, Reduce) and n.below is not None)
        bound = {x.name for b in below for x in walk(b) if isinstance(x, Letter)}
        inside = {x.name for x in walk(s.node.items[0]) if isinstance(x, Letter)}
        if letters <= inside - bound:
            yield s.display


def _positive_part(found: Sequence[Statement]) -> Node | None:
    """L of ``L = \\max(0, u)``, where that is the last formula that defines; None where it is another."""
    for s in reversed(found):
        if (
            isinstance(s.node, Relation)
            and s.node.signs[0] in ("=", ":=")
            and isinstance(s.node.items[0], Letter | Script)
        ):
            part = s.node.items[1]
            inside = part.argument if isinstance(part, Apply) and part.name == "max" else None
            zero = isinstance(inside, Group) and any(isinstance(x, Number) and x.value == 0 for x in inside.items)
            return s.node.items[0] if zero else None
    return None


def _last_without_words(found: Sequence[Statement], k: int) -> Statement:
    """The last of the formulas from one on between which no sentence stands."""
    last = found[k]
    for other in found[k + 1 :]:
        if _SENTENCE.search(other.before) or _ENDS.search(other.before):
            break
        last = other
    return last
