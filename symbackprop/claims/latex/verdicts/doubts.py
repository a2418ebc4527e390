"""Reasons not to call a claim right or wrong: what of the forward pass was not read, and what was only guessed."""

from collections.abc import Callable

from sympy import Expr

from symbackprop.claims.latex.documents.declare import has_ends
from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.true_class import speaks_of_others
from symbackprop.claims.latex.meaning.functions_of import is_unknown_function
from symbackprop.claims.latex.syntax.reaching_sums import recurs_after
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Script, walk
from symbackprop.claims.latex.verdicts.by_units import primes_two
from symbackprop.claims.latex.verdicts.differentials import may_be_differential
from symbackprop.claims.latex.verdicts.first_steps import where_steps_begin
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.rounded import with_rounding
from symbackprop.claims.latex.verdicts.said_aside import is_said_aside
from symbackprop.claims.latex.verdicts.stars import star_of_numbers, turned_kernel
from symbackprop.claims.latex.verdicts.unread_paths import unread_path
from symbackprop.functions import Elementwise
from symbackprop.indices import Index
from symbackprop.terms import Delta, Entry, Less, LessEqual

ROW = "could be read in two ways: a row of a matrix, by one subscript, lies or stands where it is transposed"


def with_doubts(document: Document, claim: Pending, j: Judgement) -> Judgement:
    """The judgement, or none where a doubt that concerns such a verdict has a reason: see ``DOUBTS``."""
    for verdicts, reason_of in DOUBTS:
        if j.verdict in verdicts and (reason := reason_of(document, claim, j)) is not None:
            return Judgement("unread", j.reading, reason=reason)
    return with_rounding(document, claim, j) if j.verdict == "refuted" else j


def _name_not_read(document: Document, claim: Pending, _: Judgement) -> str | None:
    """A symbol of a claim that something before it seems to define, and that could not be read."""
    inside = {n.name for x in (claim.left, claim.right) for n in walk(x) if isinstance(n, Letter)}
    names = (_defined_name(c) for c in document.claims if c.at < claim.at)
    name = next((name for name in names if name in inside), None)
    return None if name is None else f"what {name} is could not be read before"


def _path_not_read(document: Document, claim: Pending, _: Judgement) -> str | None:
    through = unread_path(document, claim)
    return (
        None if through is None else f"a derivative that may go through {through}, whose definition could not be read"
    )


def _open_condition(_document: Document, _claim: Pending, j: Judgement) -> str | None:
    letters = j.sides.elaborator.open_condition if j.sides is not None else None
    return f"the condition on {letters} beside this formula is not read" if letters else None


def _given_further_down(_document: Document, claim: Pending, _: Judgement) -> str | None:
    name = claim.scope.given_further_down
    return f"{name} is given only further down" if name else None


def _named_anew(_document: Document, claim: Pending, j: Judgement) -> str | None:
    """δ of one example, by the end of a chain, and then δ of the mean over a batch, of whose cost nobody speaks."""
    if j.sides is None:
        return None
    inside = {e.name for side in (j.sides.left, j.sides.right) for e in side.atoms(Entry)}
    symbols = (claim.scope.symbols.get(key) for key in sorted(claim.scope.named_anew))
    name = next((s.name for s in symbols if s is not None and s.name in inside), None)
    return None if name is None else f"{name} named a derivative before, and is something else now"


def _definition_not_read(document: Document, claim: Pending, _: Judgement) -> str | None:
    before = [d for d in document.definitions if d["verdict"] == "unread" and d["at"] < claim.at]
    if any(not is_said_aside(document, claim, d["statement"]) for d in before):
        return "a definition before it could not be read: nothing is refuted on the rest"
    return None


def _left_out_sums(document: Document, _claim: Pending, j: Judgement) -> str | None:
    if document.unsigned and j.sides is not None and _has_free_index(j):
        return "definitions leave out the signs of sums: here too? with Einstein's convention it is not judged"
    return None


def _sum_may_reach_further(_document: Document, claim: Pending, _: Judgement) -> str | None:
    letter = recurs_after(claim.right)
    if not letter:
        return None
    return f"could be read in two ways: the sum over {letter} ends before the next term with {letter}, or has it too"


def _steps_or_one_step(_document: Document, _claim: Pending, j: Judgement) -> str | None:
    """``h_t' = \\frac{\\partial h_t}{\\partial W} + ...``: some ∂ through all steps, and some of one step alone."""
    if j.sides is None or len(j.sides.elaborator.of_steps) < 2:
        return None
    return "derivatives through all steps beside those of one step alone? as either of the two throughout it is wrong"


def _prime_of_two(_document: Document, claim: Pending, _: Judgement) -> str | None:
    if any(primes_two(n) for x in (claim.left, claim.right) for n in walk(x)):
        return "a prime on a function of two things: the derivative by which?"
    return None


