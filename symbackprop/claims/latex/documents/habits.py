"""How a document is written, as one look over it tells: what its letters carry, where examples lie, what it counts."""

import re
from collections.abc import Sequence

from symbackprop.claims.latex.documents.averages import averages_of_rows
from symbackprop.claims.latex.documents.batches import batches, is_batch_net, sizes_of_batches
from symbackprop.claims.latex.documents.classes_by_use import beside_negatives, class_by_use
from symbackprop.claims.latex.documents.conventions import (
    axes_from_zero,
    begun_with_d,
    counted_from_zero,
    counting_rows,
    examples_as_rows,
    runs_of_sums,
    said_from_zero,
    sets_of_indices,
    sizes_of_sums,
    slices_from_zero,
)
from symbackprop.claims.latex.documents.convolved import speaks_of_convolution, without_convolutions
from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.examples import of_one_example
from symbackprop.claims.latex.documents.layered import layered_letters, ranks
from symbackprop.claims.latex.documents.matrices_by_use import matrices_by_use
from symbackprop.claims.latex.documents.true_class import (
    classes_in_words,
    is_one_class,
    with_general_definitions,
)
from symbackprop.claims.latex.meaning.members import members
from symbackprop.claims.latex.meaning.scope import WITHOUT_WORDS
from symbackprop.claims.latex.meaning.sequences import labelled, sequences
from symbackprop.claims.latex.meaning.wholes import wholes
from symbackprop.claims.latex.syntax.activations import with_activations
from symbackprop.claims.latex.syntax.bracket_functions import with_bracket_functions
from symbackprop.claims.latex.syntax.distributions import with_distributions
from symbackprop.claims.latex.syntax.einstein import with_repeated_indices
from symbackprop.claims.latex.syntax.entries_of_values import with_entries_of_values
from symbackprop.claims.latex.syntax.gates_by_letters import with_gates_by_letters
from symbackprop.claims.latex.syntax.hypotheses import with_hypotheses
from symbackprop.claims.latex.syntax.implicit_sums import with_implicit_sums
from symbackprop.claims.latex.syntax.intercepts import with_intercepts
from symbackprop.claims.latex.syntax.layers_below import with_layers_below
from symbackprop.claims.latex.syntax.layers_by_letters import with_layers_by_letters
from symbackprop.claims.latex.syntax.named_in_words import without_names_in_words
from symbackprop.claims.latex.syntax.next_layers import with_layers_from_the_next
from symbackprop.claims.latex.syntax.prose import cases
from symbackprop.claims.latex.syntax.reaching_sums import with_reaching_sums
from symbackprop.claims.latex.syntax.rows_in_words import with_rows_in_words
from symbackprop.claims.latex.syntax.said import said, speaks_of_one_hot
from symbackprop.claims.latex.syntax.shapes_in_words import with_shapes
from symbackprop.claims.latex.syntax.slopes_alone import with_arguments_of_slopes
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.written_numerators import with_named_numerators

_ROWS = re.compile(
    r"row[- ]?wise|each row|every row|(?:along|over) (?:the )?rows|appl\w+ (?:\w+ )?to (?:the )?rows|row by row"
    r"|por linha|cada linha|cada fila|por filas|zeilenweise|jede Zeile|par ligne|chaque ligne", re.I
)  # fmt: skip
_NUMERATOR = re.compile(r"numerator[- ]layout|layout do numerador", re.I)
_DIFFERENTIALS = re.compile(
    r"\bdifferentials?\b(?! equations?)|\bdiff[eé]rentielles?\b|\bdiferencia(?:l|les|is)\b(?! equa)|\bdifferenziali?\b"
    r"|дифференциал|全微分",
    re.I,
)
_CORRELATES = re.compile(
    r"cross[- ]?correlation|correla[cç][aãió]+[on] cruzada|Kreuzkorrelation|corr[ée]lation crois[ée]e", re.I
)
_COLUMNS = re.compile(
    r"column[- ]?wise|each column|every column|(?:along|over) (?:the )?columns|appl\w+ (?:\w+ )?to (?:the )?columns"
    r"|column by column|por coluna|cada coluna|cada columna|por columnas|spaltenweise|jede Spalte|par colonne"
    r"|chaque colonne", re.I
)  # fmt: skip


def _agreed(of_examples: bool | None, of_weights: bool | None) -> bool | None:
    """What the products of a document say of rows; None where they contradict one another."""
    if of_examples is None or of_weights is None:
        return of_weights if of_examples is None else of_examples
    return of_examples if of_examples == of_weights else None


