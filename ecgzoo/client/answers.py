"""What a served model answers, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
        trace: ``[samples][leads]``, ``|gradient x input|``.
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

    def calibrated(self, prediction: Prediction) -> Prediction:
        """A prediction whose probabilities have the temperature in them; its label stays.

        Softmax probabilities to the power ``1 / temperature``, and scaled to sum to 1, are those of
        logits divided by it (Guo et al. 2017, arXiv 1706.04599); where classes may hold together
        each class is one of two. A row that was not answered stays as it is.

        Example:
            >>> contract = Contract("m", ("I",), 250, 500, "mV", True, ("a", "b"), False, False,
            ...                     False, temperature=2.0)
            >>> contract.calibrated(Prediction({"a": 0.8, "b": 0.2}, "a", 0.8)).probabilities
            {'a': 0.6666666666666666, 'b': 0.3333333333333333}
        """
        if not prediction.ok or "temperature" in self.applied:
            return prediction
        before, power = prediction.probabilities, 1 / self.temperature
        if self.multi_label:
            shares = {name: _tempered((p, 1 - p), power)[0] for name, p in before.items()}
        else:
            shares = dict(zip(before, _tempered(tuple(before.values()), power), strict=True))
        return replace(prediction, probabilities=shares, score=shares[prediction.label])

    def above_thresholds(self, prediction: Prediction) -> tuple[str, ...]:
        """The classes whose probability, as it was answered, is not below their threshold.

        Thresholds were fitted to probabilities without the temperature, so give the prediction as
        it came. None without thresholds, and none of a row that was not answered.

        Example:
            >>> contract = Contract("m", ("I",), 250, 500, "mV", True, ("a", "b"), True, False,
            ...                     False, thresholds={"a": 0.3, "b": 0.5})
            >>> contract.above_thresholds(Prediction({"a": 0.3, "b": 0.4}, "b", 0.4))
            ('a',)
        """
        if not prediction.ok:
            return ()
        limits = self.thresholds
        return tuple(n for n, p in prediction.probabilities.items() if p >= limits.get(n, 2.0))

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


def _tempered(shares: Sequence[float], power: float) -> tuple[float, ...]:
    """Shares to a power, scaled to sum to 1; by the largest first, so that none vanishes."""
    largest = max(shares)
    powers = [max(share / largest, 0.0) ** power for share in shares]
    whole = sum(powers)
    return tuple(one / whole for one in powers)


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
