"""The proof sheet: ``blocks`` is the data, ``build`` makes it from a derivation, ``sheet`` saves it in any format."""
