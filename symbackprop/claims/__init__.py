"""What people claim about gradients, read and judged: hand derivations in LaTeX, gradients in NumPy.

``report`` has the data that both end in; a claim is read into index notation, the truth is derived from the forward
definitions, and ``symbackprop.proof`` compares the two. A claim is never judged against the line before it.
"""
