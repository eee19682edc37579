"""SignalSpec: what it refuses, and that it says what to do."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecgzoo import SignalError, SignalSpec

SPEC = SignalSpec(("I", "II"), sampling_rate=250, samples=500)
SIGNALS = np.random.default_rng(0).normal(0, 0.5, (8, *SPEC.shape))


def spoiled(*rows: int, value: float) -> np.ndarray:
    signals = SIGNALS.copy()
    signals[list(rows), 3, 1] = value
    return signals


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_good_signals_come_back_as_float32(kind) -> None:
    checked = SPEC.check(SIGNALS.astype(kind))
    assert checked.dtype == np.float32
    np.testing.assert_array_equal(checked, SIGNALS.astype(kind).astype("float32"))


def test_lists_are_taken() -> None:
    np.testing.assert_array_equal(SPEC.check(SIGNALS.tolist()), SIGNALS.astype("float32"))


@pytest.mark.parametrize(
    ("signals", "said"),
    [
        (spoiled(5, value=np.nan), "expected finite samples; signals 5 hold.*Interpolate"),
        (spoiled(1, 2, value=np.inf), "signals 1, 2 hold"),
        (spoiled(*range(7), value=-np.inf), "signals 0, 1, 2, 3, 4 and 2 more hold"),
        (SIGNALS[:0], r"expected at least one signal; got an empty array \(0, 500, 2\)"),
        (SIGNALS[:, :0], "expected at least one signal"),
        (SIGNALS[..., :1], r"\[batch, 500, 2\].*leads I, II at 250 Hz.*\[8, 500, 1\].*Reorder"),
        (SIGNALS[:, :400], r"got shape \[8, 400, 2\]"),
        (SIGNALS[0], r"got shape \[500, 2\]"),
        (np.swapaxes(SIGNALS, 1, 2), r"got shape \[8, 2, 500\]"),
        ((SIGNALS * 200).astype("int16"), "floating-point samples in mV; got int16.*Divide"),
        (SIGNALS > 0, "floating-point samples in mV; got bool"),
        (SIGNALS.astype(complex), "got complex128"),
        (SIGNALS.astype(str), "floating-point"),
        (np.full_like(SIGNALS, 0.1), "expected a varying signal; signals 0, 1, .*are constant"),
    ],
)
def test_bad_signals_are_refused_with_the_remedy(signals, said) -> None:
    with pytest.raises(SignalError, match=said):
        SPEC.check(signals)


def test_a_lead_that_fell_off_is_no_constant_signal() -> None:
    signals = SIGNALS.copy()
    signals[..., 1] = 0
    assert SPEC.check(signals).shape == signals.shape


def test_the_signal_that_was_passed_is_not_changed() -> None:
    before = SIGNALS.copy()
    SPEC.check(SIGNALS)[...] = 0
    np.testing.assert_array_equal(SIGNALS, before)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"leads": ()}, "1 to 64 leads; got 0"),
        ({"leads": tuple(map(str, range(65)))}, "1 to 64 leads; got 65"),
        ({"leads": ("I", "I")}, "a name of its own; got I, I"),
        ({"sampling_rate": 0}, "sampling_rate must be above 0 Hz; got 0"),
        ({"sampling_rate": float("nan")}, "sampling_rate must be above 0 Hz; got nan"),
        ({"sampling_rate": float("inf")}, "sampling_rate must be above 0 Hz; got inf"),
        ({"samples": 127}, "between 128 and 65536; got 127"),
        ({"samples": 65537}, "between 128 and 65536; got 65537"),
    ],
)
def test_fields_out_of_range_are_named(fields, said) -> None:
    with pytest.raises(ValueError, match=said):
        dataclasses.replace(SPEC, **fields)


@given(
    leads=st.lists(st.text(max_size=8), min_size=1, max_size=64, unique=True),
    rate=st.floats(1e-3, 1e6),
    samples=st.integers(128, 65_536),
    unit=st.text(max_size=5),
    simultaneous=st.booleans(),
)
def test_survives_json(leads, rate, samples, unit, simultaneous) -> None:
    spec = SignalSpec(leads, rate, samples, unit, simultaneous)
    assert SignalSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec
    assert hash(spec) == hash(SignalSpec.from_dict(spec.to_dict()))
    assert spec.seconds * rate == pytest.approx(samples)
    assert spec.shape == (samples, len(leads))


def test_numbers_of_numpy_are_taken_and_a_part_of_a_sample_is_not() -> None:
    spec = SignalSpec(("I",), np.int64(250), np.float64(500.0))
    assert json.loads(json.dumps(spec.to_dict())) == SignalSpec(("I",), 250, 500).to_dict()
    assert [type(one) for one in (spec.sampling_rate, spec.samples)] == [int, int]
    with pytest.raises(SignalError, match="samples must be a whole number; got 500.5"):
        SignalSpec(("I",), 250, 500.5)  # type: ignore[arg-type]
