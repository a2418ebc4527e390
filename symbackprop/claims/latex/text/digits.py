"""``i1`` beside ``i_1``: a digit right after a letter, where the document writes the same digit below that letter.

Nobody writes a number after the letter that it multiplies.
"""

from collections.abc import Sequence
from dataclasses import replace

from symbackprop.claims.latex.text.tokens import Token


def with_digits_below(lexed: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens with a ``_`` before such digits.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [t.text for t in with_digits_below([tokens("i_1 = 2"), tokens("w i1 + x1")])[1]]
    ['w', 'i', '_', '1', '+', 'x', '1']
    """
    written = {pair for given in lexed for pair in _below(given)}
    return [_changed(given, written) for given in lexed]


def _below(given: list[Token]) -> list[tuple[str, str]]:
    found = []
    for k, t in enumerate(given[:-2]):
        if t.kind == "letter" and given[k + 1].text == "_":
            inner = given[k + 3] if given[k + 2].text == "{" and k + 4 < len(given) else given[k + 2]
            closed = inner is given[k + 2] or given[k + 4].text == "}"
            if inner.kind == "number" and closed:
                found.append((t.text, inner.text))
    return found


def _changed(given: list[Token], written: set[tuple[str, str]]) -> list[Token]:
    result: list[Token] = []
    scripts: list[bool] = []  # of the braces that are open, whether they are those of a script
    for k, t in enumerate(given):
        before = given[k - 1] if k else None
        if t.text == "{":
            scripts.append(before is not None and before.text in ("_", "^"))
        elif t.text == "}" and scripts:
            scripts.pop()
        elif t.kind == "number" and before is not None and (before.text, t.text) in written and not any(scripts):
            beside = before.kind == "letter" and before.at + 1 == t.at
            raised = k > 1 and given[k - 2].text in ("_", "^")
            part_of_word = k > 1 and given[k - 2].kind == "letter" and given[k - 2].at + 1 == before.at
            if beside and not raised and not part_of_word:
                result.append(replace(t, kind="sign", text="_"))
        result.append(t)
    return result
