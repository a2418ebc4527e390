"""Plain NumPy functions read as equations in index notation.

The person's own function is run, with arrays that hold an index expression instead of numbers (``arrays``), under a
stand-in for ``np`` (``facade``, ``functions``). What comes out is a formula of named intermediates (``trace``), which
is derived and judged like any other.
"""
