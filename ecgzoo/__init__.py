"""ecgzoo: a Keras model zoo for ECGs, from signal domains to a served model.

``import ecgzoo`` is quick: TensorFlow and Keras are imported when a model is first built, NumPy
when a signal is first described. So ``ecgzoo.client`` works where none of them is installed.
"""

from typing import TYPE_CHECKING

from ecgzoo.errors import (
    AnswersError,
    BackendError,
    DataError,
    DatasetNotFoundError,
    EcgzooError,
    ExportError,
    LabelError,
    MissingExtraError,
    NoPeaksError,
    NoRowsError,
    OversamplingError,
    PageError,
    PartsError,
    PresetError,
    ProcessLostError,
    RegressionError,
    RunBusyError,
    RunError,
    ServerError,
    SheetError,
    SignalError,
    SigningError,
    UnknownNameError,
    UnreadableZipError,
    ZipError,
)
from ecgzoo.lazy import lazy
from ecgzoo.registry import (
    list_models,
    register_domain,
    register_encoder,
    register_fusion,
    register_model,
)
from ecgzoo.version import __version__

if TYPE_CHECKING:
    from ecgzoo.artifact import list_presets
    from ecgzoo.client import Client
    from ecgzoo.exporting import export
    from ecgzoo.models import build, describe, save_preset
    from ecgzoo.prediction import embed, evaluate, explain, inspect_record, load, read_records
    from ecgzoo.signal_spec import SignalSpec
    from ecgzoo.training import finetune, train

    create_model = build

_find, __dir__, __all__ = lazy(
    __name__,
    {
        "artifact": ["list_presets"],
        "client": ["Client"],
        "exporting": ["export"],
        "models": ["build", "create_model=build", "describe", "save_preset"],
        "prediction": ["embed", "evaluate", "explain", "inspect_record", "load", "read_records"],
        "signal_spec": ["SignalSpec"],
        "training": ["finetune", "train"],
    },
    own=[name for name in vars() if name.startswith(("list_", "register_", "__version"))]
    + [name for name in vars() if name.endswith("Error")],
)


def __getattr__(name: str) -> object:
    try:
        return _find(name)
    except ImportError as error:
        if said := BackendError.of(error):
            raise said from error
        raise
