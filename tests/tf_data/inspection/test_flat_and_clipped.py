"""Flat and clipped leads, and the converter's step, against how they were made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_data.inspection.runs import clipped_samples, flat_samples, runs_of, step_of


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=1, max_size=30))
def test_runs_are_those_of_itertools(values):
    from itertools import groupby

    starts, lengths = runs_of(np.array(values))
    groups = [(value, len(list(group))) for value, group in groupby(values)]
    assert lengths.tolist() == [length for _, length in groups]
    assert np.array(values)[starts].tolist() == [value for value, _ in groups]


def test_only_a_second_without_change_is_flat():
    noise = np.random.default_rng(0).normal(size=300)
    lead = np.concatenate([noise, np.zeros(99), noise, np.ones(100), noise])
    assert flat_samples(lead, rate=100) == 100


@pytest.mark.parametrize("step", [0.001, 0.005])
def test_a_wave_that_is_cut_off_is_clipped_and_a_round_one_of_the_same_steps_is_not(step):
    time = np.arange(5000) / 500
    beats = np.round(2 * np.exp(-(((time % 1 - 0.5) / 0.02) ** 2)) / step) * step
    assert clipped_samples(beats, beats.max(), step) == 0
    cut = beats.clip(None, 1.5)
    assert clipped_samples(cut, cut.max(), step) == (cut == cut.max()).sum()


def test_a_recording_that_is_filled_up_with_its_last_sample_is_not_clipped():
    lead = np.concatenate([np.sin(np.arange(200.0)), np.full(50, -2.0)])
    assert clipped_samples(lead, -2.0, 0) == 0


@given(st.integers(1, 1000), st.lists(st.integers(-5000, 5000), min_size=3, unique=True))
def test_the_step_of_whole_multiples_is_their_common_divisor(gain, counts):
    counts = np.array([*counts, min(counts) + 1, min(counts)])
    assert step_of(counts / gain) == pytest.approx(1 / gain)


def test_a_signal_of_no_steps_has_none():
    assert step_of(np.random.default_rng(0).normal(size=1000)) is None
    assert step_of(np.full(10, np.nan)) is None
