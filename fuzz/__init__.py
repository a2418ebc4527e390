"""Hostile homework by the thousand: random mutations of the hand derivations, which must never hurt the reader."""