def _unsaid_at_steps(_document: Document, claim: Pending, _: Judgement) -> str | None:
    if claim.scope.unsaid and any(isinstance(n, Derivative) for x in (claim.left, claim.right) for n in walk(x)):
        return f"no formula says what {min(claim.scope.unsaid)} is at each step"
    return None


def _of_a_case(document: Document, claim: Pending, _: Judgement) -> str | None:
    if any(first <= claim.at <= last for first, last in document.cases):
        return "it is said of a case that is not read: nothing is refuted there"
    return None


def _hadamard_meant(_document: Document, claim: Pending, j: Judgement) -> str | None:
    if j.diagnosis == "product_as_hadamard" and any(isinstance(n, Script) and n.primes for n in walk(claim.left)):
        return "a product of vectors without a sign: with ⊙ it is right"
    return None


def _one_class_named(document: Document, _claim: Pending, j: Judgement) -> str | None:
    if (document.classes or document.speaks_of_one_hot) and any("entries that sum to 1" in n for n in j.notes):
        return "it holds of one-hot vectors, and the words speak of one"
    return None


def _of_the_other_classes(document: Document, claim: Pending, _: Judgement) -> str | None:
    if document.one_class and speaks_of_others(claim.statement):
        return f"the words may except {document.one_class}: nothing is refuted there"
    return None


def _of_several_units(document: Document, claim: Pending, j: Judgement) -> str | None:
    """A cost that is read as a sum over units, where a claim was found wrong only of several of them."""
    if not claim.scope.summed or j.found is None or j.found.counterexample is None:
        return None
    sizes = j.found.counterexample.sizes
    for cost, n in claim.scope.summed.items():
        if sizes.get(str(document.algebra.size(n)), 1) != 1:
            return f"{cost} may be of one unit, or a sum over several of them: nothing is refuted of that sum alone"
    return None


def _at_an_end(document: Document, claim: Pending, j: Judgement) -> str | None:
    """A strict bound, or a threshold, where a number may be at the end of its interval: it is assumed inside."""
    closed = {a.tensor for a in document.assumptions if has_ends(a)}
    if j.sides is None or not closed:
        return None
    sides, equations = (j.sides.left, j.sides.right), j.sides.elaborator.scope.equations
    thresholds = any(x.has(Less, LessEqual) for x in (*sides, *(e.rhs for e in equations.values())))
    inside = {e.name for x in sides for e in x.atoms(Entry)}
    for _ in equations:
        inside |= {r for name in inside & equations.keys() for r in equations[name].reads}
    name = min(inside & closed, default=None) if claim.sign in ("<", ">") or thresholds else None
    return None if name is None else f"{name} may be at an end of its interval"


def _has_free_index(j: Judgement) -> bool:
    """Whether the right side has an index that the left side does not have."""
    assert j.sides is not None
    left, right = ({i.name for i in x.atoms(Index) if i.name[0] not in "~#"} for x in (j.sides.left, j.sides.right))
    return bool(right - left)


def _defined_name(claim: Pending) -> str | None:
    """h of ``h^t = ...``, where nothing knows an h to be raised to that power: a definition not read as one."""
    left = claim.left
    if not isinstance(left, Script) or left.above is None or left.above.power is None or left.primes:
        return None
    if claim.sign not in ("=", ":=") or any(isinstance(n, Derivative) for n in walk(claim.right)):
        return None
    name = left.base.name if isinstance(left.base, Letter) else None
    known = (*claim.scope.symbols, *claim.scope.aliases, *((x, "", "") for x in claim.scope.families))
    return None if any(key[0] == name for key in known) else name


def _unknown_functions(expr: Expr) -> set[str]:
    return {type(e).__name__.rstrip("'") for e in expr.atoms(Elementwise) if is_unknown_function(e)}


def _compared_number(_document: Document, _claim: Pending, j: Judgement) -> str | None:
    """What could be any number, and is set equal to an index somewhere: a class that nothing says to be one."""
    if j.sides is None:
        return None
    scope = j.sides.elaborator.scope
    numbers = {s.name for s in scope.symbols.values() if s.role == "input" and s.name not in scope.equations}
    sides = (j.sides.left, j.sides.right, *(e.rhs for e in scope.equations.values()))
    for delta in (d for x in sides for d in x.atoms(Delta)):
        names = {e.name for e in delta.atoms(Entry)} & numbers
        if names and any(isinstance(i, Index) for i in delta.free_symbols):
            return f"{min(names)} is compared with an index: nothing says that it counts"
    return None


