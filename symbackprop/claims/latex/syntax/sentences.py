"""Where the sentence in which a formula stands begins, and how far what it says reaches."""

import re
from collections.abc import Sequence

from symbackprop.claims.latex.syntax.statements import Statement

_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|\n\s*\n|\n\s*#")
_BEGINNING = re.compile(r"\s*[^\W\d_a-zà-ÿ]\w*")
_HEADING = re.compile(r"(?m)^\s*#|\\(?:sub)*section|\\begin\{(?:theorem|lemma|example|problem)")


def start_of(found: Sequence[Statement], k: int) -> int:
    """Where the sentence begins in which a formula stands: the place of its first formula."""
    while k and not _SENTENCE_END.search(found[k].before) and not _BEGINNING.match(found[k].before):
        k -= 1
    return found[k].at


def end_of(found: Sequence[Statement], k: int, limited: bool, conditional: bool) -> int:
    """The last place for which it holds: to the end; to a heading where limited; for a sentence where conditional."""
    previous = found[k]
    for s in found[k + 1 :]:
        if limited and _HEADING.search(s.before):
            break
        words = s.before.strip()
        anew = not previous.inline and s.display != previous.display and _BEGINNING.match(words)
        if conditional and (_SENTENCE_END.search(words) or anew):
            break
        previous = s
    return previous.tokens[-1].at
