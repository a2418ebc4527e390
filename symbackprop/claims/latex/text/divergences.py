r"""``D(p \| q)``: the bars between two distributions part arguments, as a comma does.

So they do where one such sign stands alone inside of round brackets: those of a norm come in pairs.
"""

from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.text.tokens import Token

_BARS = ("\\|", "\\Vert", "\\parallel")


def with_divergences(given: Sequence[Token]) -> list[Token]:
    r"""The tokens, such bars as commas.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [t.text for t in with_divergences(tokens(r"D(p \| q)"))]
    ['D', '(', 'p', ',', 'q', ')']
    """
    parting = {k for group in _groups(given) if (k := _alone(given, group)) is not None}
    doubled = {k + 1 for k in parting if given[k].text == "|"}
    parted = [Token("sign", ",", t.at) if k in parting else t for k, t in enumerate(given)]
    return [t for k, t in enumerate(parted) if k not in doubled]


def _groups(given: Sequence[Token]) -> Iterator[list[int]]:
    """The places of what stands directly inside of each pair of round brackets."""
    opened: list[list[int]] = []
    for k, t in enumerate(given):
        if t.text == "(":
            opened.append([])
        elif t.text == ")" and opened:
            yield opened.pop()
        elif opened:
            opened[-1].append(k)


def _alone(given: Sequence[Token], group: list[int]) -> int | None:
    """Where the only bars of a group are, between other things."""
    bars = [k for k in group if given[k].text in _BARS]
    single = [k for k in group if given[k].text == "|"]
    if len(single) == 2 and single[1] == single[0] + 1:
        bars.append(single[0])
    elif single:
        return None
    return bars[0] if len(bars) == 1 and bars[0] not in (group[0], group[-1]) else None
