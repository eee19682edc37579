"""ecgzoo: a Keras model zoo for ECGs, from signal domains to a served model.

``import ecgzoo`` is quick: TensorFlow and Keras are imported when a model is first built, NumPy
when a signal is first described. So ``ecgzoo.client`` works where none of them is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecgzoo.lazy import lazy
from ecgzoo.version import __version__

if TYPE_CHECKING:
    from ecgzoo.artifact.resolve import list_presets
    from ecgzoo.client import Client
    from ecgzoo.errors import (
        DatasetNotFoundError,
        EcgzooError,
        ExportError,
        LabelError,
        NoPeaksError,
        OversamplingError,
        PageError,
        PresetError,
        RunBusyError,
        RunError,
        ServerError,
        SignalError,
        SigningError,
        UnknownNameError,
        UnreadableZipError,
    )
    from ecgzoo.exporting.saved_model.write import export
    from ecgzoo.models.build import build, describe
    from ecgzoo.models.save import save_preset
    from ecgzoo.prediction.load import embed, explain, load
    from ecgzoo.registry import (
        list_models,
        register_domain,
        register_encoder,
        register_fusion,
        register_model,
    )
    from ecgzoo.signal_spec import SignalSpec
    from ecgzoo.training.finetuning.finetune import finetune

    create_model = build

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "artifact.resolve": ["list_presets"],
        "client": ["Client"],
        "errors": [
            "DatasetNotFoundError",
            "EcgzooError",
            "ExportError",
            "LabelError",
            "NoPeaksError",
            "OversamplingError",
            "PageError",
            "PresetError",
            "RunBusyError",
            "RunError",
            "ServerError",
            "SignalError",
            "SigningError",
            "UnknownNameError",
            "UnreadableZipError",
        ],
        "exporting.saved_model.write": ["export"],
        "models.build": ["build", "create_model=build", "describe"],
        "models.save": ["save_preset"],
        "prediction.load": ["embed", "explain", "load"],
        "registry": [
            "list_models",
            "register_domain",
            "register_encoder",
            "register_fusion",
            "register_model",
        ],
        "signal_spec": ["SignalSpec"],
        "training.finetuning.finetune": ["finetune"],
    },
    own=["__version__"],
)
