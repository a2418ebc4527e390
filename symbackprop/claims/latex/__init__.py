"""Reading hand derivations: text to displays, tokens, trees, statements, index notation.

Nothing that stands in a document is executed, expanded by TeX or looked up in the file system. What cannot be read is
left unread, with the place and the reason; it is never guessed.
"""
