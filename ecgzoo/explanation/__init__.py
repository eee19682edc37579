"""Explanations: which parts of a signal, and of its domains, a model's answer rests on."""

from ecgzoo.explanation.checks import (
    RandomisationCheck,
    near_r_peaks,
    randomisation_check,
    simultaneous_leads,
)
from ecgzoo.explanation.explain import Explanation, explain

__all__ = [
    "Explanation",
    "RandomisationCheck",
    "explain",
    "near_r_peaks",
    "randomisation_check",
    "simultaneous_leads",
]
