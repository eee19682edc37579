"""Asks models on a TensorFlow Serving server; needs nothing but Python's standard library."""

from ecgzoo.client.answers import Contract, Embedding, Prediction, Saliency, Version, mean
from ecgzoo.client.client import Client
from ecgzoo.errors import ServerError

__all__ = [
    "Client",
    "Contract",
    "Embedding",
    "Prediction",
    "Saliency",
    "ServerError",
    "Version",
    "mean",
]
