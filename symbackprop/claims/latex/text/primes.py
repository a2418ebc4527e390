r"""``c' = f \odot c + i \odot g``: a prime that makes another symbol of a letter, and is no derivative.

That it is one, the document shows: it defines or declares the letter with the prime, declares the letter without it
and never defines that one (what is given has no derivative), and neither is applied to anything. So it is with two
inputs that one list declares, ``x, x' \in \mathbb{R}^d``.
"""

from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.text.tokens import Token

PRIMED = "primed"  # the kind of a token that is such a prime
_EDGES = frozenset(("", "&", "\\\\", "\\quad", "\\qquad", ",", ";"))
_STATES = frozenset(("=", ":=", "\\in", "\\coloneqq"))
_OPENING = frozenset(("(", "[", "\\{"))


def with_primed_symbols(lexed: Sequence[list[Token]]) -> list[list[Token]]:
    r"""The tokens with such primes told from derivatives.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [t.kind for t in with_primed_symbols([tokens(r"c, f \in R"), tokens("c' = f c")])[1]]
    ['letter', 'primed', 'sign', 'letter', 'letter']
    """
    stated, primed, applied = set[str](), set[str](), set[str]()
    for given in lexed:
        for letter, has_prime, follower in _heads(given):
            if follower != "\\in" or has_prime:
                (primed if has_prime else stated).add(letter)
        applied.update(_applied(given))
    declared = {x for given in lexed for x in _declared(given)}
    primed |= {x for x, has_prime in declared if has_prime}
    found = (primed & {x for x, has_prime in declared if not has_prime}) - stated - applied
    return [_marked(given, found) for given in lexed] if found else list(lexed)


def _heads(given: Sequence[Token]) -> Iterator[tuple[str, bool, str]]:
    """Letters that begin a formula and are defined or declared: whether with a prime, and by which sign."""
    for k, t in enumerate(given):
        before = given[k - 1] if k else None
        if t.kind != "letter" or not (before is None or before.kind == "text" or before.text in _EDGES):
            continue
        end = k + 1 + _has_prime(given, k)
        while end < len(given) and given[end].text == "&":
            end += 1
        follower = given[end].text if end < len(given) else ""
        if follower in _STATES:
            yield t.text, _has_prime(given, k), follower


def _declared(given: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    """The letters of the lists that stand before an ``\\in``, and whether they have a prime there."""
    for k, t in enumerate(given):
        j = k - 1 if t.text == "\\in" else -1
        while j >= 0:
            has_prime = given[j].text == "'"
            j -= has_prime
            if j < 0 or given[j].kind != "letter":
                break
            yield given[j].text, has_prime
            j -= 2 if j and given[j - 1].text == "," else len(given)


def _applied(given: Sequence[Token]) -> Iterator[str]:
    for k, t in enumerate(given):
        end = k + 1 + _has_prime(given, k)
        if t.kind == "letter" and end < len(given) and given[end].text in _OPENING and _has_prime(given, k):
            yield t.text


def _has_prime(given: Sequence[Token], k: int) -> bool:
    """Whether one prime follows the letter at k."""
    texts = [t.text for t in given[k + 1 : k + 3]]
    return texts[:1] == ["'"] and texts[1:] != ["'"]


def _marked(given: list[Token], found: set[str]) -> list[Token]:
    result = list(given)
    for k, t in enumerate(given):
        if t.kind == "letter" and t.text in found and _has_prime(given, k):
            prime = given[k + 1]
            result[k + 1] = Token(PRIMED, prime.text, prime.at)
    return result
