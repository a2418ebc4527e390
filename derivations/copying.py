"""Attention: its gradient, in general and in numbers, and a causal transformer block that learns to copy."""

from dataclasses import replace
from functools import cache
from inspect import getsource
from itertools import product

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, given_numbers, section, text_number, values, with_numbers, worked_sheet
from symbackprop.evaluation import evaluate
from symbackprop.sheet.blocks import Listing, Paragraph, Plot, Section, Series, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.sheet.training import check_section, training_section
from symbackprop.training.history import History
from symbackprop.training.trainer import Trainer

TITLE = "Attention, and a transformer that copies"
COVERS = ("S5",)
SHOWS = (
    "causal attention and its gradient P∘(dP - row sums of dP∘P), in numbers; a transformer block learns to copy what "
    "it read, and looks where it should"
)

FORMULA = """
size T, D
input Q[T,D], K[T,D], V[T,D]
S[t,u] = sum(d, Q[t,d]*K[u,d])/sqrt(D)
M[t,u] = where(u <= t, S[t,u], -inf)
P[t,u] = exp(M[t,u])/sum(v, exp(M[t,v]))
O[t,d] = sum(u, P[t,u]*V[u,d])
"""
POINT = {
    "Q": [[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]],
    "K": [[1.0, 1.0], [0.0, 1.0], [2.0, -1.0]],
    "V": [[1.0, 0.0], [0.0, 1.0], [-1.0, 2.0]],
    "dO": [[1.0, 2.0], [0.0, -1.0], [2.0, 1.0]],
}

SYMBOLS, LENGTH, WIDTH = 8, 4, 16
EXAMPLES, EPOCHS, BATCH, RATE, SEED = 512, 60, 64, 0.01, 0
_LEAST = 0.99
_CHECKED = 3  # a point at which differences of 16 digits suffice
_POSITIONS = "input x[N,T,D]\nparam Q[T,D]\ny[n,t,d] = x[n,t,d] + Q[t,d]"


def attention() -> sb.Derivation:
    """One head of causal attention, by its queries, keys and values, for whatever gradient arrives."""
    return sb.derive(sb.formula(FORMULA))


def network() -> sb.Sequential:
    """Vectors of symbols and places, a block, the next symbol."""
    return sb.Sequential(
        sb.Embedding(SYMBOLS, WIDTH),
        sb.FunctionLayer(_POSITIONS, {"T": 2 * LENGTH}),
        sb.TransformerEncoderLayer(WIDTH, 1, 32, dropout=0.0, causal=True),
        sb.Linear(WIDTH, SYMBOLS),
        loss=sb.CrossEntropyLoss(),
    )


