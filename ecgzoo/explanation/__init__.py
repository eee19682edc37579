"""Explanations: which parts of a signal, and of its domains, a model's answer rests on."""

from ecgzoo.explanation.explain import explain
from ecgzoo.explanation.explanation import Explanation
from ecgzoo.explanation.near_peaks import near_r_peaks, simultaneous_leads
from ecgzoo.explanation.randomisation import RandomisationCheck, randomisation_check

__all__ = [
    "Explanation",
    "RandomisationCheck",
    "explain",
    "near_r_peaks",
    "randomisation_check",
    "simultaneous_leads",
]
