"""Models: functional-API builders that join domains, encoders, a fusion and a classifier."""

from ecgzoo.models.build import build, describe
from ecgzoo.models.classifier import Classifier, LayerHead
from ecgzoo.models.core import Core, Insides, Loaded
from ecgzoo.models.embed import embed, embed_raw
from ecgzoo.models.front import SignalModel, core_of, with_front
from ecgzoo.models.make_core import make_core
from ecgzoo.models.views import branches, embeddings, present
from ecgzoo.models.weights import load_preset, save_preset

__all__ = [
    "Classifier",
    "Core",
    "Insides",
    "LayerHead",
    "Loaded",
    "SignalModel",
    "branches",
    "build",
    "core_of",
    "describe",
    "embed",
    "embed_raw",
    "embeddings",
    "load_preset",
    "make_core",
    "present",
    "save_preset",
    "with_front",
]
