"""One claim judged: both sides to index notation, every allowed reading tried, the engine asked.

A claim is proved if one reading that the notation allows makes it right (layout of Jacobians, partial or total where a
symbol has both); it is refuted only if all of them are.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from sympy import Expr, S

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.echo import text_of_sides
from symbackprop.claims.latex.documents.laws import as_law
from symbackprop.claims.latex.meaning.correlations import FULL, SWAPPED, VALID
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.generic_costs import WITH_OR_WITHOUT
from symbackprop.claims.latex.meaning.options import DEFAULT, Options, orders_of_hadamard
from symbackprop.claims.latex.meaning.reductions import counts_nothing
from symbackprop.claims.latex.meaning.values import Mismatch
from symbackprop.claims.latex.syntax.tree import Matrix, Reduce, walk
from symbackprop.claims.latex.verdicts.about import (
    guessed_names,
    has_rows,
    is_about_inputs_alone,
    is_of_vector,
    path_not_there,
    starred,
    transposes,
)
from symbackprop.claims.latex.verdicts.asking import ask
from symbackprop.claims.latex.verdicts.by_units import by_units, of_inner_products
from symbackprop.claims.latex.verdicts.diagnosis import diagnose, side_conditions, summed
from symbackprop.claims.latex.verdicts.doubts import ROW, with_doubts
from symbackprop.claims.latex.verdicts.further_down import of_any_value
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.over import in_another_part, in_new_example
from symbackprop.claims.latex.verdicts.own_shapes import with_own_shapes
from symbackprop.claims.latex.verdicts.sides import Sides, elaborated
from symbackprop.claims.latex.verdicts.stars import TURNED
from symbackprop.claims.latex.verdicts.stretches import asked
from symbackprop.errors import NotSupported, ReadError, SymbackpropError
from symbackprop.indices import Index
from symbackprop.proof.bounds import RELATIONS
from symbackprop.proof.judge import Verdict


def judged(document: Document, claim: Pending, deadline: float, mending: bool = True) -> Judgement:
    """The verdict on one claim; whatever cannot be read or decided is unread, with the reason.

    Without ``mending`` a refuted claim has no diagnosis yet: see ``mended``.
    """
    if claim.error is not None:
        return Judgement("unread", reason=_message(claim.error), error=claim.error)
    if claim.sign not in ("=", ":=", *RELATIONS):
        return Judgement("unread", reason=f"relations with {claim.sign} are not judged")
    look = partial(_first_look, document, deadline=deadline)
    j = in_another_part(claim, in_new_example(document, claim, look(claim), look), look)
    j = of_any_value(document, claim, j, look)
    return mended(document, claim, j, deadline) if mending else j


def _first_look(document: Document, claim: Pending, deadline: float) -> Judgement:
    return _guarded(lambda: with_doubts(document, claim, _judged(document, claim, deadline)))


def mended(document: Document, claim: Pending, j: Judgement, deadline: float) -> Judgement:
    """A judgement with, where it is refuted, the diagnosis and the assumptions that would make it right."""
    if j.verdict != "refuted" or j.sides is None or claim.sign in RELATIONS:
        return j  # shapes that do not fit were looked into at once: the verdict rests on what mends them
    if _free_alone(j):
        j.diagnosis = "missing_sum"
        return _guarded(lambda: with_doubts(document, claim, summed(document, claim, j, deadline)))
    return _guarded(lambda: with_doubts(document, claim, _diagnosed(document, claim, j, deadline)))


def _diagnosed(document: Document, claim: Pending, j: Judgement, deadline: float) -> Judgement:
    diagnose(document, claim, j, deadline)
    side_conditions(document, j, deadline)
    return j


def _guarded(work: Callable[[], Judgement]) -> Judgement:
    """What the work finds; whatever goes wrong in it is the reason why nothing is known."""
    try:
        return work()
    except RecursionError:
        return Judgement("unread", reason="nested too deep")
    except MemoryError:
        return Judgement("unread", reason="too large: it needs more memory than there is")
    except (ReadError, NotSupported) as e:
        return Judgement("unread", reason=_message(e), error=e)
    except SymbackpropError as e:
        return Judgement("unread", reason=_message(e), error=e)
    except Exception as e:  # a fault of ours must not take the other claims of a document with it
        return Judgement("unread", reason=f"a fault of symbackprop: {type(e).__name__}: {e}"[:300])


def _message(e: Exception) -> str:
    return str(getattr(e, "message", "") or e)


def _judged(document: Document, claim: Pending, deadline: float) -> Judgement:
    if is_about_inputs_alone(claim):
        return Judgement("unread", reason="a relation among inputs alone: neither a definition nor a claim about them")
    best: Judgement | None = None
    reading = _reading(document, claim)
    mismatch: Mismatch | None = None
    tried: set[Options] = set()
    queue = [Options(numerator=document.numerator, matrices_transposed=document.numerator, scale=document.scale)]
    while queue:
        options = queue.pop(0)
        if options in tried:
            continue
        tried.add(options)
        try:
            sides, el = elaborated(document, claim, options)
        except Mismatch as e:
            mismatch = mismatch or e
            if document.rowwise is not None and _sums_over_nothing(claim):
                queue.append(replace(options, over_examples=True))
            queue.append(replace(options, numerator=not options.numerator))
            if has_rows(claim) and not options.rows_lie:
                queue.append(replace(options, rows_lie=True))
            if options.matrices_transposed:
                queue.append(replace(options, matrices_transposed=False))
            if options.correlation == VALID and starred(claim):
                queue += [replace(options, correlation=way) for way in (FULL, SWAPPED)]
            continue
        queue += list(_alternatives(options, el))
        found = asked(document, claim, sides, deadline)
        notes = (*found.notes, *_notes(options, el), *sides.notes)
        reading = reading or _reading(document, claim, options)
        j = Judgement(found.verdict, reading, found, notes=notes, sides=sides)
        j.scaled_left = el.scaled_left
        for other, both in _other_readings(options, el, found):
            ambiguous = _two_readings(document, claim, other, both, (found, sides), deadline)
            if ambiguous is not None:
                return Judgement("unread", reading, reason=ambiguous)
        missing = path_not_there(claim, el, found)
        if missing is not None:
            reason = f"a derivative by {missing}, which the forward pass as it is written does not go through"
            return Judgement("unread", reading, reason=reason, off_the_way=missing)
        if found.verdict == "proved" and _never_holds(document, sides, deadline):
            return Judgement("unread", reading, reason="conditions beside it that exclude one another")
        if found.verdict == "refuted" and el.used_correlation and not document.correlates:
            return Judgement("unread", reading, reason=TURNED)
        if found.verdict == "refuted" and el.used_row and transposes(claim):
            return Judgement("unread", reading, reason=ROW)
        if el.immediate_only and found.verdict == "refuted":
            reason = "a derivative through all steps has no closed form here; as that of one step it is wrong"
            return Judgement("unread", reading, reason=reason)
        if found.verdict == "unread":
            j.reason = "; ".join(found.notes) or "could not be decided"
        if best is None or _rank(j) < _rank(best):
            best = j
        if best.verdict == "proved":
            break
    if best is None:
        assert mismatch is not None
        return _mismatched(document, claim, mismatch, reading, deadline)
    return of_inner_products(document, claim, best, bool(guessed_names(document, claim)), deadline)


def _never_holds(document: Document, sides: Sides, deadline: float) -> bool:
    """Whether no point is found at which the conditions beside a claim hold: it would say nothing."""
    if sides.holds is S.One:
        return False
    indices = tuple(i for i in sides.indices if i in sides.holds.free_symbols)
    nothing = replace(sides, left=sides.holds, right=S.Zero, sign="=", indices=indices)
    return ask(document, nothing, deadline).verdict in ("proved", "agrees")


def _sums_over_nothing(claim: Pending) -> bool:
    return any(
        isinstance(n, Reduce) and n.kind == "sum" and (n.below is None or counts_nothing(n)) for n in walk(claim.right)
    )


def _rank(j: Judgement) -> int:
    return ("proved", "agrees", "unread", "refuted").index(j.verdict)


def _alternatives(options: Options, el: Elaborator) -> Iterator[Options]:
    if el.used_jacobian:
        yield replace(options, numerator=not options.numerator)
    if el.used_matrix_gradient and options.matrices_transposed:
        yield replace(options, matrices_transposed=False)
    if el.met_row and not options.rows_lie:
        yield replace(options, rows_lie=True)
    if el.used_partial and not options.partial:
        yield replace(options, partial=True)


def _notes(options: Options, el: Elaborator) -> tuple[str, ...]:
    notes = []
    if el.used_jacobian:
        notes.append("Jacobians in numerator layout" if options.numerator else "Jacobians in denominator layout")
    if el.used_partial:
        notes.append(f"∂ is read as the {'partial' if options.partial else 'total'} derivative")
    if el.used_scale:
        notes.append(f"derivatives by activations carry the factor {options.scale}")
    if el.used_correlation:
        notes.append(f"* is read as the cross-correlation, {'full' if options.correlation == FULL else 'valid'}")
    if el.used_chain:
        notes.append("read as the chain rule, up to order and transposition")
    return tuple(notes)


def _free_alone(j: Judgement) -> bool:
    s = j.sides
    return s is not None and bool(_letters(s.right) - _letters(s.left))


def _letters(expr: Expr) -> set[str]:
    return {i.name for i in expr.free_symbols if isinstance(i, Index) and i.name[0] not in "~#"}


def _mismatched(document: Document, claim: Pending, error: Mismatch, reading: str | None, deadline: float) -> Judgement:
    """Shapes that cannot agree: refuted, if they are declared, or if turning a factor round is proved to mend them."""
    if any(isinstance(n, Matrix) for n in (*walk(claim.left), *walk(claim.right))):
        reason = f"shapes do not fit ({_message(error)}): what is written out is of a size that nothing says"
        return Judgement("unread", reading, reason=reason)
    if (law := as_law(document, claim)) is not None:
        j = _judged(document, law, deadline)
        j.notes = (*j.notes, "a law of functions: its letter is any number here")
        return j
    if starred(claim):
        if guessed_names(document, claim) and (alone := by_units(document, claim, deadline)) is not None:
            return alone
        reason = f"shapes do not fit ({_message(error)}), whichever array * lays over the other"
        return Judgement("unread", reading, reason=reason)
    freed = with_own_shapes(document, claim)
    if freed is not None:
        return _judged(document, freed, deadline)
    j = Judgement("refuted", reading, notes=(_message(error),))
    guessed = sorted(guessed_names(document, claim))
    if guessed and (alone := by_units(document, claim, deadline)) is not None:
        return alone
    turned = ("transpose", "order")
    if not guessed or not is_of_vector(claim):
        diagnose(document, claim, j, deadline, turned if guessed else ())
    of_number = "the sides have shapes ()" in _message(error)  # guessed to be one: M_k may be a matrix for each k
    if guessed and (j.diagnosis not in turned or of_number):
        reason = f"shapes do not fit ({_message(error)}), but nobody declares those of {', '.join(guessed)}"
        return Judgement("unread", reading, reason=reason)
    j.diagnosis = j.diagnosis or "shape"
    return j


def _other_readings(options: Options, el: Elaborator, found: Verdict) -> Iterator[tuple[Options, str]]:
    """Readings that no convention prefers, with what to say where they differ in truth."""
    if el.used_hadamard and not options.loose_hadamard:
        yield from orders_of_hadamard(options, found.verdict == "refuted")
    if el.used_power and not options.entrywise_powers and found.verdict == "refuted":  # A A is the usual reading
        said = "a power of a square matrix can be read in two ways: as A A it is {}, entry by entry {}"
        yield replace(options, entrywise_powers=True), said
    if el.left_out:
        yield replace(options, all_ends=True), WITH_OR_WITHOUT.replace("?", el.left_out)
    if el.every_step and found.verdict == "refuted":
        yield replace(options, last_step=True), "no cost is given: of every step it is {}, of the last one alone {}"
    if el.scope.named_activation and found.verdict == "refuted":
        said = "the activation of a layer could be any function, with which it is {}, or the one that is given: {}"
        yield replace(options, one_activation=True), said


def _two_readings(
    document: Document, claim: Pending, other_options: Options, both: str, first: tuple[Verdict, Sides], deadline: float
) -> str | None:
    """Why a claim is ambiguous: both readings conform, and one is right and the other wrong.

    One that conforms only where the first one's layers, of any sizes, are all of the same size is not meant.
    """
    found, usual = first
    try:
        sides, _ = elaborated(document, claim, other_options)
    except (Mismatch, ReadError):
        return None
    if other_options.orders_hadamard and len(_sizes_of(sides)) < len(_sizes_of(usual)):
        return None
    other = ask(document, sides, deadline)
    if {found.verdict, other.verdict} != {"proved", "refuted"}:
        return None
    return both.format(found.verdict, other.verdict)


def _sizes_of(sides: Sides) -> set[Expr]:
    """The sizes over which the indices of both sides run."""
    return {i.size for x in (sides.left, sides.right) for i in x.atoms(Index)}


def _reading(document: Document, claim: Pending, options: Options = DEFAULT) -> str | None:
    try:
        sides, el = elaborated(document, claim, options, echo=True)
    except (SymbackpropError, RecursionError):
        return None
    late = {i: i - (first - 1) for i, first in el.free.values() if first > 1}  # t from 2: as the author counts
    return text_of_sides(sides.left.xreplace(late), sides.right.xreplace(late), claim.sign)
