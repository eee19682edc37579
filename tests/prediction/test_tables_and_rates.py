"""Signals in pandas' tables, rates of each signal, and model files: answers as of plain arrays."""

import keras
import numpy as np
import pandas as pd
import pytest
from small_presets import SPEC, make_preset
from smooth_noise import smooth_noise

import ecgzoo
from ecgzoo.errors import DataWarning, PresetError, SignalError

SIGNALS = smooth_noise(1, (2, *SPEC.shape))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return ecgzoo.load(make_preset(tmp_path_factory.mktemp("tables") / "preset", "cnn1d"))


@pytest.fixture(scope="module")
def expected(model):
    return model.predict(SIGNALS).probabilities


def table(signal: np.ndarray, names=SPEC.leads) -> pd.DataFrame:
    """Its leads the other way, behind a column that is none."""
    frame = pd.DataFrame(signal, columns=list(names))
    return frame[list(names)[::-1]].assign(extra=7.0)


def test_leads_of_tables_are_picked_by_name(model, expected) -> None:
    several = model.predict([table(one) for one in SIGNALS])
    np.testing.assert_allclose(several.probabilities, expected, atol=1e-5)
    single = model.predict(table(SIGNALS[0]))
    np.testing.assert_allclose(single.probabilities, expected[:1], atol=1e-5)
    numbered = model.predict(pd.DataFrame(SIGNALS[0]))
    np.testing.assert_allclose(numbered.probabilities, expected[:1], atol=1e-5)


def test_what_was_assumed_of_a_table_is_said(model, expected) -> None:
    renamed = [f"Lead {name}" for name in SPEC.leads]
    with pytest.warns(DataWarning) as told:
        found = model.predict(table(SIGNALS[0], renamed))
    said = f"signal 0: the leads {', '.join(renamed)} are taken as {', '.join(SPEC.leads)}"
    assert [str(one.message) for one in told] == [said]
    np.testing.assert_allclose(found.probabilities, expected[:1], atol=1e-5)
    with pytest.raises(SignalError, match=f"in signal 0; {SPEC.leads[0]} missing"):
        model.predict(table(SIGNALS[0])[["extra", *SPEC.leads[1:]]])


def test_what_was_assumed_of_files_is_said(model, expected, tmp_path) -> None:
    for row in range(2):
        table(SIGNALS[row], [f"Lead {name}" for name in SPEC.leads]).to_csv(
            tmp_path / f"{row}.csv", index=False
        )
    with pytest.warns(DataWarning, match="0.csv and 1 more: the leads Lead"):
        found = model.predict(tmp_path, sampling_rate=SPEC.sampling_rate)
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)


def test_each_signal_may_have_a_rate_of_its_own(model, expected) -> None:
    slow, rate = np.repeat(SIGNALS[0], 2, axis=0)[::2], SPEC.sampling_rate
    found = model.predict([slow, SIGNALS[1]], sampling_rate=[rate, rate])
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    twice = model.predict(
        [np.repeat(SIGNALS[0], 2, axis=0), SIGNALS[1]], sampling_rate=[2 * rate, rate]
    )
    assert twice.groups.tolist() == ["signal 0", "signal 1"]
    for rates in ([rate], [rate] * 3, "fast", [[rate, rate]]):
        with pytest.raises(SignalError, match="a sampling rate in Hz, of all 2 signals or of each"):
            model.predict(SIGNALS, sampling_rate=rates)


@pytest.mark.parametrize("rate", [0, -250.0, np.nan, np.inf])
def test_a_rate_of_nothing_is_refused(model, rate) -> None:
    with pytest.raises(SignalError, match=f"^expected a sampling rate above 0 Hz; got {rate!r}$"):
        model.predict(SIGNALS, sampling_rate=rate)


def test_masked_samples_are_missing_and_nothing_else_is(model, expected) -> None:
    whole = np.ma.masked_array(SIGNALS)
    np.testing.assert_allclose(model.predict(whole).probabilities, expected, atol=1e-5)
    whole[1, 7, 0] = np.ma.masked
    with pytest.raises(SignalError, match="signal 1: expected finite samples; 1 are NaN"):
        model.predict(whole)


TIMES = np.arange(2 * SPEC.samples) / (2 * SPEC.sampling_rate)


