"""Prediction: an artifact asked about records or files, whatever kind of artifact it is."""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "prediction.evaluation": ["Evaluated", "evaluate"],
        "prediction.inspection": ["Inspection", "inspect_record"],
        "prediction.asked_once": ["embed", "explain"],
        "prediction.loaded_model": ["LoadedModel", "load"],
        "prediction.many.predict_many": ["predict_many"],
        "prediction.own_records": ["read_records"],
    },
)
