"""ecgzoo: a Keras model zoo for ECGs, from signal domains to a served model.

``import ecgzoo`` is quick: TensorFlow and Keras are imported when a model is first built, NumPy
when a signal is first described. So ``ecgzoo.client`` works where none of them is installed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ecgzoo.registry import (
    list_models,
    register_domain,
    register_encoder,
    register_fusion,
    register_model,
)

if TYPE_CHECKING:
    from ecgzoo.errors import SignalError
    from ecgzoo.models.build import build, describe
    from ecgzoo.signal_spec import SignalSpec
    from ecgzoo.training.finetuning.finetune import finetune

__version__ = "0.1.0"

__all__ = [
    "SignalError",
    "SignalSpec",
    "build",
    "describe",
    "finetune",
    "list_models",
    "register_domain",
    "register_encoder",
    "register_fusion",
    "register_model",
]

_LAZY = {
    "SignalError": "ecgzoo.signal_spec",
    "SignalSpec": "ecgzoo.signal_spec",
    "build": "ecgzoo.models.build",
    "describe": "ecgzoo.models.build",
    "finetune": "ecgzoo.training.finetuning.finetune",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'ecgzoo' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return __all__
