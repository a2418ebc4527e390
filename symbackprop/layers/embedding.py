"""Embedding: a vector for each of a number of labels."""

from symbackprop.layers.table import Layer, layer, positive


@layer
def Embedding(num_embeddings: int, embedding_dim: int) -> Layer:
    """y = W[t] for labels t below ``num_embeddings``, of shape (N, T): the first layer of a network.

    >>> print(Embedding(10, 4).text(2))
    label t[N, T] < V
    param W[V, D]
    y[n, u, d] = W[t[n, u], d]
    """
    positive("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
    text = "label t[N, T] < V\nparam W[V, D]\ny[n, u, d] = W[t[n, u], d]"
    arguments = {"num_embeddings": num_embeddings, "embedding_dim": embedding_dim}
    sizes = {"V": num_embeddings, "D": embedding_dim}
    return Layer("Embedding", arguments, lambda axes: text, sizes, {"W": "weight"}, {"W": ("normal", None)})