@pytest.mark.parametrize(
    "timed",
    [
        lambda frame: frame.set_index(pd.Index(TIMES)),
        lambda frame: frame.set_index(pd.to_timedelta(TIMES, unit="s")),
        lambda frame: frame.set_index(pd.Timestamp("2020-01-31") + pd.to_timedelta(TIMES, "s")),
        lambda frame: frame.assign(time=TIMES),
        lambda frame: frame.assign(ms=TIMES * 1000),
        lambda frame: frame.assign(timestamp=pd.Timestamp("2020") + pd.to_timedelta(TIMES, "s")),
        lambda frame: frame.assign(time_us=np.rint(TIMES * 1e6).astype(int)),
        lambda frame: frame.assign(time=[f"2020-01-31T10:00:{one:09.6f}" for one in TIMES]),
        lambda frame: frame.set_index(pd.Index(np.rint(TIMES * 1000).astype(int), name="ms")),
        lambda frame: frame.assign(sample=range(len(TIMES))).assign(time=TIMES),
    ],
)
def test_times_of_a_table_tell_its_rate(model, timed) -> None:
    signal = np.repeat(SIGNALS[0], 2, axis=0)
    rate = 2 * SPEC.sampling_rate
    expected = model.predict(signal, sampling_rate=rate).probabilities
    frame = timed(table(signal))
    with pytest.warns(DataWarning, match=f"signal 0: its steps are {rate:g} Hz"):
        found = model.predict(frame)
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    with pytest.raises(
        SignalError, match=f"times of signal 0 are {rate:g} Hz, but .*={rate + 1:g}"
    ):
        model.predict(frame, sampling_rate=rate + 1)
    with pytest.raises(SignalError, match="expected even steps in the .* of signal 0.*sample 40"):
        model.predict(pd.concat([frame[:40], frame[60:]]))


WINDOW = np.arange(SPEC.samples) / SPEC.sampling_rate


@pytest.mark.parametrize(
    ("timed", "said"),
    [
        (
            lambda frame: frame.assign(time=range(0, 2 * SPEC.samples, 2)),
            "expected times in the column time of signal 0 that tell its rate; they begin with "
            "0, 2, 4",
        ),
        (
            lambda frame: frame.assign(time=pd.to_datetime([None] + ["2020"] * (SPEC.samples - 1))),
            "expected times in the column time of signal 0 that tell its rate; they begin with "
            "NaT, 2020-01-01T00:00:00",
        ),
        (
            lambda frame: frame.assign(time="noon"),
            "expected times in the column time of signal 0 that tell its rate; they begin with "
            "noon, noon, noon",
        ),
        (
            lambda frame: frame.assign(time=WINDOW, t2=WINDOW).rename(columns={"t2": "time"}),
            "expected the column time of signal 0 once; it stands there 2 times",
        ),
        (
            lambda frame: frame.set_index(pd.Index(range(SPEC.samples), name="time")),
            "expected times in the index of signal 0 that tell its rate; they begin with 0, 1, 2",
        ),
    ],
)
def test_times_that_tell_no_rate_are_refused_until_somebody_says_it(
    model, expected, timed, said
) -> None:
    frame = timed(table(SIGNALS[0]))  # as long as the model's window
    with pytest.raises(SignalError) as raised:
        model.predict(frame)
    assert str(raised.value).startswith(said)
    assert str(raised.value).endswith(
        ". Pass sampling_rate=, in Hz, or name their unit, as in time_ms."
    )
    found = model.predict(frame, sampling_rate=SPEC.sampling_rate)
    np.testing.assert_allclose(found.probabilities, expected[:1], atol=1e-5)


def test_samples_that_are_counted_tell_no_rate_and_need_none(model, expected) -> None:
    counted = table(SIGNALS[0]).assign(sample=range(SPEC.samples))
    found = model.predict(counted.rename_axis("index"))
    np.testing.assert_allclose(found.probabilities, expected[:1], atol=1e-5)


def test_a_rate_that_nobody_says_is_told_where_it_matters(model) -> None:
    with pytest.warns(DataWarning, match=f"its rate is not said; {SPEC.sampling_rate:g} Hz"):
        model.predict(np.concatenate(SIGNALS))


