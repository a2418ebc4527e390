"""Gradients derived symbolically from forward formulas: proof sheet, checks and fast code from one derivation."""
