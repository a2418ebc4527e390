"""Equations back to text (being written)."""


def text(thing, names=None) -> str:  # type: ignore[no-untyped-def]
    """The notation of an equation, an expression or a formula."""
    return str(thing)
