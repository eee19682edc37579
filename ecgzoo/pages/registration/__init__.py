"""Registration: a page of the known layout anywhere in an image, at any size and turn.

``rectify`` draws it as the printer would have; the tracer for clean originals then reads it.
"""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "pages.registration.page_image": ["read_darkness"],
        "pages.registration.pose": ["Pose"],
        "pages.registration.rectification": ["RectifiedPage", "rectify"],
    },
)
