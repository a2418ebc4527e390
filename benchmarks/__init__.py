"""Benchmarks, each a ratio against a peer in one run: ``python -m benchmarks``."""
