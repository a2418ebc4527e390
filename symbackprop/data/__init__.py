"""Data for training: tables from files, the Iris flowers, standardising and splitting."""

from symbackprop.data.files import read_table
from symbackprop.data.iris import load_iris
from symbackprop.data.prepare import Scaling, stratified_split
from symbackprop.data.table import Table

__all__ = ["Scaling", "Table", "load_iris", "read_table", "stratified_split"]
