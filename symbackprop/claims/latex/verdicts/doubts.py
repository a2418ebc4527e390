"""Reasons not to call a claim right or wrong: what of the forward pass was not read, and what was only guessed."""

from sympy import Expr

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.functions_of import is_unknown_function
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.scope import Symbol as Known
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, text_of
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Letter,
    Product,
    Script,
    walk,
)
from symbackprop.claims.latex.verdicts.by_units import primes_two
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.rounded import with_rounding
from symbackprop.claims.latex.verdicts.unread_paths import unread_path
from symbackprop.errors import SymbackpropError
from symbackprop.functions import Elementwise
from symbackprop.indices import Index
from symbackprop.proof.judge import Verdict
from symbackprop.terms import Delta, Entry

TURNED = (
    "could be read in two ways: * slides the kernel as it is, as a layer does, or turned round; as it is, this is wrong"
)

ROW = "could be read in two ways: a row of a matrix, by one subscript, lies or stands where it is transposed"


def transposes(claim: Pending) -> bool:
    """Whether something is transposed in a claim."""
    scripts = (n for x in (claim.left, claim.right) for n in walk(x) if isinstance(n, Script))
    return any(n.above is not None and n.above.transposed for n in scripts)


def has_rows(claim: Pending) -> bool:
    """Whether something carries one letter below, as the row n of a matrix does."""
    scripts = (n for x in (claim.left, claim.right) for n in walk(x) if isinstance(n, Script))
    return any(len(slots := flattened(n.below)) == 1 and isinstance(slots[0], Letter) for n in scripts)


def starred(claim: Pending) -> bool:
    """Whether a claim sets a star between two things."""
    return any(isinstance(n, Product) and any(op == "*" for op, _ in n.factors[1:]) for n in walk(claim.right))


def with_doubts(document: Document, claim: Pending, j: Judgement) -> Judgement:
    """No refutation where something of the forward pass was not read, or where ⊙ was meant by writing nothing."""
    if j.verdict != "unread" and (name := _unread_name(document, claim)) is not None:
        return Judgement("unread", j.reading, reason=f"what {name} is could not be read before")
    if j.verdict in ("proved", "agrees") and (through := unread_path(document, claim)) is not None:
        reason = f"a derivative that may go through {through}, whose definition could not be read"
        return Judgement("unread", j.reading, reason=reason)
    if j.verdict != "proved" and j.sides is not None and (letters := j.sides.elaborator.open_condition):
        reason = f"the condition on {letters} beside this formula is not read"
        return Judgement("unread", j.reading, reason=reason)
    if j.verdict != "refuted":
        return j
    if claim.scope.given_further_down:
        return Judgement("unread", j.reading, reason=f"{claim.scope.given_further_down} is given only further down")
    if any(d["verdict"] == "unread" and d["at"] < claim.at for d in document.definitions):
        reason = "a definition before it could not be read: nothing is refuted on the rest"
        return Judgement("unread", j.reading, reason=reason)
    if document.unsigned and j.sides is not None and _has_free_index(j):
        reason = "definitions leave out the signs of sums: here too? with Einstein's convention it is not judged"
        return Judgement("unread", j.reading, reason=reason)
    if claim.scope.starred and not document.correlates:
        return Judgement("unread", j.reading, reason=TURNED)
    if any(primes_two(n) for x in (claim.left, claim.right) for n in walk(x)):
        return Judgement("unread", j.reading, reason="a prime on a function of two things: the derivative by which?")
    if claim.scope.unsaid and any(isinstance(n, Derivative) for x in (claim.left, claim.right) for n in walk(x)):
        return Judgement("unread", j.reading, reason=f"no formula says what {min(claim.scope.unsaid)} is at each step")
    if any(first <= claim.at <= last for first, last in document.cases):
        return Judgement("unread", j.reading, reason="it is said of a case that is not read: nothing is refuted there")
    if j.diagnosis == "product_as_hadamard" and any(isinstance(n, Script) and n.primes for n in walk(claim.left)):
        reason = "a product of vectors without a sign: with ⊙ it is right"
        return Judgement("unread", j.reading, reason=reason)
    if document.classes and any("entries that sum to 1" in n for n in j.notes):
        return Judgement("unread", j.reading, reason="it holds of one-hot vectors, and the words name the class of one")
    if (number := _compared_number(document, claim, j)) is not None:
        return Judgement("unread", j.reading, reason=f"{number} is compared with an index: nothing says that it counts")
    if (matrix := _apart(j)) is not None:
        return Judgement("unread", j.reading, reason=f"nothing says how {matrix[0]} is made of {matrix[1]}")
    if (function := _not_given(claim, j)) is not None:
        return Judgement("unread", j.reading, reason=f"{function} is a function that is not given")
    if _of_unknown_function(claim, j):
        return Judgement("unread", j.reading, reason="a property of a function that is not given")
    return with_rounding(document, claim, j)


def _has_free_index(j: Judgement) -> bool:
    """Whether the right side has an index that the left side does not have."""
    assert j.sides is not None
    left, right = ({i.name for i in x.atoms(Index) if i.name[0] not in "~#"} for x in (j.sides.left, j.sides.right))
    return bool(right - left)


def _unread_name(document: Document, claim: Pending) -> str | None:
    """A symbol of a claim that something before it seems to define, and that could not be read."""
    inside = {n.name for x in (claim.left, claim.right) for n in walk(x) if isinstance(n, Letter)}
    names = (_defined_name(c) for c in document.claims if c.at < claim.at)
    return next((name for name in names if name in inside), None)


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


