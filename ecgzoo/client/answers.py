"""What a served model answers, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

OK = "ok"


@dataclass(frozen=True)
class Prediction:
    """What a model says of one signal or page.

    Attributes:
        probabilities: by class name, in the model's order; zeros in a row that it cannot answer.
        label: the most probable class; empty in such a row.
        score: its probability.
        status: ``"ok"``, or a sentence: what was expected, what came, and the remedy.
        windows: of how many windows of a longer signal this is the mean.
    """

    probabilities: Mapping[str, float]
    label: str
    score: float
    status: str = OK
    windows: int = 1

    @property
    def ok(self) -> bool:
        """Whether the model could answer."""
        return self.status == OK


@dataclass(frozen=True)
class Embedding:
    """What a model makes of one signal before it decides.

    Attributes:
        vectors: each domain's pooled features by its name, and ``fused``.
        status: as of a :class:`Prediction`.
    """

    vectors: Mapping[str, tuple[float, ...]]
    status: str = OK


@dataclass(frozen=True)
class Saliency:
    """How much each sample of one signal moves the probability of a class.

    Attributes:
        trace: ``[samples][leads]``, |gradient x input|.
        label: the class.
        score: its probability.
        status: as of a :class:`Prediction`.
    """

    trace: tuple[tuple[float, ...], ...]
    label: str
    score: float
    status: str = OK


@dataclass(frozen=True)
class Version:
    """One version of a model on a server.

    Attributes:
        number: the version.
        state: ``"AVAILABLE"`` if it can be asked; else ``"START"``, ``"LOADING"``,
            ``"UNLOADING"`` or ``"END"``.
        error: why it is not, where the server knows.
    """

    number: int
    state: str
    error: str = ""

    def __str__(self) -> str:
        return f"version {self.number} {self.state} {self.error}".strip()

    @property
    def available(self) -> bool:
        """Whether it can be asked."""
        return self.state == "AVAILABLE"


@dataclass(frozen=True)
class Contract:
    """What a model takes and answers.

    Attributes:
        model: the registered model it was built as.
        leads: names of the signal's leads, in order.
        sampling_rate: in Hz.
        samples: length of a signal.
        unit: unit of a sample.
        simultaneous: whether the leads were recorded at the same time.
        classes: class names, in order.
        multi_label: whether classes may hold together.
        takes_pages: whether it also takes printed pages.
        leaky: whether it was trained on copies of its test records.
        temperature: what logits are to be divided by so that the model is as sure as it is right.
        thresholds: by class name, the probability from which on it is called; empty if there are
            none.
        fitted: which of ``"temperature"`` and ``"thresholds"`` were fitted to answers; others are
            defaults, 1 and, where classes may hold together, 0.5.
        applied: which of the two the model's answers have in them already.
        label: what a prediction's label is: the ``"most probable"`` class.
    """

    model: str
    leads: tuple[str, ...]
    sampling_rate: float
    samples: int
    unit: str
    simultaneous: bool
    classes: tuple[str, ...]
    multi_label: bool
    takes_pages: bool
    leaky: bool
    temperature: float = 1.0
    thresholds: Mapping[str, float] = field(default_factory=dict)
    fitted: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    label: str = "most probable"

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Contract:
        """The contract that the signature ``contract`` answers in JSON.

        One that was exported when it told nothing of temperature and thresholds has the defaults.
        """
        spec = told["spec"]
        return cls(
            told["model"],
            tuple(spec["leads"]),
            spec["sampling_rate"],
            spec["samples"],
            spec["unit"],
            spec["simultaneous"],
            tuple(told["classes"]),
            told["multi_label"],
            told["page"] is not None,
            told["leaky"],
            told.get("temperature", 1.0),
            told.get("thresholds") or {},
            tuple(told.get("fitted", ())),
            tuple(told.get("applied", ())),
            told.get("label", "most probable"),
        )


def mean(predictions: Sequence[Prediction]) -> Prediction:
    """One answer for several windows: the mean of their probabilities.

    Raises:
        ValueError: if there are none, or one could not be answered; the message is its status.

    Example:
        >>> first = Prediction({"Normal": 0.75, "MI": 0.25}, "Normal", 0.75)
        >>> mean([first, Prediction({"Normal": 0.5, "MI": 0.5}, "Normal", 0.5)]).probabilities
        {'Normal': 0.625, 'MI': 0.375}
    """
    if not predictions:
        raise ValueError("expected at least one prediction; got none")
    for one in predictions:
        if not one.ok:
            raise ValueError(one.status)
    count = len(predictions)
    classes = predictions[0].probabilities
    shares = {name: sum(one.probabilities[name] for one in predictions) / count for name in classes}
    label = max(shares, key=shares.__getitem__)
    return Prediction(shares, label, shares[label], windows=count)
