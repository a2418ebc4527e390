"""Moments of functions of a normal variable: what initialisation must know of an activation."""
