"""A long record: the answers of `predict`, in little memory, and what is made of them."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_encoders import small_encoders
from small_presets import SPEC, heartbeats, make_preset

import ecgzoo
from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.windows_over_time import WindowsOverTime, clock
from ecgzoo.errors import SignalError
from ecgzoo.prediction.long_record import windows_in_blocks
from ecgzoo.signal_spec import SignalSpec
from tf_data import open_record as opening
from tf_data.resampling import window_starts

RATE, SECONDS = 360, 120
LONG = SignalSpec(SPEC.leads, RATE, RATE * SECONDS)


@pytest.fixture(scope="module", params=[False, True], ids=["one class", "several classes"])
def model(request, tmp_path_factory):
    with small_encoders():
        folder = make_preset(
            tmp_path_factory.mktemp("long") / "preset", "cnn1d", multi_label=request.param
        )
        yield ecgzoo.load(folder)


@pytest.fixture
def signal():
    return heartbeats(LONG, 1)[0]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Blocks of a few windows, so that two minutes are a long record."""
    monkeypatch.setattr(opening, "AT_ONCE", 5000)


def saved(tmp_path, signal):
    np.save(tmp_path / "long.npy", signal)
    return tmp_path / "long.npy"


def test_it_answers_as_predict_does(model, signal, tmp_path):
    file = saved(tmp_path, signal)
    whole = model.predict(file, sampling_rate=RATE)
    found = model.predict_long(file, sampling_rate=RATE)
    assert found.answers.names.tolist() == whole.names.tolist()
    np.testing.assert_allclose(found.answers.probabilities, whole.probabilities, atol=1e-5)
    assert found.answers.predicted.tolist() == whole.predicted.tolist()
    assert found.left_out == {}
    expected = dict(zip(whole.classes, whole.called.mean(axis=0), strict=True))
    shares = dict(found.shares)
    none = shares.pop("none", None)
    assert shares == pytest.approx(expected)
    if whole.several:
        assert none == pytest.approx((~whole.called.any(axis=1)).mean())


def test_no_sample_is_read_more_than_once_but_at_the_seams_and_never_many(model, signal, tmp_path):
    file, counts, longest = saved(tmp_path, signal), np.zeros(len(signal), int), []
    record_of = opening.slices_of

    def spied(path):
        slices = record_of(path)

        def read(start, stop):
            counts[start:stop] += 1
            longest.append(stop - start)
            return slices.read(start, stop)

        return type(slices)(slices.shape, read)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "slices_of", spied)
        model.predict_long(file, sampling_rate=RATE)
    assert counts[opening.FIRST :].max() <= 3  # the last one says how the line beyond it goes
    assert (counts == 1).mean() > 0.85
    assert max(longest) < 3000


def test_windows_with_gaps_or_without_a_heart_are_left_out_and_named(model, signal, tmp_path):
    signal[RATE * 20 + 180, 1] = np.nan
    signal[RATE * 40 - 180 : RATE * 50 + 180] = 0.2
    signal[RATE * 80 : RATE * 90] *= 200
    found = model.predict_long(saved(tmp_path, signal), sampling_rate=RATE)
    of = {why: [s for s, w in found.left_out.items() if w == why] for why in ("gap", "flat")}
    assert of == {"gap": [19.0, 20.0], "flat": [40.0 + one for one in range(9)]}
    large = [start for start, why in found.left_out.items() if why == "too large"]
    assert set(np.arange(80.0, 89.0)) <= set(large) <= set(np.arange(79.0, 91.0))
    assert len(found.starts) + len(found.left_out) == SECONDS - 1
    assert not set(found.starts.tolist()) & set(found.left_out)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda signal: signal * 1e5, r"expected an ECG in long\.npy; .*too large: 119.*unit"),
        (lambda signal: signal * 1e-5, r"flat: 119\)"),
        (lambda signal: signal * np.nan, r"gap: 119\)"),
        (lambda signal: np.round(signal * 200).astype(int), "whole numbers"),
        (lambda signal: signal[:300], "at least 500 samples"),
        (lambda signal: np.tile(signal, 2), "2 leads"),
    ],
    ids=["microvolts", "volts", "gaps", "counts", "short", "leads"],
)
def test_what_is_no_ecg_is_refused(model, signal, tmp_path, spoil, said):
    with pytest.raises(SignalError, match=said):
        model.predict_long(saved(tmp_path, spoil(signal)), sampling_rate=RATE)


