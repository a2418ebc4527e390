"""Documents that declare no shapes: other numbers of axes are tried where the usual ones do not conform.

In ``z = w^\\top x + b`` the letter b is a number, in ``z = W x + b`` a vector; nobody says which. What people mean by
such a letter comes first; while a definition does not conform, one letter after another is read as a number or a
vector, as long as that makes more of the document conform. Values decide nothing here, shapes alone do, and a claim
that does not conform is no reason: to read it as it does would be to mend it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.inference import one_alone
from symbackprop.claims.latex.documents.parts import Split, joined, loses_words, splits
from symbackprop.claims.latex.documents.ranks import are_all_numbers
from symbackprop.claims.latex.documents.reading import read
from symbackprop.claims.latex.meaning.layers import instantiate
from symbackprop.claims.latex.meaning.options import DEFAULT, Options
from symbackprop.claims.latex.meaning.scope import (
    LAYER_ROWS,
    ONE_OUTPUT,
    ROWS,
    SUMMED,
    UNITS_FIRST,
    WITHOUT_WORDS,
    Local,
)
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Relation, walk
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.claims.latex.verdicts.sides import elaborated
from symbackprop.claims.latex.verdicts.turned_entries import turn_entries
from symbackprop.claims.latex.verdicts.unread_paths import differentiated
from symbackprop.claims.stopping import Stopped, stopping
from symbackprop.equations import Formula
from symbackprop.errors import SymbackpropError

_SECONDS = 4.0
_MOST_SPLITS = 3  # that are tried
_INPUT = "~input"  # of a net with layers: a batch
_OTHER = {0: (1,), 1: (0,), 2: (0,)}


def read_conforming(
    found: Sequence[Statement], text: str, judge: Callable[..., Any], given: Formula | None = None
) -> Document:
    """The document in the reading in which most of it conforms; the usual one where that is as good."""
    deadline = time.process_time() + _SECONDS
    whole = read(found, text, judge, given=given)
    if given is None and not any(s.at < 0 for s in found):
        return _in_parts(whole, found, text, judge, deadline)
    return _conforming(whole, lambda tried: read(found, text, judge, tried, given), deadline)


def _in_parts(
    whole: Document, found: Sequence[Statement], text: str, judge: Callable[..., Any], deadline: float
) -> Document:
    """The document, or its parts where each is read by itself."""
    parts = None
    with suppress(Stopped), stopping(max(0.0, deadline - time.process_time())):
        parts = _parts(whole, found, text, judge)
    if parts is None:
        return _conforming(whole, lambda tried: read(found, text, judge, tried), deadline)
    split, first, second = parts
    before = _conforming(first, lambda tried: read(split.before, split.texts[0], judge, tried), deadline)
    return joined(before, _in_parts(second, split.after, split.texts[1], judge, deadline), split)


def _conforming(best: Document, attempted: Callable[[dict[str, int]], Document], deadline: float) -> Document:
    try:
        with stopping(max(0.0, deadline - time.process_time())):
            for better in _better(best, attempted, deadline):
                best = better
    except Stopped:
        pass  # the best so far
    turn_entries(best)
    return best


def _parts(
    whole: Document, found: Sequence[Statement], text: str, judge: Callable[..., Any]
) -> tuple[Split, Document, Document] | None:
    """A document as two of which more is read than of the whole, or of which words say that one is of numbers."""
    unread, numbers = _definitions_unread(whole), are_all_numbers(found)
    for split in islice(splits(found, text), _MOST_SPLITS):
        said = not numbers and are_all_numbers(split.before) != are_all_numbers(split.after)
        first = read(split.before, split.texts[0], judge) if unread or said else None
        if first is None or loses_words(split, first) or _definitions_unread(first) >= unread + said:
            continue
        second = read(split.after, split.texts[1], judge)
        if _definitions_unread(first) + _definitions_unread(second) < unread + said:
            return split, first, second
    return None


def _definitions_unread(document: Document) -> int:
    return sum(d["verdict"] == "unread" for d in document.definitions)


def _better(best: Document, attempted: Callable[[dict[str, int]], Document], deadline: float) -> Iterator[Document]:
    """Readings of which each conforms more than the one before."""
    failures, tried = _failures(best), dict[str, int]()
    while any(failures) and time.process_time() < deadline:
        step, unread = None, failures[0]
        for base, rank in dict.fromkeys(_changes(best)):
            if step == (SUMMED, 0) and not any(failures) and (rank or base.startswith("~")):
                continue  # no letter as a number
            attempt = attempted({**tried, base: rank})
            count = _failures(attempt)
            # A layer's definition shows its shapes in claims alone. Else a definition must fail: a claim may be wrong.
            last_resort = step is not None and step[0] == SUMMED  # a number is meant before a sum
            before = unread if last_resort else failures[0]
            helps = base == _INPUT or (before and count[0] <= before)
            if base in (ROWS, LAYER_ROWS):  # nothing but definitions may say so
                helps = count[0] + _layers_unread(attempt) < failures[0] + _layers_unread(best)
            if helps and sum(count) < sum(failures) + last_resort:
                step, failures, best = (base, rank), count, attempt
                yield best
                if base == UNITS_FIRST:
                    break  # all else is tried with it
            done = not any(failures) and step != (SUMMED, 0)
            if done or time.process_time() > deadline:
                break
        if step is None:
            break
        tried[step[0]] = step[1]


def _changes(document: Document) -> Iterator[tuple[str, int]]:
    """What is only guessed, each with what else it could be: how the document writes, and the axes of its letters."""
    if SUMMED not in document.scope.tried and (_vector_costs(document) or _is_cost_unread(document)):
        yield SUMMED, 0
    if UNITS_FIRST in document.scope.tried:
        yield from _changes_of_letters(document)
    yield from _changes_of_ways(document)
    if UNITS_FIRST not in document.scope.tried:
        yield from _changes_of_letters(document)
    if document.scope.labelled and ONE_OUTPUT not in document.scope.tried:
        yield ONE_OUTPUT, 0  # a layer of one unit is the last thing that people mean


def _changes_of_ways(document: Document) -> Iterator[tuple[str, int]]:
    families = document.scope.families
    ways = [(ROWS, 1), (LAYER_ROWS, 1), (_INPUT, 2)] if families or document.scope.ranks else [(ROWS, 1)]
    if any(base.rpartition(" ")[2].isupper() for base in families):
        ways.reverse()  # Z and A are batches, z and a are vectors
    if document.scope.batches or document.scope.batch_net:
        ways.insert(0, (ONE_OUTPUT, 0))
    if document.late:
        ways.insert(0, (UNITS_FIRST, 1))
    if document.shaped:
        ways.append((WITHOUT_WORDS, 1))
    for way, rank in ways:
        if way not in document.scope.tried and (document.scope.ranks or way != _INPUT):
            yield way, rank


def _changes_of_letters(document: Document) -> Iterator[tuple[str, int]]:
    symbols = list(document.scope.symbols.values())
    guessed = [s.key[0] for s in symbols if s.guessed and s.shape]
    for symbol in symbols:
        if symbol.how == "by use" and symbol.indexed and symbol.shape:
            yield symbol.key[0], len(symbol.shape) + 1
        elif symbol.guessed and (symbol.shape or UNITS_FIRST not in document.scope.tried):
            if guessed.count(symbol.key[0]) > 1 and symbol.key[2] and len(symbol.shape) == 1:
                yield one_alone(symbol.key), 0  # b^{[2]} of a net with one output
            rank = len(symbol.shape) - (symbol.step is not None)
            for other in _OTHER.get(rank, ()):
                yield symbol.key[0], other


def _failures(document: Document) -> tuple[int, int]:
    """How many definitions, and how many claims, cannot be read, most of them because shapes do not agree.

    Derivative symbols stay names, which has their shapes at once; a vector of which gradients are taken counts too.
    """
    definitions = _definitions_unread(document) + _vector_costs(document)
    return definitions, sum(not _conforms(document, claim) for claim in document.claims if claim.error is None)


def _conforms(document: Document, claim: Pending) -> bool:
    """Whether both sides can be read; beside a cost that is summed over units, for each unit alone too."""
    for options in (DEFAULT, Options(by_units=True)) if document.scope.summed else (DEFAULT,):
        with suppress(Exception):  # a fault of ours is named where the claim is judged
            elaborated(document, claim, options, echo=True)
            return True
    return False


def _layers_unread(document: Document) -> int:
    """How many definitions of a layer do not conform: what they say is looked at where a claim asks for a layer."""
    count = 0
    for base, family in document.scope.families.items():
        if family.node is not None:
            el = document.elaborator()
            el.scope, el.claiming = el.scope.copy(), True
            try:
                instantiate(el, base, family.letter, Local())
            except (SymbackpropError, RecursionError):
                count += 1
    return count


def _is_cost_unread(document: Document) -> bool:
    """Whether the definition of a cost is not read."""
    unread = (d["statement"].node for d in document.definitions if d["verdict"] == "unread")
    lefts = (node.items[0] for node in unread if isinstance(node, Relation))
    return any(isinstance(n, Letter) and n.name in COSTS for left in lefts for n in walk(left))


def _vector_costs(document: Document) -> int:
    """1 where the last thing defined is a vector whose derivatives claims are about: a cost is a number."""
    read = {r for e in document.scope.equations.values() for r in e.reads}
    ends = [e for e in document.scope.equations.values() if e.name not in read]
    if not ends or not ends[-1].slots:
        return 0
    names = [s.key[0] for s in document.scope.symbols.values() if s.name == ends[-1].name]
    taken = {pair for c in document.claims for n in walk(c.left) for pair in differentiated(n)}
    if any(of in names for of, _ in taken):
        return 1
    by = {x for _, x in taken}  # dC = ... is an upstream
    return int(any(of is None for of, _ in taken) and any(x in COSTS and x not in by for x in names))
