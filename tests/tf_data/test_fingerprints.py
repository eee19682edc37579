"""Records are known again through resampling, cutting, units and rounding; others are not."""

from dataclasses import replace

import numpy as np
import pytest
from noisy_recordings import RATE, noisy_recordings
from scipy.signal import resample_poly

from ecgzoo.signal_spec import SignalSpec
from tf_data.dataset import SignalDataset
from tf_data.fingerprints import BITS, Fingerprints, fingerprints, known_records, landmarks, same


def as_data(signals: np.ndarray, rate: float = RATE, leads=("II", "V5")) -> SignalDataset:
    names = np.array([f"r{row}" for row in range(len(signals))])
    spec = SignalSpec(leads, rate, signals.shape[1])
    labels = np.zeros(len(signals), np.int64)
    return SignalDataset(signals.astype("float32"), labels, names, names, names, spec, ("a", "b"))


SIGNALS = noisy_recordings(12, seed=0)
STORED = fingerprints(as_data(SIGNALS))
CHANGED = {
    "resampled": (resample_poly(SIGNALS, 1, 5, axis=1), 100, ("II", "V5")),
    "at an odd rate": (resample_poly(SIGNALS, 79, 200, axis=1), 197.5, ("II", "V5")),
    "cut to 2.5 s": (SIGNALS[:, 1603 : 1603 + 1250], RATE, ("II", "V5")),
    "cut to 5 s": (SIGNALS[:, 777 : 777 + 2500], RATE, ("II", "V5")),
    "in microvolts": (SIGNALS * 1000, RATE, ("II", "V5")),
    "rounded to 5 microvolts": (np.round(SIGNALS / 0.005) * 0.005, RATE, ("II", "V5")),
    "one lead of two": (SIGNALS[..., 1:], RATE, ("V5",)),
    "all of it": (
        np.round(resample_poly(SIGNALS[:, 1000:4000, 1:] * 1000, 1, 5, axis=1) / 5) * 5,
        100,
        ("V5",),
    ),
}


@pytest.mark.parametrize("change", list(CHANGED))
def test_a_record_is_known_through(change) -> None:
    found = known_records(as_data(*CHANGED[change]), STORED)
    assert found == [f"r{row}" for row in range(12)]


def test_other_records_of_the_same_beats_are_not_known() -> None:
    assert known_records(as_data(noisy_recordings(40, seed=1)), STORED) == []


def test_a_piece_is_known_in_the_whole_and_only_it() -> None:
    pieces = fingerprints(as_data(SIGNALS[[4], 1000:2250]))
    assert known_records(as_data(SIGNALS), pieces) == ["r4"]


def test_windows_of_one_record_count_once_and_join() -> None:
    halves = SIGNALS.reshape(24, -1, 2)
    names = np.repeat([f"r{row}" for row in range(12)], 2)
    data = replace(as_data(halves), names=names)
    assert len(fingerprints(data)) == 12
    assert known_records(data, STORED) == [f"r{row}" for row in range(12)]


def test_what_json_holds_is_what_was_told_and_leads_are_filled_up() -> None:
    other = fingerprints(as_data(SIGNALS[:2, :, :1], leads=("I",)))
    both = Fingerprints.from_dict(STORED.joined(other).to_dict())
    assert set(both.leads) == {"I", "II", "V5"}
    assert {len(records) for records in both.leads.values()} == {14} == {len(both)}
    np.testing.assert_array_equal(both.leads["II"][3], STORED.leads["II"][3])
    assert [len(one) for one in both.leads["I"][:12]] == [0] * 12
    np.testing.assert_array_equal(both.leads["I"][12], other.leads["I"][0])


def test_low_rates_other_leads_and_flat_signals_have_none() -> None:
    slow = as_data(SIGNALS[:, ::6], rate=RATE / 6)
    assert len(fingerprints(slow)) == 0
    assert known_records(slow, STORED) == []
    assert known_records(as_data(SIGNALS, leads=("X", "Y")), STORED) == []
    flat = fingerprints(as_data(np.zeros((1, 5000, 2))))
    assert [len(one) for one in flat.leads["II"]] == [0]
    assert known_records(as_data(SIGNALS), flat) == []


def test_a_landmark_s_signs_are_those_of_the_band_and_turn_with_the_lead() -> None:
    (found,) = landmarks(SIGNALS[0, :, :1], RATE)
    assert found.shape[1:] == (1, BITS)
    (turned,) = landmarks(-SIGNALS[0, :, :1], RATE)
    assert np.mean(found != turned) > 0.99
    assert 0.3 < found.mean() < 0.7


def test_few_landmarks_must_fit_better() -> None:
    compared = np.array([1, 1, 2, 2, 4, 4, 0])
    differing = np.array([4, 5, 12, 13, 32, 33, 0])
    assert same(compared, differing).tolist() == [True, False, True, False, True, False, False]