def _matrix_apart(_document: Document, _claim: Pending, j: Judgement) -> str | None:
    """A matrix that the forward pass does not read, and the small letter that it does: X may be all the x_i.

    So is a small letter that it does not read, and the matrix that it does: w may be a row of W.
    """
    if j.sides is None:
        return None
    scope = j.sides.elaborator.scope
    read = {r for e in scope.equations.values() for r in e.reads}
    inputs = [s for s in scope.symbols.values() if s.shape and s.name not in scope.equations]
    small = {s.key[0] for s in inputs if s.name in read}
    large = {s.key[0].lower() for s in inputs if s.name in read and len(s.shape) == 2 and s.key[0].isupper()}
    claimed = {e.name for e in j.sides.right.atoms(Entry)} - {e.name for e in j.sides.left.atoms(Entry)} - read
    for s in (s for s in inputs if s.name in claimed):
        if len(s.shape) == 2 and s.key[0].lower() in small - {s.key[0]}:
            return f"nothing says how {s.key[0]} is made of {s.key[0].lower()}"
        if s.key[0] in large:
            return f"nothing says how {s.key[0]} is taken from {s.key[0].upper()}"
    return None


def _of_which_layer(_document: Document, claim: Pending, j: Judgement) -> str | None:
    """A letter that stands alone in the claim alone, ``f'(z)``, where the document has it with layers."""
    variables = [x for side in (claim.left, claim.right) for n in walk(side) if isinstance(n, Derivative) for x in n.by]
    if j.sides is None or all(isinstance(x, Letter) for x in variables):  # a law of functions is of any number
        return None
    labelled = {base for base, _, label in claim.scope.symbols if label} | claim.scope.families.keys()
    for base, below, label in j.sides.elaborator.scope.symbols.keys() - claim.scope.symbols.keys():
        if not below and not label and base in labelled:
            return f"{base} stands without its layer: which of them is meant?"
    return None


def _function_not_given(_document: Document, _claim: Pending, j: Judgement) -> str | None:
    """An unknown function that neither the forward pass nor the truth has: it may be one that is known."""
    if j.sides is None:
        return None
    known = (j.sides.left, *(e.rhs for e in j.sides.elaborator.scope.equations.values()))
    letters = {f.partition("_")[0] for x in known for f in _unknown_functions(x)}  # g of layer l - 1 beside that of l
    function = min((f for f in _unknown_functions(j.sides.right) if f.partition("_")[0] not in letters), default=None)
    return None if function is None else f"{function} is a function that is not given"


def _of_unknown_function(_document: Document, claim: Pending, j: Judgement) -> str | None:
    """The left side is an unknown function, or its derivative, at a point, and the right side is without it.

    So is a of ``a = f(z)``, of which ``a = \\max(0, z)`` says what f is.
    """
    if j.sides is None:
        return None
    left, right = (_unknown_functions(x) for x in (j.sides.left, j.sides.right))
    if isinstance(j.sides.left, Entry) and j.sides.left.name in claim.scope.equations:
        left = _unknown_functions(claim.scope.equations[j.sides.left.name].rhs)
    if left - right and not any(isinstance(n, Derivative) for n in walk(claim.left)):
        return "a property of a function that is not given"
    return None


def _slope_said_in_words(_document: Document, _claim: Pending, j: Judgement) -> str | None:
    """``[z > 0]`` where the truth has f'(z) of an unknown f: words may have called f ReLU."""
    if j.sides is None:
        return None
    conditions = (Less, LessEqual)
    named = _unknown_functions(j.sides.left) - _unknown_functions(j.sides.right)
    if named and j.sides.right.has(*conditions) and not j.sides.left.has(*conditions):
        return f"{min(named)} is a function that is not given"
    return None


_ALL_JUDGED = ("proved", "agrees", "refuted")
DOUBTS: tuple[tuple[tuple[str, ...], Callable[[Document, Pending, Judgement], str | None]], ...] = (
    (_ALL_JUDGED, _name_not_read),
    (("proved", "agrees"), _path_not_read),
    (("agrees", "refuted", "unread"), _open_condition),
    (("refuted",), _given_further_down),
    (("refuted",), _named_anew),
    (("refuted",), _definition_not_read),
    (("refuted",), _left_out_sums),
    (("refuted",), _sum_may_reach_further),
    (("refuted",), _steps_or_one_step),
    (("proved", "agrees"), where_steps_begin),
    (("proved", "agrees"), _at_an_end),
    (_ALL_JUDGED, may_be_differential),
    (_ALL_JUDGED, star_of_numbers),
    (("refuted",), turned_kernel),
    (("refuted",), _prime_of_two),
    (("refuted",), _unsaid_at_steps),
    (("refuted",), _of_a_case),
    (("refuted",), _hadamard_meant),
    (("refuted",), _one_class_named),
    (("refuted",), _of_the_other_classes),
    (("refuted",), _of_several_units),
    (("refuted",), _compared_number),
    (("refuted",), _matrix_apart),
    (("refuted",), _of_which_layer),
    (("refuted",), _function_not_given),
    (("refuted",), _of_unknown_function),
    (("refuted",), _slope_said_in_words),
)
"""Which verdicts a doubt concerns, and what gives its reason, in the order in which they are asked."""
