"""Functions of a Python file interpreted from its syntax tree: nothing in the file is executed.

``module`` parses under limits, ``statements`` and ``expressions`` interpret, ``libraries`` says which functions there
are. Whatever is not on a list (a kind of syntax, a function, an attribute, a type of value) is refused by name; no
text reaches Python's own interpreter. Values are Python's and NumPy's own, so that what code means is what it means
there; ``bounds`` looks at sizes before anything is computed, ``limits`` counts steps.
"""
