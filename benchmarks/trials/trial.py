"""A trial: a model and a recipe, whose fits are trained side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FOLDS = 5


@dataclass(frozen=True)
class Trial:
    """What is trained, and how. The defaults are those of the first trials.

    Attributes:
        name: of the trial and its file of answers.
        domains: what the model reads.
        fusion: how domains are joined; None to concatenate.
        encoders: pairs of a domain and the encoder that reads it, where it is not its own.
        domain_dropout: how often a record in training loses a domain.
        fold_seeds: one five-fold cross-validation each.
        seeds: how many seeds of weights each fold is trained from.
        epochs: over the training part; an epoch is ``steps`` batches, drawn with replacement.
        steps: batches of an epoch.
        batch: records of a batch.
        learning_rate: of AdamW at the start; a cosine takes it to zero.
        weight_decay: of AdamW.
        smoothing: share of the target that is spread over all classes.
        mixup: both parameters of the beta distribution that mixes pairs; 0 mixes none.
        shift: largest shift in time, as a share of the samples.
        stretch: largest stretching of time, by up to ``exp(stretch)`` or as much the other way.
        gain: largest relative change of one lead's amplitude.
        common_gain: largest change of all leads: up to ``exp(common_gain)``, or the other way.
        noise: deviation of white noise, as a share of the signal's own.
        wander: amplitude of a slow sine on each lead, likewise.
        cutout: longest stretch of each lead that is set to its mean, as a share of the samples.
        lead_dropout: probability that a lead is set to zero; one always stays.
        clean: share of records that are not augmented.
        select: ``"best"`` holds an eighth of the training part out and keeps the epoch that is best
            on it; ``"last"`` trains on all of it.
        averaging: decay of the exponential moving average (EMA) of the weights.
        balance: 1 draws all classes equally often, 0 as often as they occur.
        dropout: in the head.
        pretraining: on PTB-XL, with its superclasses as labels, or by contrast; None for none.
        pretraining_epochs: over PTB-XL's part.
        teacher: an earlier trial of the plan, to learn from the averaged answers of its models of
            the same fold; None for none.
        teaching: share of the teacher's answer in the target.
        auxiliary: weight of each encoder's own loss beside the model's; 0 for none.
    """

    name: str
    domains: tuple[str, ...]
    fusion: str | None = None
    encoders: tuple[tuple[str, str], ...] = ()
    domain_dropout: float = 0.0
    fold_seeds: tuple[int, ...] = (0, 1, 2)
    seeds: int = 2
    epochs: int = 30
    steps: int = 22
    batch: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    smoothing: float = 0.05
    mixup: float = 0.3
    shift: float = 0.2
    stretch: float = 0.0
    gain: float = 0.2
    common_gain: float = 0.0
    noise: float = 0.05
    wander: float = 0.2
    cutout: float = 0.0
    lead_dropout: float = 0.1
    clean: float = 0.25
    select: Literal["best", "last"] = "last"
    averaging: float = 0.99
    balance: float = 1.0
    dropout: float = 0.4
    pretraining: Literal["superclasses", "contrast"] | None = None
    pretraining_epochs: int = 20
    teacher: str | None = None
    teaching: float = 0.5
    auxiliary: float = 0.0

    @property
    def fits(self) -> list[tuple[int, int, int]]:
        """Fold seed, fold and seed of the weights of each model that is trained."""
        return [
            (fold_seed, fold, seed)
            for fold_seed in self.fold_seeds
            for fold in range(FOLDS)
            for seed in range(self.seeds)
        ]
