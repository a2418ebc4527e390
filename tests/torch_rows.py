"""Rows for the comparison with PyTorch: arguments of each entry of the tables, and the shapes of inputs."""

# Name: the arguments that are tried, each as keywords. Names without a row take no argument.
ARGUMENTS = {
    "Linear": [{"in_features": 4, "out_features": 3}, {"in_features": 4, "out_features": 3, "bias": False}],
    "LeakyReLU": [{}, {"negative_slope": 0.2}, {"negative_slope": -0.5}],
    "PReLU": [{}, {"init": 0.1}, {"num_parameters": 4}],
    "ELU": [{}, {"alpha": 0.3}],
    "CELU": [{}, {"alpha": 2.0}],
    "GELU": [{}, {"approximate": "tanh"}],
    "Softplus": [{}, {"beta": 2.5}],
    "Hardtanh": [{}, {"min_val": -0.25, "max_val": 2.0}],
    "Threshold": [{"threshold": 0.1, "value": -3.0}, {"threshold": -1, "value": 2}],
}
# What PyTorch wants to be told where there is only one way here.
TOLD = {"Softmax": {"dim": -1}, "LogSoftmax": {"dim": -1}}
# Entries that PyTorch has not.
OURS = {"FunctionLayer", "Step"}
# PyTorch's slope of Hardsigmoid is 1/6 in single precision, whatever the type of its input.
ROUGH = {"Hardsigmoid": 1e-7}
SHAPES = [(5, 4), (2, 3, 4)]

# Losses: the arguments that are tried. Every loss is tried without arguments, and with both reductions.
WEIGHTS = [0.5, 2.0, 1.25, 0.75]
LOSS_ARGUMENTS = {
    "HuberLoss": [{"delta": 0.4}],
    "SmoothL1Loss": [{"beta": 0.3}, {"beta": 0}],
    "CrossEntropyLoss": [
        {"label_smoothing": 0.1},
        {"weight": WEIGHTS},
        {"weight": WEIGHTS, "label_smoothing": 0.25},
        {"soft_targets": True},
        {"soft_targets": True, "weight": WEIGHTS, "label_smoothing": 0.2},
    ],
    "NLLLoss": [{"weight": WEIGHTS}],
    "BCEWithLogitsLoss": [{"pos_weight": 3.0}],
    "KLDivLoss": [{"log_target": True}, {"reduction": "batchmean"}],
    "HingeEmbeddingLoss": [{"margin": 0.5}],
    "MultiMarginLoss": [{"margin": 0.5}],
    "CosineEmbeddingLoss": [{"margin": 0.3}],
}
