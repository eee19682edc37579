"""An ECG of twelve leads in whole steps of a converter, for files that store such."""

from dataclasses import dataclass

import numpy as np

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")


@dataclass(frozen=True, eq=False)
class StepsECG:
    """Counts ``[samples, leads]`` of ``step`` microvolts each."""

    counts: np.ndarray
    rate: int = 500
    step: float = 5.0
    leads: tuple[str, ...] = LEADS

    @property
    def millivolts(self) -> np.ndarray:
        return self.counts * (self.step / 1000)

    def of(self, *leads: str) -> "StepsECG":
        """Some of its leads."""
        places = [self.leads.index(lead) for lead in leads]
        return StepsECG(self.counts[:, places], self.rate, self.step, leads)


def steps_ecg(seconds: float = 3.0, rate: int = 500, seed: int = 0) -> StepsECG:
    """Beats, slow drift and noise; the limb leads obey Einthoven to a step."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    beat = np.exp(-((((time % 0.8) - 0.3) / 0.02) ** 2))[:, None]
    wave = np.exp(-((((time % 0.8) - 0.6) / 0.06) ** 2))[:, None]
    sizes = rng.uniform(-1, 1.5, (2, 8))
    drift = 0.1 * np.sin(2 * np.pi * 0.3 * time)[:, None]
    millivolts = (
        beat * sizes[0] + 0.3 * wave * sizes[1] + drift + rng.normal(0, 0.01, (len(time), 8))
    )
    stored = np.rint(millivolts / 0.005).astype(np.int64)
    one, two, chest = stored[:, 0], stored[:, 1], stored[:, 2:]
    limbs = [one, two, two - one, -(one + two) // 2, one - two // 2, two - one // 2]
    return StepsECG(np.column_stack([*limbs, chest]).astype(np.int16), rate)