def test_other_units_are_converted(model, signal, tmp_path):
    one = model.predict_long(saved(tmp_path, signal), sampling_rate=RATE)
    microvolts = saved(tmp_path, np.round(signal * 1e6).astype("int32"))
    other = model.predict_long(microvolts, sampling_rate=RATE, unit="nV")
    np.testing.assert_allclose(one.answers.probabilities, other.answers.probabilities, atol=1e-4)


def test_progress_goes_up_to_the_end(model, signal, tmp_path):
    told = []
    model.predict_long(saved(tmp_path, signal), sampling_rate=RATE, progress=told.append)
    assert len(told) > 10
    assert told == sorted(told)
    assert told[-1] == SECONDS


@settings(max_examples=100, deadline=None)
@given(st.integers(3, 200), st.integers(2, 20), st.lists(st.integers(0, 30), max_size=20))
def test_windows_of_blocks_are_those_of_the_whole(length, samples, sizes):
    samples = min(samples, length)
    whole = np.arange(2 * length).reshape(-1, 2)
    cuts = np.minimum(np.cumsum([0, *sizes]), length)
    blocks = [whole[a:b] for a, b in zip(cuts, [*cuts[1:], length], strict=True)]
    starts = np.array(window_starts(length, samples))
    found = list(windows_in_blocks(blocks, starts, samples))
    expected = [whole[start : start + samples] for start in starts]
    np.testing.assert_array_equal(np.concatenate(found), expected)


def over_time(shares, window=10.0, step=5.0, left_out=None, several=False):
    shares = np.array(shares, float)
    names = np.full(len(shares), "r")
    classes = tuple("NV"[: shares.shape[1]])
    answers = Predictions(names, names, None, shares, classes, several=several)
    starts = np.arange(len(shares)) * step
    seconds = float(starts[-1] + window)
    return WindowsOverTime("r.hea", seconds, window, starts, answers, left_out or {})


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(50, 99), min_size=1, max_size=30), st.integers(1, 12))
def test_the_most_certain_windows_are_sorted_apart_and_cannot_be_bettered(percents, count):
    found = over_time([[one / 100, 1 - one / 100] for one in percents])
    rows = found.most_certain(count)
    sure = found.certainty
    assert sure[rows].tolist() == sorted(sure[rows], reverse=True)
    assert sure[rows[0]] == sure.max()
    apart = np.abs(np.subtract.outer(found.starts[rows], found.starts[rows]))
    assert (apart[~np.eye(len(rows), dtype=bool)] >= found.window).all()
    if len(rows) < count:  # then every other one overlaps one that is more certain
        for row in set(range(len(percents))) - set(rows.tolist()):
            near = np.abs(found.starts[rows] - found.starts[row]) < found.window
            assert near.any()
            assert sure[rows[near]].max() >= sure[row]


def test_the_table_has_every_window_in_order_and_no_answer_where_there_was_none(tmp_path):
    found = over_time([[0.9, 0.1], [0.25, 0.75]], left_out={2.5: "gap"})
    found.write(tmp_path / "windows.csv")
    with (tmp_path / "windows.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["start", "end", "label", "N", "V"],
        ["0.0", "10.0", "N", "0.9", "0.1"],
        ["2.5", "12.5", "", "", ""],
        ["5.0", "15.0", "V", "0.25", "0.75"],
    ]
    assert found.to_frame()["label"].tolist() == ["N", "", "V"]
    assert found.summary()["not_answered"] == {"gap": 1}


def test_shares_of_several_classes_say_where_none_is_called():
    found = over_time([[0.9, 0.6], [0.1, 0.2], [0.1, 0.7], [0.3, 0.4]], several=True)
    assert found.shares == {"N": 0.25, "V": 0.5, "none": 0.5}
    assert over_time([[0.9, 0.1], [0.2, 0.8]]).shares == {"N": 0.5, "V": 0.5}


@given(st.integers(0, 10**6))
def test_a_clock_tells_the_time(tenths):
    hours, minutes, seconds = clock(tenths / 10).split(":")
    assert int(hours) * 36000 + int(minutes) * 600 + round(float(seconds) * 10) == tenths
