"""Recipe: every choice that decides what a training run gives."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ecgzoo.errors import UnknownNameError
from ecgzoo.pages.page_signals import PAGE_SIGNALS, TRACES
from ecgzoo.registry import MODELS, unknown
from tf_data import DATASETS
from tf_data.augmentation import Augmentation
from tf_data.oversampling import METHODS
from tf_data.protocols import PROTOCOLS

DATASET = "ecg_images"
FILES = {"data", "labels", "test_labels", "directory"}  # what a loader is told that may be a path
HEAD = ("width", "dropout", "l1", "l2")
CHANGES = [one.name for one in fields(Augmentation) if one.name != "lead_dropout"]


@dataclass(frozen=True)
class Recipe:
    """A training run, spelt out; two runs of one recipe differ only in rounding.

    Attributes:
        model: a registered model.
        options: arguments of its builder, such as ``{"fusion": "concat"}``.
        head: settings of its :class:`~ecgzoo.models.classifier.Classifier`, or of a number's
            ``Regressor``, other than their own, such as ``{"dropout": 0.1}``.
        dataset: whose records it is trained and tested on, a name that ``tf_data.load`` knows.
        loading: arguments of its loader, such as ``{"labels": "superclass", "rate": 100}``.
        signals: what the pages of a data set of pages are read as: ``"traces"``, twelve leads in
            mV, or ``"average"``, the paper's vertical average; see ``ecgzoo.pages.page_signals``.
        protocol: ``"grouped"`` (leak-free), ``"official"`` (as published) or ``"paper"`` (leaky),
            see ``tf_data.protocols``.
        folds: folds of the cross-validation.
        fold: which fold is the test part.
        fold_seed: seed of the split.
        seed: seed of weights, order, dropout and augmentation.
        oversampling: ``"none"``, ``"random"``, ``"square_root"`` or ``"adasyn"``, on the training
            part only, before augmentation; see ``tf_data.oversampling``.
        augmentation: whether training signals are shifted, scaled and noised; see
            ``tf_data.augmentation``.
        changes: other bounds of the augmentation than its own, such as ``{"stretch": 0.1}``; and
            ``count``, how many variants of each signal there are.
        lead_dropout: how often the augmentation sets a whole lead to zero.
        domain_dropout: how often a record in training loses a domain; of models with several.
        mixup: how much records are blended, see ``tf_data.augmentation``; 0 for not at all.
        epochs: most epochs.
        patience: epochs without a better validation loss before it stops.
        validation: whether an eighth of the training part, by group, is held out to choose the
            epoch by. Otherwise all of it is trained on for all the epochs.
        batch_size: signals in a step.
        learning_rate: the highest; a cosine takes it to zero over the epochs.
        warmup: over which share of the epochs it rises from zero before; transformers behind many
            convolutions learn nothing if they begin with the highest.
        weight_decay: of AdamW.
        label_smoothing: share of a target spread over all classes.
        device: ``"cpu"`` computes domains in the pipeline, ``"accelerator"`` in the model.
        deterministic: whether every operation must give the same bits each time (slower).
        final: whether it is the fit on all records, whose weights are shipped: it has no test part,
            so no figures of its own. All else is as in a fold: with ``validation`` an eighth of the
            records still decides when to stop. ``fold`` is then 0.

    Raises:
        UnknownNameError: if a name is not one of those allowed; the message suggests the nearest.
        ValueError: if a number is out of its range.

    Example:
        >>> Recipe("hybrid1", fold=2).run_name
        'grouped-traces-seed0/hybrid1/fold2'
        >>> Recipe("hybrid", {"fusion": "sum", "domains": ("time", "frequency")}).run_name
        'grouped-traces-seed0/hybrid,domains=time+frequency,fusion=sum/fold0'
        >>> Recipe("cnn1d", dataset="mit_bih", protocol="official", seed=2).run_name
        'mit_bih-official-seed0-weights2/cnn1d/fold0'
        >>> Recipe("cnn1d", dataset="ptb_xl", loading={"labels": "rhythm"}).run_name
        'ptb_xl,labels=rhythm-grouped-seed0/cnn1d/fold0'
    """

    model: str
    options: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    dataset: str = DATASET
    loading: dict[str, Any] = field(default_factory=dict)
    signals: str = TRACES
    protocol: str = "grouped"
    folds: int = 5
    fold: int = 0
    fold_seed: int = 0
    seed: int = 0
    oversampling: str = "random"
    augmentation: bool = True
    changes: dict[str, float] = field(default_factory=dict)
    lead_dropout: float = 0.1
    domain_dropout: float = 0.0
    mixup: float = 0.3
    epochs: int = 30
    patience: int = 15
    validation: bool = True
    batch_size: int = 32
    learning_rate: float = 2e-3
    warmup: float = 0.0
    weight_decay: float = 1e-3
    label_smoothing: float = 0.05
    device: str = "cpu"
    deterministic: bool = False
    final: bool = False

    def __post_init__(self) -> None:
        self._check_names()
        self._check_fold()
        self._varied()  # which checks its bounds
        if self.mixup < 0:
            raise ValueError(f"mixup must be at least 0; got {self.mixup}")
        for name in ("lead_dropout", "domain_dropout", "warmup"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must lie in [0, 1); got {getattr(self, name)}")
        for name in ("epochs", "patience", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1; got {getattr(self, name)}")

    def _check_names(self) -> None:
        for kind, name, known in (
            ("model", self.model, list(MODELS)),
            ("data set", self.dataset, list(DATASETS)),
            ("signals", self.signals, PAGE_SIGNALS),
            ("protocol", self.protocol, PROTOCOLS),
            ("oversampling", self.oversampling, METHODS),
            ("device", self.device, ("cpu", "accelerator")),
            *(("change", name, CHANGES) for name in self.changes),
            *(("setting of the head", name, HEAD) for name in self.head),
        ):
            if name not in known:
                raise UnknownNameError(unknown(kind, name, known))
        if self.signals != TRACES and not self.of_pages:
            raise ValueError(
                f"signals are chosen for data sets of pages, and {self.dataset} is none; got "
                f"{self.signals!r}"
            )

    def _check_fold(self) -> None:
        if self.official and (self.fold or self.final):
            raise ValueError("the published split has one test part: fold 0, and no final fit")
        if self.folds < 2 or not 0 <= self.fold < self.folds:
            raise ValueError(
                f"fold must lie in 0 to {self.folds - 1} of at least 2 folds; got fold {self.fold}"
            )
        if self.final and (self.fold or PROTOCOLS[self.protocol].leaky):
            raise ValueError(
                f"a final fit is of no fold and of no leaky protocol; got fold {self.fold} of "
                f"{self.protocol!r}"
            )

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of its model, in order."""
        return tuple(self.options.get("domains", MODELS.info(self.model)["domains"]))

    @property
    def model_options(self) -> dict[str, Any]:
        """What the model's builder is given; one domain alone cannot be dropped."""
        dropped = len(self.domains) > 1 and self.domain_dropout
        return self.options | ({"domain_dropout": self.domain_dropout} if dropped else {})

    @property
    def official(self) -> bool:
        """Whether it is tested on the part that the data set was published with."""
        return self.protocol == "official"

    @property
    def test_folds(self) -> int:
        """How many test parts there are."""
        return 1 if self.official else self.folds

    @property
    def of_pages(self) -> bool:
        """Whether its data set holds printed pages, which can be read as several signals."""
        return bool(DATASETS.info(self.dataset).get("pages"))

    @property
    def dataset_options(self) -> dict[str, Any]:
        """What the data set's loader is given; copies where the protocol is run over all files."""
        if not self.of_pages:
            return self.loading
        pages = {"signals": self.signals, "copies": PROTOCOLS[self.protocol].copies}
        return pages | self.loading

    @property
    def variation(self) -> Augmentation | None:
        """How training signals are changed; None for not at all."""
        return self._varied() if self.augmentation else None

    def _varied(self) -> Augmentation:
        bounds: dict[str, Any] = {"lead_dropout": self.lead_dropout, **self.changes}
        return Augmentation(**bounds)

    @property
    def labels(self) -> str:
        """The label sets asked for, or the table of one's own; empty for the data set's default."""
        return str(self.loading.get("labels", ""))

    @property
    def name(self) -> str:
        """The model's name, and behind it the options, if it has any."""
        return _named(self.model, self.options)

    @property
    def source(self) -> str:
        """The data set's name, and behind it what its loader is told, if anything."""
        files = {key: Path(str(self.loading[key])).name for key in FILES & self.loading.keys()}
        return _named(self.dataset, self.loading | files)

    @property
    def run_name(self) -> str:
        """Where its run lies below the folder of runs."""
        part = "final" if self.final else f"fold{self.fold}"
        own = [] if self.source == DATASET else [self.source]
        signals = [self.signals] if self.of_pages else []
        weights = [f"weights{self.seed}"] if self.seed else []
        split = "-".join([*own, self.protocol, *signals, f"seed{self.fold_seed}", *weights])
        return f"{split}/{self.name}/{part}"

    def title(self, folds: int) -> str:
        """What is run over the first ``folds`` folds, in a line.

        Example:
            >>> Recipe("cnn1d").title(2)
            'grouped protocol, 2 of 5 folds, fold seed 0, traces'
            >>> Recipe("cnn1d", dataset="mit_bih", protocol="official").title(1)
            'official protocol, seed 0, mit_bih'
        """
        own = [] if self.source == DATASET else [self.source]
        told = [*own, self.signals] if self.of_pages else own
        split = [f"{folds} of {self.folds} folds", f"fold seed {self.fold_seed}"]
        if self.official:
            split = [f"seed {self.seed}"]
        elif self.seed:
            split.append(f"seed of weights {self.seed}")
        return ", ".join([f"{self.protocol} protocol", *split, *told])

    def to_dict(self) -> dict[str, Any]:
        """The fields as a JSON-ready dictionary."""
        return asdict(self)


def _named(name: str, options: Mapping[str, Any]) -> str:
    """A name, and behind it the options, as it can stand in a folder's name."""
    told = (f"{key}={_plain(value)}" for key, value in sorted(options.items()) if value is not None)
    return ",".join([_plain(name), *told])


def _plain(value: Any) -> str:
    """An option's value as it can stand in a folder's name, the same for a tuple and a list."""
    if isinstance(value, list | tuple):
        return "+".join(map(_plain, value))
    if isinstance(value, Mapping):
        return "+".join(f"{_plain(key)}={_plain(one)}" for key, one in value.items())
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(r"[^\w.+-]", "-", text)
