"""App: a page on this machine on which an ECG is dropped, and read, answered and explained."""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "app.routes": ["application"],
        "app.models": ["Choice", "Models"],
        "app.serving": ["serve"],
    },
)
