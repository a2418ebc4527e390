"""Handwritten digits, 8 by 8, shipped with the package.

E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998,
doi:10.24432/C50P49, under CC BY 4.0; ``data/README.md`` says more.
"""

from pathlib import Path

import numpy as np

from symbackprop.data.table import Table


def load_digits() -> Table:
    """1797 digits, 64 pixels each row by row, from 0 (paper) to 16 (ink); ``X.reshape(-1, 1, 8, 8)`` makes images.

    >>> digits = load_digits()
    >>> digits.X.shape, digits.X.max(), digits.classes[3], digits.features[9]
    ((1797, 64), np.float64(16.0), '3', 'pixel_1_1')
    """
    path = Path(__file__).with_name("digits.csv.gz")
    values = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.intp)
    features = tuple(f"pixel_{r}_{c}" for r in range(8) for c in range(8))
    classes = tuple(map(str, range(10)))
    return Table(values[:, :-1].astype(float), values[:, -1], classes, features, "digit", path.name)