def test_tensors_and_dictionaries_are_signals(model, expected) -> None:
    for given in (keras.ops.convert_to_tensor(SIGNALS), iter(SIGNALS), SIGNALS.tolist()):
        found = model.predict(given)
        np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    one = keras.ops.convert_to_tensor(SIGNALS[0])
    named = {name: SIGNALS[0][:, place] for place, name in enumerate(SPEC.leads)}
    for given in (one, named):
        found = model.predict(given)
        np.testing.assert_allclose(found.probabilities, expected[:1], atol=1e-5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (SIGNALS[0].T, "It looks like leads x samples. Transpose it"),
        (pd.Series(SIGNALS[0, :, 0]), r"got shape \[\d+\]. A single lead is \[samples, 1\]"),
        (SIGNALS[None], "signal 0: expected files, or signals"),
        (b"I", "or a list; got 1 bytes"),
        ({"I": SIGNALS[0, :, 0], "II": SIGNALS[0, :9, 0]}, "as many samples of every lead"),
        (pd.DataFrame({name: ["a"] * 200 for name in SPEC.leads}), "numbers in the leads of sig"),
    ],
)
def test_what_is_no_signal_is_told_why(model, given, said) -> None:
    with pytest.raises(SignalError, match=said):
        model.predict(given)


def test_noise_gets_no_answer(model, tmp_path) -> None:
    noise = np.random.default_rng(0).normal(size=SPEC.shape)
    with pytest.raises(SignalError, match="expected an ECG in signal 0; it is noise"):
        model.predict(noise)
    np.save(tmp_path / "noise.npy", np.tile(noise, (4, 1)))
    with pytest.raises(SignalError, match="noise"):
        model.predict_long(tmp_path / "noise.npy", sampling_rate=SPEC.sampling_rate)


def test_a_rate_may_be_text_that_is_a_number(model, expected) -> None:
    found = model.predict(SIGNALS, sampling_rate=str(SPEC.sampling_rate))
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    with pytest.raises(SignalError, match=r"sampling rate above 0 Hz; got \[250, None\]"):
        model.predict(list(SIGNALS), sampling_rate=[SPEC.sampling_rate, None])


@pytest.mark.parametrize("odd", [None, 0, b"II", ("a", "II")])
def test_columns_that_only_partly_have_names_are_never_taken_by_place(model, odd) -> None:
    frame = pd.DataFrame(SIGNALS[0][:, ::-1])
    frame.columns = pd.Index([odd, *SPEC.leads[::-1][1:]], dtype=object)
    with pytest.raises(SignalError, match="names of leads.* of signal 0.*table.columns"):
        model.predict(frame)


@pytest.mark.parametrize("nothing", [None, 5])
def test_what_holds_no_signals_is_said(model, nothing) -> None:
    with pytest.raises(SignalError, match=f"in an array or a list; got {nothing}"):
        model.predict(nothing)
    with pytest.raises(SignalError, match="signal 0: expected samples; it holds none"):
        model.predict(SIGNALS[0][:0])


@pytest.mark.filterwarnings("ignore:.*HDF5")
@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_what_was_saved_is_loaded(model, expected, tmp_path, ending) -> None:
    file = tmp_path / f"mine.{ending}"
    model.model.save(file)
    again = ecgzoo.load(file)
    np.testing.assert_allclose(again.predict(SIGNALS).probabilities, expected, atol=1e-5)
    assert again.preset.classes == model.preset.classes


def test_files_that_hold_no_model_are_named(model, tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="no model file .*none.h5"):
        ecgzoo.load(tmp_path / "none.h5")
    (tmp_path / "bad.keras").write_bytes(b"nothing")
    with pytest.raises(PresetError, match="expected a model in bad.keras"):
        ecgzoo.load(tmp_path / "bad.keras")
    model.model.save_weights(tmp_path / "a.weights.h5")
    with pytest.raises(PresetError, match=r"a.weights.h5 holds weights and no model: ecgzoo.build"):
        ecgzoo.load(tmp_path / "a.weights.h5")


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (
            np.where(SIGNALS[1] == SIGNALS[1, 5, 0], np.nan, SIGNALS[1]),
            "signal 1: expected finite .* 1 are NaN .* sample 5",
        ),
        (
            SIGNALS[1] * 0,
            "signal 1: expected a varying signal; it is constant in every lead from 0.0",
        ),
        (SIGNALS[1] / 1e4, "expected millivolts in signal 1; no lead"),
        (SIGNALS[1].astype(int), "signal 1: expected floating-point"),
        (SIGNALS[1][:50], "signal 1: expected at least"),
    ],
)
def test_the_signal_at_fault_is_named(model, signal, message) -> None:
    with pytest.raises(SignalError, match=message):
        model.predict([SIGNALS[0], signal])


def test_keras_itself_still_loads_what_was_saved(model, tmp_path) -> None:
    model.model.save(tmp_path / "mine.keras")
    assert keras.saving.load_model(tmp_path / "mine.keras").preset is not None
