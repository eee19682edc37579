"""What may be millivolts of an ECG: by how far leads go, not by where they lie."""

import numpy as np
import pytest

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import SignalSpec
from tf_data.plausibility import check_millivolts, spans
from tf_data.resampling import conformed

RATE = 250
TIME = np.arange(10 * RATE) / RATE
BEATS = np.exp(-(((TIME % 0.8) - 0.4) ** 2) / 0.0004)[:, None]  # of 1 mV


def check(signal: np.ndarray, factor: float = 1.0) -> None:
    leads = [f"V{place + 1}" for place in range(signal.shape[1])]
    check_millivolts(signal, RATE, leads, "a.csv", factor)


def test_a_span_is_of_two_seconds_and_shrugs_at_one_artefact() -> None:
    signal = BEATS.copy()
    signal[300:400] += 9
    assert spans(signal, RATE)[0] == pytest.approx(1, abs=1e-3)
    assert spans(signal[:40], RATE).shape == (1,)


@pytest.mark.parametrize("size", [0.05, 0.15, 1, 12, 30])
@pytest.mark.parametrize("offset", [0, -60, 60])
def test_ecgs_of_any_size_are_taken(size, offset) -> None:
    check(size * BEATS + offset)
    check(np.c_[size * BEATS + offset, np.zeros_like(BEATS)])  # an electrode is off


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (BEATS / 1000, "no lead goes over more than 0.001 mV .*looks like volts"),
        (BEATS * 89, "lead V1 goes over 89 mV within two seconds.*microvolts or raw"),
        (BEATS * 1000, "lead V1 goes over 1,000 mV"),
        (np.c_[BEATS, BEATS * 89], "lead V2 goes over 89 mV"),
        (BEATS + 101, "the largest sample is 102"),
    ],
)
def test_other_units_are_named(signal, message) -> None:
    with pytest.raises(SignalError, match=f"expected millivolts in a.csv; {message}"):
        check(signal)


def test_a_unit_that_is_said_is_checked_too() -> None:
    check(BEATS * 1000, factor=0.001)
    with pytest.raises(SignalError, match="looks like volts"):
        check(BEATS, factor=0.001)


def test_it_holds_for_arrays_and_not_for_other_quantities() -> None:
    spec = SignalSpec(("I",), RATE, 500)
    with pytest.raises(SignalError, match=r"signal 0: expected millivolts in it; no lead goes"):
        conformed([BEATS / 1000], [RATE], spec)
    pressure = SignalSpec(("P",), RATE, 500, unit="mmHg")
    assert len(conformed([BEATS * 89], [RATE], pressure, "mmHg")[0]) == 5
