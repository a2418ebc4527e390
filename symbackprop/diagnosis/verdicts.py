"""Table of findings: what each is called, from which number on it is said, and what that means.

The thresholds are conventions, stated wherever they decide. A norm is compared with the one at the last layer's output:
a thousandth of it, with the same learning rate for all layers, leaves a layer where it began.
"""

import math

VANISHING = 1e-3  # of the norm at the last layer's output
EXPLODING = 1e3
OVERSHOOTING = 100.0  # times the norm of the weights: a step at rate 0.01 is as long as they are
DEAD = 0.1  # of a layer's units
SATURATED = 0.5

FINDINGS = {
    "exploding": f"the adjoint is at least {EXPLODING:g} times as long as at the last layer's output, or the gradient "
    f"at least {OVERSHOOTING:g} times as long as the weights",
    "vanishing": f"the adjoint is at most {VANISHING:g} times as long as at the last layer's output",
    "dead": f"at least {DEAD:.0%} of the units pass no gradient on any of the data",
    "saturated": f"at least {SATURATED:.0%} of the units have slopes below 1% of the steepest on over 95% of the data",
}


def verdicts(relative: float, push: float, dead: float, saturated: float) -> tuple[str, ...]:
    """The findings of one layer: ``relative`` norm of the adjoint, the gradient's norm over that of the weights
    (``push``), parts of the units.

    >>> verdicts(1e-5, 0.1, 0.0, 0.75), verdicts(1.0, math.inf, 0.25, 0.0), verdicts(0.5, 0.1, 0.0, 0.1)
    (('vanishing', 'saturated'), ('exploding', 'dead'), ())
    """
    overflows = not (math.isfinite(relative) and math.isfinite(push))
    found = {
        "exploding": overflows or relative >= EXPLODING or push >= OVERSHOOTING,
        "vanishing": not overflows and relative <= VANISHING,
        "dead": dead >= DEAD,
        "saturated": saturated >= SATURATED,
    }
    return tuple(name for name in FINDINGS if found[name])
