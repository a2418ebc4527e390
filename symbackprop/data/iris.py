"""Fisher's Iris flowers, shipped with the package; ``data/README.md`` names the source."""

from pathlib import Path

from symbackprop.data.files import read_table
from symbackprop.data.table import Table


def load_iris() -> Table:
    """150 flowers, four measurements in cm, three species.

    >>> iris = load_iris()
    >>> iris.X.shape, iris.classes
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """
    return read_table(Path(__file__).with_name("iris.csv"))
