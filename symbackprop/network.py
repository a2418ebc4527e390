"""A network: layers strung together into one formula, its parameters named as PyTorch's ``state_dict`` names them.

It holds renamed copies of the layers' equations (``W1``, ``z1``, ``a1``, ...). Sizes stay symbolic (``D0``, ``D1``,
...); their numbers travel beside the formula.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr

from symbackprop.chaining import Builder, WrongAxes
from symbackprop.equations import Formula, Renaming
from symbackprop.errors import DataError
from symbackprop.layers import Init, Layer
from symbackprop.losses import Loss
from symbackprop.parts import Part, Residual, leaves


@dataclass(frozen=True)
class Network:
    """The formula of a network and what a trainer needs beside it.

    ``parameters`` maps state_dict keys to tensor names (shared ones appear under each key), ``starts`` tensor names
    to initialisers, ``sizes`` size names to numbers; ``output`` is the last layer's tensor, ``probabilities`` the
    tensor of class probabilities, ``target`` and ``task`` are the loss's, ``constants`` the values
    of its fixed vectors. ``fixed`` are lengths that depend on sizes of the input and must be a number all the same.

    ``buffers`` maps state_dict keys to tensors that are kept but not trained, ``updates`` those to the tensors that are
    their next values; ``masks`` says with which chance an entry of a mask is 1, ``least`` of how
    many values of each channel a statistic is made at least. ``evaluation`` is the network as it
    predicts, where that differs.
    """

    formula: Formula
    sizes: Mapping[str, int]
    parameters: Mapping[str, str]
    starts: Mapping[str, Init]
    input: str
    output: str
    target: str | None = None
    task: str = "values"
    probabilities: str | None = None
    constants: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    fixed: Mapping[Expr, int] = field(default_factory=dict)
    buffers: Mapping[str, str] = field(default_factory=dict)
    updates: Mapping[str, str] = field(default_factory=dict)
    masks: Mapping[str, float] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    evaluation: "Network | None" = None

    @property
    def weights(self) -> list[str]:
        """The parameters with two axes or more, in the formula's names: no biases, no scales of single channels."""
        return [n for n in dict.fromkeys(self.parameters.values()) if len(self.formula.tensors[n].shape) > 1]


_MOST_AXES = 5


def build(parts: Sequence[Part], loss: Loss | None, title: str = "", axes: int | None = None) -> Network:
    """The network of these layers, its loss at the end where there is one.

    ``axes`` says how many axes its input has, the batch included; without it the fewest with which all layers fit.
    Raises ``DataError`` where sizes of neighbours differ: it names both layers and sizes.

    >>> from symbackprop.layers import Linear, ReLU
    >>> net = build([Linear(4, 10), ReLU()], None)
    >>> net.formula.equations[1]
    a1[n, j] = relu(z1[n, j])
    >>> dict(net.parameters), dict(net.sizes)
    ({'0.weight': 'W1', '0.bias': 'b1'}, {'D0': 4, 'D1': 10})
    """
    if loss is not None:
        _check_softmax(parts, loss)
    training = _built(parts, loss, title, axes, True)
    if not any(isinstance(p, Layer) and p.evaluation is not None for p in leaves(parts)):
        return training
    return replace(training, evaluation=_built(parts, loss, title, axes, False))


def _built(parts: Sequence[Part], loss: Loss | None, title: str, axes: int | None, training: bool) -> Network:
    builder = _chained(parts, axes, training)
    output = builder.current
    renaming = None if loss is None else builder.loss(parts[-1], loss)
    finer = builder.all_multiples()
    network = Network(
        builder.formula(title),
        builder.sizes,
        builder.parameters,
        builder.starts,
        builder.input,
        output,
        fixed={length.xreplace(finer): number for length, number in builder.fixed.items()},
        buffers=builder.buffers,
        updates=builder.updates,
        masks=builder.masks,
        least=builder.least,
    )
    if loss is None or renaming is None:
        return network
    return replace(
        network,
        target=renaming.name(loss.target),
        task=loss.task,
        constants={renaming.name(n): values for n, values in loss.constants.items()},
        probabilities=_probabilities(output, loss, renaming),
    )


def _chained(parts: Sequence[Part], axes: int | None, training: bool) -> Builder:
    """All layers put together; of several failures the one that came furthest is raised."""
    failures: list[tuple[int, bool, DataError]] = []
    for count in range(2, _MOST_AXES + 1) if axes is None else (axes,):
        builder = Builder(_shares_or_adds(parts), count, training)
        try:
            builder.chain(parts, "")
            return builder
        except DataError as e:
            failures.append((len(builder.equations), not isinstance(e, WrongAxes), e))
    raise max(failures, key=lambda f: f[:2])[2]


def _probabilities(output: str, loss: Loss, renaming: Renaming) -> str | None:
    if loss.probabilities == "x":
        return output
    return None if loss.probabilities is None else renaming.name(loss.probabilities)


def _check_softmax(parts: Sequence[Part], loss: Loss) -> None:
    last = parts[-1]
    if loss.kind == "CrossEntropyLoss" and isinstance(last, Layer) and last.kind in ("Softmax", "Sigmoid"):
        import warnings

        warnings.warn(
            f"{last.kind} before CrossEntropyLoss: the loss takes logits and applies the softmax itself; "
            f"leave {last.kind} out",
            stacklevel=4,
        )


def _shares_or_adds(parts: Sequence[Part]) -> bool:
    """Whether sizes that are equal numbers must be one symbol: a layer used twice, or a residual sum."""
    every = list(leaves(parts))
    return len({id(p) for p in every}) < len(every) or any(isinstance(p, Residual) for p in every)
