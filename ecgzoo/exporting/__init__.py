"""Exporting: a trained model as versioned SavedModels that a model server loads as they are.

``saved_model`` writes, checks and loads a version; ``signatures`` are what it can be asked;
``server`` looks after versions, labels and a server's files; ``runtimes`` converts for others.
"""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "exporting.runtimes.conversion": ["convert"],
        "exporting.saved_model.served": ["Served", "restored"],
        "exporting.saved_model.verification": ["check_version", "verify"],
        "exporting.saved_model.write": ["export", "rehearse"],
        "exporting.server.publishing": ["promote", "prune", "roll_back"],
        "exporting.server.versions": ["summarize"],
    },
)