def _compared_number(document: Document, claim: Pending, j: Judgement) -> str | None:
    """What could be any number, and is set equal to an index somewhere: a class that nothing says to be one."""
    if j.sides is None:
        return None
    scope = j.sides.elaborator.scope
    numbers = {s.name for s in scope.symbols.values() if s.role == "input" and s.name not in scope.equations}
    sides = (j.sides.left, j.sides.right, *(e.rhs for e in scope.equations.values()))
    for delta in (d for x in sides for d in x.atoms(Delta)):
        names = {e.name for e in delta.atoms(Entry)} & numbers
        if names and any(isinstance(i, Index) for i in delta.free_symbols):
            return min(names)
    return None


def _apart(j: Judgement) -> tuple[str, str] | None:
    """A matrix that the forward pass does not read, and the small letter that it does: X may be all the x_i."""
    if j.sides is None:
        return None
    scope = j.sides.elaborator.scope
    read = {r for e in scope.equations.values() for r in e.reads}
    small = {s.key[0] for s in scope.symbols.values() if s.name in read and s.shape and s.name not in scope.equations}
    claimed = {e.name for e in j.sides.right.atoms(Entry)} - {e.name for e in j.sides.left.atoms(Entry)} - read
    for s in scope.symbols.values():
        if s.name in claimed and s.name not in scope.equations and len(s.shape) == 2 and s.key[0].lower() in small:
            return s.key[0], s.key[0].lower()
    return None


def _of_unknown_function(claim: Pending, j: Judgement) -> bool:
    """Whether the left side is an unknown function, or its derivative, at a point, and the right side is without it.

    So is a of ``a = f(z)``, of which ``a = \\max(0, z)`` says what f is.
    """
    if j.sides is None:
        return False
    left, right = (_unknown_functions(x) for x in (j.sides.left, j.sides.right))
    if isinstance(j.sides.left, Entry) and j.sides.left.name in claim.scope.equations:
        left = _unknown_functions(claim.scope.equations[j.sides.left.name].rhs)
    return bool(left - right) and not any(isinstance(n, Derivative) for n in walk(claim.left))


def _not_given(claim: Pending, j: Judgement) -> str | None:
    """An unknown function that neither the forward pass nor the truth has: it may be one that is known."""
    if j.sides is None:
        return None
    known = (j.sides.left, *(e.rhs for e in j.sides.elaborator.scope.equations.values()))
    letters = {f.partition("_")[0] for x in known for f in _unknown_functions(x)}  # g of layer l - 1 beside that of l
    return min((f for f in _unknown_functions(j.sides.right) if f.partition("_")[0] not in letters), default=None)


def _unknown_functions(expr: Expr) -> set[str]:
    return {type(e).__name__.rstrip("'") for e in expr.atoms(Elementwise) if is_unknown_function(e)}


def path_not_there(claim: Pending, el: Elaborator, found: Verdict) -> str | None:
    """By what a derivative is taken that is 0 only because the forward pass, as it was read, has no such path.

    Nobody writes a factor that is always 0: such a claim is not proved by 0 = 0, nor refuted by it.
    """
    left = list(walk(claim.left))
    for node, by in el.unreached if found.verdict in ("proved", "refuted") else ():
        if found.verdict == "refuted" or not any(n is node for n in left):  # on the right, or in what a letter names
            return by
    return None


def is_about_inputs_alone(claim: Pending) -> bool:
    """Whether a relation speaks of inputs that nothing defines: to refute it would be to contradict a premise."""
    el = Elaborator(claim.scope.copy(), Algebra())
    declared = True  # a false law of declared inputs is a claim; a symbol that a definition alone brought in is none
    for n in (*walk(claim.left), *walk(claim.right)):
        if isinstance(n, Derivative | Apply):
            return False
        if isinstance(n, Letter | Script):
            parts = key_parts(n)
            if isinstance(n, Script) and (n.primes or parts is None):
                return False
            base = parts[0] if parts else ""
            below = "".join(map(text_of, parts[1])) if parts else ""
            if (f"{base}_{below}" if below else base) in el.scope.functions:
                return False
            if base in el.scope.families or base.startswith("bar ") or base in ("d", "sigma", "delta"):
                return False
            found = find(el, n, Local())
            if found is not None and getattr(found.what, "name", None) not in el.inputs():
                return False
            declared = declared and (found is None or getattr(found.what, "how", "") == "declared")
    return not declared


def is_of_vector(claim: Pending) -> bool:
    """Whether what is differentiated is a vector as far as guesses go: a cost is a number."""
    tops = [n.of for x in (claim.left, claim.right) for n in walk(x) if isinstance(n, Derivative)]
    known = (claim.scope.symbols.get((of.name, "", "")) for of in tops if isinstance(of, Letter))
    return any(s is not None and s.role == "defined" and bool(s.shape) for s in known)


def guessed_names(document: Document, claim: Pending) -> set[str]:
    """Names on which the claim rests and whose number of axes is only a guess."""
    scope = claim.scope.copy()
    el = Elaborator(scope, Algebra())
    el.claiming = True  # layers that nothing declares are made
    todo: list[str] = []
    for n in (*walk(claim.left), *walk(claim.right)):
        try:
            found = find(el, n, Local()) if isinstance(n, Letter | Script) else None
        except SymbackpropError:
            continue
        if found is not None and isinstance(found.what, Known):
            todo.append(found.what.name)
        if isinstance(n, Derivative):
            todo += list(scope.equations)  # the forward pass is what is differentiated
    reached: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += scope.equations[name].reads if name in scope.equations else ()
    return {s.name for s in scope.symbols.values() if s.guessed and s.name in reached}