def sequences(symbols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(read, asked): the symbols, a 0 that says "now you", the symbols again; asked is each next one of the copy."""
    zeros = np.zeros_like(symbols)
    return np.hstack([symbols, zeros[:, :1], symbols[:, :-1]]), np.hstack([zeros, symbols])


def split() -> tuple[np.ndarray, np.ndarray]:
    """(shown in training, never shown): all rows of symbols that there are, in random order."""
    every = np.array(list(product(range(1, SYMBOLS), repeat=LENGTH)))
    order = np.random.default_rng(SEED).permutation(len(every))
    return every[order[:EXAMPLES]], every[order[EXAMPLES:]]


@cache
def train() -> tuple[Trainer, History]:
    """The block after Adam."""
    trainer = network().trainer(sb.Adam(lr=RATE), seed=SEED)
    return trainer, trainer.fit(*sequences(split()[0]), EPOCHS, BATCH, progress=False)


def accuracy() -> float:
    """The part of the symbols that are copied right, of all sequences that were never shown."""
    read, asked = sequences(split()[1])
    return float((train()[0].predict(read) == asked)[:, LENGTH:].mean())


def weights() -> np.ndarray:
    """P[t, u] of the trained block for one new sequence: how much step t looks at step u."""
    trainer, _ = train()
    read, asked = sequences(split()[1][:1])
    formula = trainer.network.formula
    name = next(n for n in formula.tensors if n.startswith("P"))
    return np.asarray(evaluate(formula, trainer.arrays(read, asked))[name], dtype=float)[0, 0]


def sheet() -> Sheet:
    """Attention's sheet, the same in numbers, and the block: checked, trained, and what it attends to."""
    d = attention()
    if accuracy() < _LEAST:
        raise AssertionError(f"only {accuracy():.4f} of the symbols are copied")
    extra = [_numbers(d), _block(), _learnt(), _looks()]
    sheet = worked_sheet(d, TITLE, [_idea()], extra)
    _, history = train()
    learning = training_section({"method": history.method, "loss": history.loss})
    return replace(sheet, sections=(*sheet.sections, replace(learning, title="Training of the block")))


def _idea() -> Section:
    texts = (
        "Each step $t$ of a sequence asks with its query $Q_t$, each step $u$ answers with its key $K_u$, and how well "
        "they fit says how much of the value $V_u$ step $t$ takes. A step may not look ahead: the scores of later "
        r"steps are $-\infty$, and their weights 0.",
        "The gradient by the scores is the softmax's, row by row. It is worth knowing by heart: "
        r"$\mathrm{d}M = P \odot (\mathrm{d}P - r \mathbf{1}^\top)$, where $r$ holds the row sums of "
        r"$\mathrm{d}P \odot P$. It is derived below for all sizes.",
    )
    return section("Attention", *map(Paragraph, texts))


def _numbers(d: sb.Derivation) -> Section:
    context, at = Context(d), values(d, POINT)
    sums = np.abs(at["dM"].sum(axis=1)).max()
    if sums > 1e-12:
        raise AssertionError(f"a row of the gradient by the scores adds up to {sums}")
    backwards = with_numbers(context, ["dP", "dM", "dQ", "dK", "dV"], at)
    return section(
        "In numbers",
        Paragraph("Three steps, vectors of two entries, and a gradient that arrives from above:"),
        given_numbers(context, ["Q", "K", "V", "dO"], at),
        with_numbers(context, ["S", "P", "O"], at),
        Paragraph("The first step sees itself alone. Backwards:"),
        backwards,
        Paragraph(
            "Each row of the gradient by the scores adds up to 0: to raise all scores of a row alike changes nothing. "
            "The first row is 0, since a single weight is 1 whatever its score."
        ),
    )


def _block() -> Section:
    net = network().derive()
    report = checked(net, seed=_CHECKED)
    told = check_section(Context(net), report)
    text = (
        "The same attention, within a transformer block: its output is added to what went in and normalised, and so is "
        "that of a small net of two layers. Symbols and places are vectors that are learnt, too. All of its gradients "
        "are derived by the same laws, and checked:"
    )
    return section("A transformer block", Paragraph(text), Listing(getsource(network).rstrip()), *told.blocks)


def _learnt() -> Section:
    trainer, history = train()
    read, asked = sequences(split()[1][:3])
    said = trainer.predict(read)
    rows = tuple(
        (" ".join(map(str, r[:LENGTH])), " ".join(map(str, s[LENGTH:])), "yes" if np.array_equal(a, s) else "no")
        for r, a, s in zip(read, asked, said, strict=True)
    )
    count = sum(p.size for p in trainer.parameters.values())
    text = (
        f"A sequence of {LENGTH} symbols out of {SYMBOLS - 1} is read, then a 0, and from there on the net says the "
        f"symbols again, each after having seen the one before. Trained on {EXAMPLES} of the "
        f"{(SYMBOLS - 1) ** LENGTH} sequences ({EPOCHS} passes of Adam, mini-batches of {BATCH}, {count} parameters), "
        f"its cost fell from {text_number(history.loss[0])} to {text_number(history.loss[-1], 6)}. Of all the "
        f"sequences that it was never shown, {100 * accuracy():.2f} % of the symbols are copied right. Three of them:"
    )
    return section("It copies", Paragraph(text), Table(("read", "said", "right"), rows))


def _looks() -> Section:
    P = weights()
    steps = range(2 * LENGTH)
    rows = tuple((str(t), *(text_number(P[t, u], 2) if u <= t else "" for u in steps)) for t in steps)
    for t in range(LENGTH, 2 * LENGTH):
        if P[t].argmax() != t - LENGTH:
            raise AssertionError(f"step {t} does not look at step {t - LENGTH}")
    text = (
        f"The weights $P_{{tu}}$ of the trained block for one new sequence. From step {LENGTH} on each step looks at "
        f"the one {LENGTH} steps before it, where the symbol stands that is asked for; nothing told it to:"
    )
    dots = tuple(Series(f"step {t}", tuple((float(u), float(P[t, u])) for u in range(t + 1)))
                 for t in range(LENGTH, 2 * LENGTH))  # fmt: skip
    return section(
        "Where it looks",
        Paragraph(text),
        Table(("$t$", *(f"$u = {u}$" for u in steps)), rows, numeric=tuple(range(1, 2 * LENGTH + 1))),
        Plot("How much each of the steps that copy looks at which step.", dots, "$u$", "$P_{tu}$"),
    )