def habits(document: Document, found: Sequence[Statement], text: str) -> list[Statement]:
    """Enter in the document how it is written; the statements without those that give values of cases."""
    _enter_words(document, found, text)
    found = without_convolutions(found, text)
    of_values, document.cases = cases(found)
    found = without_names_in_words([s for k, s in enumerate(found) if k not in of_values])
    document.one_class = document.one_class or class_by_use(found)
    document.scope.own_names = beside_negatives(found, text)
    if document.one_class:
        found = with_general_definitions(found, document.one_class)
    found, activations = _in_plain_form(document, found, text)
    document.scope.layered = layered_letters(found) - activations
    document.scope.batches, document.scope.batch_net = batches(found), is_batch_net(found)
    _enter_families(document, found)
    document.scope.labelled = labelled(found)
    document.scope.of_one_example = of_one_example(found, document.scope)
    document.scope.wholes = wholes(found, document.scope)
    document.scope.layered -= document.scope.sequences.keys()
    document.scope.ranks = ranks(found, document.scope.layered)
    document.sizes |= sizes_of_sums(found) | sizes_of_batches(found)
    document.scope.zero_axes = axes_from_zero(found, document.scope.zero_based)
    document.scope.row_letters, document.scope.runs = counting_rows(found), runs_of_sums(found)
    document.scope.sets, document.scope.slices_from_zero = sets_of_indices(found), slices_from_zero(found)
    document.scope.differentials = begun_with_d(found)
    shaped = with_shapes(found)
    document.shaped = shaped != list(found)
    return list(found) if WITHOUT_WORDS in document.scope.tried else shaped


def _enter_words(document: Document, found: Sequence[Statement], text: str) -> None:
    """What the words of the document say of it, as a whole and of its letters."""
    rows, columns = _ROWS.search(text) is not None, _COLUMNS.search(text) is not None
    document.rowwise = None if rows == columns else rows
    if not rows and not columns:
        document.rowwise = _agreed(examples_as_rows(found), averages_of_rows(found))
    document.numerator = _NUMERATOR.search(text) is not None
    document.differentials = _DIFFERENTIALS.search(text) is not None
    document.convolves = speaks_of_convolution(text)
    document.correlates = _CORRELATES.search(text) is not None
    document.classes = classes_in_words(text)
    document.one_class = next((k for k in document.classes if len(document.classes) == 1 and is_one_class(k, text)), "")
    document.said, document.speaks_of_one_hot = said(found), speaks_of_one_hot(text)


def _in_plain_form(document: Document, found: Sequence[Statement], text: str) -> tuple[Sequence[Statement], set[str]]:
    """The statements with ways of writing undone that have a plainer one; the letters of activations of layers."""
    found = with_layers_below(with_layers_by_letters(with_rows_in_words(with_gates_by_letters(found))), text)
    found = with_arguments_of_slopes(with_bracket_functions(with_entries_of_values(found)))
    found, activations = with_activations(found)
    found, sums = with_intercepts(with_hypotheses(with_distributions(found)))
    found, repeated = with_repeated_indices(with_layers_from_the_next(with_named_numerators(found)), text)
    found, document.unsigned = with_implicit_sums(found)
    found, reaching = with_reaching_sums(found)
    document.notes += [
        f"the sum of a definition over {i} is read to reach all terms with {i}" for i in sorted(reaching)
    ]
    unsigned = sorted(document.unsigned)
    document.notes += [f"definitions are summed over {x}, which only their right side has" for x in unsigned]
    document.notes += [f"{a}_0 + {a}_1 {x}_1 + ... is read as {a}^T {x}, with {x}_0 = 1" for a, x in sorted(sums)]
    document.notes += [f"repeated indices are summed, as Einstein does: {', '.join(sorted(repeated))}"] * bool(repeated)
    document.unsigned |= repeated
    return found, activations


def _enter_families(document: Document, found: Sequence[Statement]) -> None:
    """What is counted, by which letter, and from where."""
    scope = document.scope
    shown = matrices_by_use(found)
    scope.axes_of_members = {base: axes for base, (_, axes) in shown.items()}
    families, stepping = members(found, {base: letter for base, (letter, _) in shown.items()}), sequences(found)
    scope.said_from_zero = said_from_zero(found)
    from_zero = scope.said_from_zero - set(stepping.values())
    counting = set(families.values()) - set(stepping.values())
    scope.first_members = {x: 0 if x in from_zero else 1 for x in counting}
    scope.zero_based = counted_from_zero(found) | from_zero
    in_steps = (families | stepping).items()
    scope.sequences = {base: step for base, step in in_steps if base not in scope.batches}
