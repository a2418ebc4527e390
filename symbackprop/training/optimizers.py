"""Table of optimisers, with PyTorch's names, arguments, defaults and update rules.

A class here says which arguments there are; the equations stand in ``update_rules``.
"""

from collections.abc import Callable

from symbackprop.errors import DataError
from symbackprop.training.optimizer import Optimizer

__all__ = ["OPTIMIZERS", "SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]


class SGD(Optimizer):
    """Stochastic gradient descent: w ← w - lr g, with momentum, Nesterov's momentum and weight decay as PyTorch has
    them.

    H. Robbins and S. Monro, 1951; momentum: B. Polyak, 1964; Nesterov's in the form of I. Sutskever et al., 2013.
    Raises ``DataError`` for a negative argument, or Nesterov without momentum.

    >>> import numpy as np
    >>> w = {"w": np.array([1.0])}
    >>> SGD(lr=0.5).update(w, {"w": np.array([0.2])}); w["w"]
    array([0.9])
    """

    kind = "SGD"

    def __init__(
        self, lr: float = 1e-3, momentum: float = 0.0, weight_decay: float = 0.0, nesterov: bool = False
    ) -> None:
        super().__init__(lr=lr, momentum=momentum, weight_decay=weight_decay, nesterov=bool(nesterov))
        if nesterov and momentum == 0:
            raise DataError("SGD: nesterov=True needs a momentum above 0")


class Adam(Optimizer):
    """Adaptive moments: steps along the mean of the gradients over the root of the mean of their squares.

    D. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2015; ``amsgrad``: S. Reddi et al., 2018. The
    ``weight_decay`` is added to the gradient. Raises ``DataError`` for an argument out of its range.

    >>> import numpy as np
    >>> w = {"w": np.array([1.0, -2.0])}
    >>> Adam(lr=0.1).update(w, {"w": np.array([0.3, -4.0])}); w["w"].round(6)  # the first step has the length lr
    array([ 0.9, -1.9])
    """

    kind = "Adam"

    def __init__(
        self,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=bool(amsgrad))


class AdamW(Adam):
    """Adam with decoupled weight decay: the weights shrink by lr·weight_decay beside Adam's step.

    I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", 2019. Raises ``DataError`` for an argument
    out of its range.

    >>> import numpy as np
    >>> w = {"w": np.array([1.0])}
    >>> AdamW(lr=0.1, weight_decay=0.5).update(w, {"w": np.array([0.0])}); w["w"]
    array([0.95])
    """

    kind = "AdamW"

    def __init__(
        self,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(lr, betas, eps, weight_decay, amsgrad)


class RMSprop(Optimizer):
    """The gradient over the root of a running mean of its squares; ``centered``: over its standard deviation.

    T. Hinton, lecture 6 of "Neural networks for machine learning", 2012; centered: A. Graves, 2013. A variance that
    rounding makes negative counts as 0. Raises ``DataError`` for a negative argument.

    >>> import numpy as np
    >>> w = {"w": np.array([1.0])}
    >>> RMSprop(lr=0.1, alpha=0.75).update(w, {"w": np.array([3.0])}); w["w"].round(6)
    array([0.8])
    """

    kind = "RMSprop"

    def __init__(
        self,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(
            lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=bool(centered)
        )


class Adagrad(Optimizer):
    """The gradient over the root of the sum of all its squares so far.

    J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
    2011. Raises ``DataError`` for a negative argument.

    >>> import numpy as np
    >>> w = {"w": np.array([1.0])}
    >>> Adagrad(lr=0.5).update(w, {"w": np.array([4.0])}); w["w"].round(6)
    array([0.5])
    """

    kind = "Adagrad"

    def __init__(
        self,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {c.kind: c for c in (SGD, Adam, AdamW, RMSprop, Adagrad)}
