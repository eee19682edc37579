"""The trials that finished, by the process that ran them, one after another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trials.trial import Trial

STRONG: dict[str, Any] = {"stretch": 0.1, "cutout": 0.3, "common_gain": 0.1}

CNN1D = Trial("c1", ("time",))
HYBRID1 = Trial("h1", ("time", "time_frequency"))
HYBRID2 = Trial("h2", ("time", "frequency", "time_frequency"))
TIME_RHYTHM = Trial("rows", ("time", "rhythm"))
HYBRID_RHYTHM = Trial("h1rows", ("time", "rhythm", "time_frequency"))


def _like(trial: Trial, name: str, **changes: Any) -> Trial:
    return replace(trial, name=name, **changes)


TEACHER = _like(HYBRID1, "t_h1", seeds=3)

FIRST_CALL = {
    "1.1": (_like(HYBRID1, "h1_base", select="best"), HYBRID1),
    "1.2": (_like(CNN1D, "c1_base", select="best"), CNN1D, _like(CNN1D, "c1_60", epochs=60)),
    "1.3": (
        _like(HYBRID1, "h1_strong", **STRONG),
        _like(HYBRID1, "h1_ld2", lead_dropout=0.2),
        _like(HYBRID1, "h1_ld0", lead_dropout=0.0),
    ),
    "1.4": (TIME_RHYTHM, HYBRID_RHYTHM),
    "1.5": (
        _like(CNN1D, "c1_ptb", pretraining="superclasses"),
        _like(CNN1D, "c1_con", pretraining="contrast"),
    ),
    "1.6": (HYBRID2, _like(HYBRID2, "h2_aux", auxiliary=0.3)),
    "1.7": (
        TEACHER,
        _like(CNN1D, "c1_kd", teacher="t_h1"),
        _like(CNN1D, "c1_kd8", teacher="t_h1", teaching=0.8),
    ),
}
SECOND_CALL = {
    "2.1": (
        _like(HYBRID_RHYTHM, "R_strong", **STRONG),
        _like(HYBRID_RHYTHM, "R_strong_sh05", **STRONG, shift=0.05),
    ),
    "2.2": (
        _like(TIME_RHYTHM, "T_strong", **STRONG),
        _like(TIME_RHYTHM, "T_strong60", **STRONG, epochs=60),
    ),
    "2.3": (
        _like(HYBRID2, "h2_strong", **STRONG),
        _like(HYBRID2, "h2_dd", domain_dropout=0.2),
    ),
    "2.4": (Trial("h2_rowspec", ("time", "rowspec", "time_frequency")),),
    "2.5": (
        _like(CNN1D, "c1_strong", **STRONG),
        _like(CNN1D, "c1_k15", encoders=(("time", "conv1d_kernel15"),)),
        _like(CNN1D, "c1_wide", encoders=(("time", "conv1d_wide"),)),
        _like(CNN1D, "c1_max", encoders=(("time", "conv1d_max"),)),
    ),
    "2.6": (
        _like(CNN1D, "b_cnn1d"),
        Trial("b_cnn2d", ("time_frequency",)),
        Trial("b_cnn1d_transformer", ("frequency",)),
    ),
    "2.7": (
        _like(HYBRID_RHYTHM, "R_gated", fusion="gated"),
        _like(HYBRID_RHYTHM, "R_wd", weight_decay=1e-2),
    ),
}
PLANS: dict[str, tuple[Trial, ...]] = {**FIRST_CALL, **SECOND_CALL}
