"""Draws: what several ways to train made of labelled records that were drawn, and their means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from few_labelled import Trained
from rounds import table

from ecgzoo.evaluation import Difference, Interval
from ecgzoo.evaluation.bootstrap import interval_of
from ecgzoo.evaluation.comparison import difference_of
from ecgzoo.evaluation.mean_metric import Answered, mean_metric
from tf_data import SignalDataset

TUNED, SCRATCH, CONTROL = "fine-tuned", "from scratch", "fine-tuned from new weights"
METRICS = ("macro_f1", "macro_auc")


@dataclass(frozen=True, eq=False)
class Draw:
    """One seed: the records of patients that were not drawn, and what each way made of them."""

    labelled: int
    test: SignalDataset
    ways: dict[str, Trained]

    def to_dict(self) -> dict[str, Any]:
        """Figures and epochs of each way, ready for JSON."""
        ways = {
            name: {metric: self.figure(name, metric) for metric in METRICS}
            | {"epoch": one.epoch, "epochs": one.epochs}
            for name, one in self.ways.items()
        }
        return {"labelled": self.labelled, "tested": len(self.test), "ways": ways}

    def answered(self, way: str) -> Answered:
        """A way's answers, with what they should be and of whom they are."""
        return Answered(self.test.labels, self.ways[way].answers, self.test.groups)

    def figure(self, way: str, metric: str) -> float:
        """A metric of a way's answers."""
        return mean_metric([self.answered(way)], metric).estimate

    def lead(self, way: str, metric: str) -> float:
        """How much better fine-tuning is than a way."""
        return self.figure(TUNED, metric) - self.figure(way, metric)


@dataclass(frozen=True)
class Mean:
    """A way's mean figure over the draws, and how much better fine-tuning is.

    Attributes:
        figure: the mean.
        lead: of fine-tuning; None of itself.
        leads: that of each draw, as many as there are draws.
    """

    figure: Interval
    lead: Difference | None
    leads: tuple[float, ...]

    def cells(self) -> list[str]:
        """The figure, the lead, its deviation over draws, and in how many it is above zero."""
        if self.lead is None:
            return [str(self.figure), "", "", ""]
        ahead = f"{sum(lead > 0 for lead in self.leads)} of {len(self.leads)}"
        spread = f"{np.std(self.leads, ddof=1):.3f}" if len(self.leads) > 1 else ""
        return [str(self.figure), str(self.lead), spread, ahead]

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        lead = self.lead.to_dict() if self.lead else None
        return {"mean": self.figure.to_dict(), "lead_of_fine_tuned": lead, "leads": self.leads}


def by_seed(draws: list[Draw]) -> str:
    """Macro F1, and the epoch kept of those trained, of each way by seed."""
    ways = list(draws[0].ways)
    lines = [[f"seed {seed}", *(cell(one, way) for way in ways)] for seed, one in enumerate(draws)]
    return table(["macro F1 (epoch kept of all)", *ways], lines)


def cell(draw: Draw, way: str) -> str:
    """One figure of the table by seed."""
    return f"{draw.figure(way, 'macro_f1'):.3f} ({draw.ways[way].epoch} of {draw.ways[way].epochs})"


def over_draws(draws: list[Draw], metric: str) -> dict[str, Mean]:
    """Each way's mean over the draws, and fine-tuning's lead over the others."""
    measures = {
        way: mean_metric([draw.answered(way) for draw in draws], metric) for way in draws[0].ways
    }
    tuned = measures[TUNED]
    return {
        way: Mean(
            interval_of(own),
            difference_of(tuned, own) if way != TUNED else None,
            tuple(draw.lead(way, metric) for draw in draws),
        )
        for way, own in measures.items()
    }
