"""Training: initialisation, optimisers, the trainer and its file format, all in NumPy around the generated step."""
