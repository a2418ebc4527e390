"""Data for training: tables from files, Iris flowers and handwritten digits, standardising and splitting."""

from symbackprop.data.digits import load_digits
from symbackprop.data.files import read_table
from symbackprop.data.iris import load_iris
from symbackprop.data.prepare import Scaling, stratified_split
from symbackprop.data.table import Table

__all__ = ["Scaling", "Table", "load_digits", "load_iris", "read_table", "stratified_split"]
