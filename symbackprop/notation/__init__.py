"""The text notation: text to a ``Formula`` and back.

The stages are ``lexer`` (tokens), ``parser`` (a tree of ``syntax``), ``names`` (who is what), ``ranges`` (how far each
index runs), ``elaborate`` (SymPy terms) and ``printer`` (the way back). Nothing that a person wrote is ever handed to
Python or to SymPy as text: numbers are made from digits, every name is looked up in our own tables.
"""

from symbackprop.notation.declare import text
from symbackprop.notation.read import formula

__all__ = ["formula", "text"]
