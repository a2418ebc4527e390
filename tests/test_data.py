"""Data: files as people have them, Iris, digits, standardising on the training part, stratified splits."""

import numpy as np
import pytest

from symbackprop.data import Scaling, Table, load_digits, load_iris, read_table, stratified_split
from symbackprop.errors import DataError


def _csv(tmp_path, text, name="data.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_iris_is_the_classical_data():
    iris = load_iris()
    assert iris.X.shape == (150, 4)
    assert np.bincount(iris.y).tolist() == [50, 50, 50]
    # Fisher's own values in the rows that the copy of the UCI repository has wrong.
    assert iris.X[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert iris.X[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    np.testing.assert_allclose(iris.X.mean(axis=0), [5.843333, 3.057333, 3.758, 1.199333], atol=1e-6)


def test_digits_are_the_classical_data():
    digits = load_digits()
    assert digits.X.shape == (1797, 64) and digits.classes == tuple("0123456789")
    assert np.bincount(digits.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert set(np.unique(digits.X)) == set(range(17)) and digits.X.sum() == 561718
    assert digits.X[0, 16:24].tolist() == [0, 3, 15, 2, 0, 11, 8, 0]
    assert digits.y[:10].tolist() == list(range(10))


def test_csv_takes_the_last_column_or_the_named_one(tmp_path):
    path = _csv(tmp_path, "a,b,c\n1,2,3\n4,5,6\n")
    assert read_table(path).X.tolist() == [[1, 2], [4, 5]]
    named = read_table(path, "a")
    assert named.y.tolist() == [1, 4]
    assert named.features == ("b", "c")


def test_csv_text_targets_are_classes_in_alphabetical_order(tmp_path):
    table = read_table(_csv(tmp_path, "a,kind\n1,dog\n2,cat\n3,dog\n"))
    assert table.classes == ("cat", "dog")
    assert table.y.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    "text", ["a;b\n1;2\n", "a\tb\n1\t2\n", "\ufeffa,b\n1,2\n", "a,b\n\n1,2\n\n", 'a,"b"\r\n1,"2"\r\n']
)
def test_csv_as_spreadsheets_write_it(tmp_path, text):
    table = read_table(_csv(tmp_path, text))
    assert (table.features, table.target, table.X.tolist(), table.y.tolist()) == (("a",), "b", [[1]], [2])


BAD_FILES = {
    "a,b,y\n1,2,3\n2,,4\n": "line 3, column 'b': the cell is empty",
    "a,b,y\n1,2,3\n2,x,4\n": "line 3, column 'b': 'x' is no finite number",
    "a,b,y\n1,2,3\n2,inf,4\n": "line 3, column 'b': 'inf' is no finite number",
    "a,b,y\n1,2,3\n\n2,3\n": "line 4: 2 cells, but the header has 3 columns",
    "a,y\n1,1\n2,2\n3,3\n4,2.o\n": "line 5, column 'y': '2.o' is no finite number",
    "a,y\n1,u\n2,\n3,v\n": "line 3, column 'y': the cell is empty",
    "1,2\n3,4\n": "put the columns' names there",
    "a,y\n": "at least one row of data",
    "": "at least one row of data",
    "y\n1\n": "there are no features",
}


@pytest.mark.parametrize("text", BAD_FILES)
def test_csv_errors_say_where(tmp_path, text):
    with pytest.raises(DataError) as error:
        read_table(_csv(tmp_path, text))
    assert BAD_FILES[text] in str(error.value)


def test_an_unknown_column_gets_a_suggestion(tmp_path):
    with pytest.raises(DataError, match="did you mean 'species'"):
        read_table(_csv(tmp_path, "a,species\n1,2\n"), "specie")


def test_npz_arrays_go_by_the_names_in_the_formula_or_by_X_and_y(tmp_path):
    X, y = np.ones((2, 3)), np.array([0.5, 1.5])
    for names in (("u", "v"), ("X", "y"), ("x", "t")):
        np.savez(tmp_path / "d.npz", **dict(zip(names, (X, y), strict=True)))
        table = read_table(tmp_path / "d.npz", names=("u", "v"))
        assert (table.X.shape, table.y.tolist()) == ((2, 3), [0.5, 1.5])


def test_npz_of_pickled_objects_or_without_the_arrays_is_refused(tmp_path):
    np.savez(tmp_path / "d.npz", X=np.array([{}], dtype=object), y=np.zeros(1))
    with pytest.raises(DataError, match="file of plain arrays"):
        read_table(tmp_path / "d.npz")
    np.savez(tmp_path / "e.npz", Q=np.zeros(1))
    with pytest.raises(DataError, match="no array 'X'; there are Q"):
        read_table(tmp_path / "e.npz")
    (tmp_path / "f.npz").write_bytes(b"not a zip")
    with pytest.raises(DataError, match=r"f\.npz"):
        read_table(tmp_path / "f.npz")


def test_numbers_become_classes_only_where_they_are_whole():
    assert Table(np.zeros((3, 1)), np.array([1.0, 2.0, 1.0])).with_classes().classes == ("0", "1", "2")
    assert Table(np.zeros((2, 1)), np.array([10.0, 20.0])).with_classes().y.tolist() == [0, 1]
    with pytest.raises(DataError, match=r"numbers such as 2\.5"):
        Table(np.zeros((2, 1)), np.array([1.0, 2.5])).with_classes()


def test_scaling_learns_from_the_rows_it_is_given_alone():
    random = np.random.default_rng(0)
    train, other = random.normal(3, 2, (50, 3)), random.normal(9, 1, (20, 3))
    scaling = Scaling.of(train)
    np.testing.assert_allclose(scaling.apply(train).mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaling.apply(train).std(axis=0), 1)
    np.testing.assert_allclose(scaling.apply(other), (other - train.mean(axis=0)) / train.std(axis=0))


@pytest.mark.parametrize("seed", range(5))
def test_a_stratified_third_of_iris(seed):
    labels = load_iris().y
    train, held = stratified_split(labels, 1 / 3, seed)
    assert sorted([*train, *held]) == list(range(150))
    assert np.bincount(labels[held]).tolist() == [17, 17, 17]
    again = stratified_split(labels, 1 / 3, seed)
    assert np.array_equal(again[1], held)
    assert not np.array_equal(stratified_split(labels, 1 / 3, seed + 100)[1], held)


def test_small_classes_keep_a_row_for_training():
    train, held = stratified_split(np.array([0, 0, 1]), 0.9, seed=0)
    assert set(train) >= {2} and len(held) == 1
    with pytest.raises(DataError, match="too few"):
        stratified_split(np.array([0]), 0.5, seed=0)
    with pytest.raises(DataError, match="between 0 and 1"):
        stratified_split(np.array([0, 0]), 1.0, seed=0)
