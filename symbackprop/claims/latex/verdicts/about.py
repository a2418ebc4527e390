"""What a claim is about, as far as its writing and the forward pass say: transposes, rows, inputs alone, guesses."""

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.scope import Symbol as Known
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, text_of
from symbackprop.claims.latex.syntax.tree import Apply, Derivative, Letter, Product, Script, walk
from symbackprop.errors import SymbackpropError
from symbackprop.proof.judge import Verdict


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
