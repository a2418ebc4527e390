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
# Layers that want other inputs: their arguments and the shapes of inputs that are tried with each.
SHAPED = {
    "Conv1d": [
        ({"in_channels": 4, "out_channels": 3, "kernel_size": 3}, (2, 4, 7)),
        ({"in_channels": 4, "out_channels": 3, "kernel_size": 4, "stride": 3, "padding": 2}, (2, 4, 9)),
        ({"in_channels": 4, "out_channels": 6, "kernel_size": 2, "dilation": 3, "groups": 2, "bias": False}, (3, 4, 8)),
        ({"in_channels": 4, "out_channels": 4, "kernel_size": 3, "stride": 2, "dilation": 2, "padding": 1,
          "groups": 4}, (2, 4, 9)),
        ({"in_channels": 4, "out_channels": 2, "kernel_size": 1}, (2, 4, 5)),
    ],
    "Conv2d": [
        ({"in_channels": 2, "out_channels": 3, "kernel_size": 3, "padding": 1}, (2, 2, 5, 4)),
        ({"in_channels": 2, "out_channels": 3, "kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)},
         (2, 2, 6, 5)),
        ({"in_channels": 2, "out_channels": 4, "kernel_size": 2, "dilation": 2, "groups": 2, "bias": False},
         (1, 2, 5, 6)),
        ({"in_channels": 2, "out_channels": 2, "kernel_size": 3, "stride": 2}, (2, 2, 7, 8)),
    ],
    "MaxPool1d": [({"kernel_size": 2}, (2, 3, 6)), ({"kernel_size": 3, "stride": 2, "padding": 1}, (2, 3, 7))],
    "MaxPool2d": [
        ({"kernel_size": 2}, (2, 3, 4, 6)),
        ({"kernel_size": 3, "stride": 1, "padding": 1}, (2, 2, 4, 5)),
        ({"kernel_size": (3, 2), "stride": (2, 3)}, (2, 2, 7, 8)),
    ],
    "AvgPool1d": [({"kernel_size": 3}, (2, 3, 6)), ({"kernel_size": 3, "stride": 2, "padding": 1}, (2, 3, 7))],
    "AvgPool2d": [({"kernel_size": 2}, (2, 3, 4, 6)), ({"kernel_size": 3, "stride": 2, "padding": 1}, (2, 2, 4, 5))],
    "AdaptiveAvgPool2d": [({"output_size": 1}, (2, 3, 4, 5))],
    "Flatten": [({}, (2, 3, 4)), ({}, (2, 3, 2, 4))],
    "LayerNorm": [({"normalized_shape": 4}, (5, 4)), ({"normalized_shape": 4, "bias": False}, (2, 3, 4)),
                  ({"normalized_shape": 4, "eps": 0.1, "elementwise_affine": False}, (2, 3, 4))],
    "RMSNorm": [({"normalized_shape": 4}, (5, 4)), ({"normalized_shape": 4, "eps": 0.01}, (2, 3, 4))],
    "GroupNorm": [({"num_groups": 2, "num_channels": 4}, (3, 4)), ({"num_groups": 2, "num_channels": 4}, (2, 4, 3, 2)),
                  ({"num_groups": 4, "num_channels": 4, "affine": False}, (2, 4, 5))],
    "BatchNorm1d": [({"num_features": 4}, (5, 4)), ({"num_features": 3, "momentum": 0.3}, (4, 3, 5)),
                    ({"num_features": 3, "affine": False, "eps": 0.1}, (4, 3))],
    "BatchNorm2d": [({"num_features": 2}, (3, 2, 4, 5))],
    "Bilinear": [
        ({"in1_features": 2, "in2_features": 3, "out_features": 4}, (5, 5)),
        ({"in1_features": 4, "in2_features": 1, "out_features": 2, "bias": False}, (2, 3, 5)),
    ],
    "RNN": [
        ({"input_size": 3, "hidden_size": 2, "num_layers": 2, "bidirectional": True}, (2, 4, 3)),
        ({"input_size": 3, "hidden_size": 4}, (2, 5, 3)),
        ({"input_size": 3, "hidden_size": 2, "num_layers": 2, "nonlinearity": "relu", "bias": False}, (2, 4, 3)),
    ],
    "LSTM": [
        ({"input_size": 3, "hidden_size": 4, "bidirectional": True}, (2, 5, 3)),
        ({"input_size": 3, "hidden_size": 2, "num_layers": 3, "bias": False, "bidirectional": True}, (2, 3, 3)),
        ({"input_size": 3, "hidden_size": 4}, (2, 5, 3)),
        ({"input_size": 2, "hidden_size": 3, "num_layers": 2}, (3, 4, 2)),
        ({"input_size": 3, "hidden_size": 2, "bias": False}, (2, 1, 3)),
    ],
    "GRU": [
        ({"input_size": 2, "hidden_size": 3, "num_layers": 2, "bidirectional": True}, (2, 4, 2)),
        ({"input_size": 3, "hidden_size": 4}, (2, 5, 3)),
        ({"input_size": 2, "hidden_size": 3, "num_layers": 3, "bias": False}, (2, 4, 2)),
    ],
    "SelfAttention": [
        ({"embed_dim": 6, "num_heads": 2}, (2, 5, 6)),
        ({"embed_dim": 4, "num_heads": 4, "causal": True}, (2, 3, 4)),
        ({"embed_dim": 6, "num_heads": 3, "bias": False, "causal": True}, (2, 4, 6)),
    ],
}  # fmt: skip
# What PyTorch wants to be told where there is only one way here.
TOLD = {"Softmax": {"dim": -1}, "LogSoftmax": {"dim": -1}}
# Entries that PyTorch has not.
OURS = {"FunctionLayer", "Step", "Last", "Embedding", "Dropout"}  # the last three have a test of their own
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
