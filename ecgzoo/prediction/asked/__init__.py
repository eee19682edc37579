"""Asked: a model and how to ask it, in this process or on a server, before TensorFlow is there."""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "prediction.asked.asked": ["Asked"],
        "prediction.asked.loaded_here": ["in_folder", "of_number"],
        "prediction.asked.served_there": ["on_server"],
    },
)
