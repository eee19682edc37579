"""Records that the weights have seen are named, however they were changed since."""

import io

import numpy as np
import pytest
from noisy_recordings import RATE, noisy_recordings
from rich.console import Console
from scipy.signal import resample_poly
from small_encoders import small_encoders
from toy_presets import write_preset

import ecgzoo
from ecgzoo.cli.finetuned import show
from ecgzoo.cli.tables import leak_of
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.finetuning import FineTuning, finetune
from tf_data.dataset import SignalDataset
from tf_data.fingerprints import Fingerprints, fingerprints

pytestmark = pytest.mark.whole

SHORT = FineTuning(head_epochs=1, epochs_per_group=0, epochs=1, augmentation=False)
SPEC = SignalSpec(("II", "V5"), 250, 625)
SEEN, NEW = noisy_recordings(8, seed=0), noisy_recordings(24, seed=1)
LABELS = np.arange(24) % 2


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Of a preset that was trained on the recordings, at 500 Hz as they are."""
    names = np.array([f"record {row}" for row in range(8)])
    spec = SignalSpec(SPEC.leads, RATE, SEEN.shape[1])
    data = SignalDataset(
        SEEN.astype("float32"), LABELS[:8], names, names, names, spec, ("slow", "fast")
    )
    with small_encoders():
        told = {"training": {"fingerprints": fingerprints(data).to_dict()}}
        return write_preset(tmp_path_factory.mktemp("seen") / "preset", spec=SPEC, **told)


def changed(signals: np.ndarray) -> np.ndarray:
    """Four seconds from the middle, at 100 Hz, in whole multiples of five microvolts."""
    return np.round(resample_poly(signals[:, 1500:3500], 1, 5, axis=1) / 0.005) * 5


def test_finetune_names_test_records_that_the_weights_have_seen(weights) -> None:
    test = (np.concatenate([changed(NEW[20:]), changed(SEEN[:3])]), [0, 1, 0, 1, 0, 1, 0])
    tuned = finetune(
        "cnn1d",
        changed(NEW[:20]),
        LABELS[:20],
        weights=weights,
        sampling_rate=100,
        unit="uV",
        test=test,
        settings=SHORT,
    )
    metrics = tuned.preset.metrics
    assert metrics["seen"] == ["signal 4", "signal 5", "signal 6"]
    assert tuned.overlap == metrics["overlap"] >= 3
    assert leak_of(metrics) == (
        "These figures leak: the weights were trained on 3 of the test records: "
        "signal 4, signal 5, signal 6."
    )


def test_finetune_names_records_that_it_is_tuned_on_and_the_weights_have_seen(weights) -> None:
    tuned = finetune(
        "cnn1d",
        np.concatenate([changed(SEEN[:2]), changed(NEW)]),
        [0, 1, *LABELS],
        weights=weights,
        sampling_rate=100,
        unit="uV",
        test=None,
        settings=SHORT,
    )
    assert tuned.known == ("signal 0", "signal 1")
    console = Console(width=200, record=True, file=io.StringIO())
    show(tuned, console)
    assert console.export_text().startswith(
        "The weights had seen 2 of the records that they are tuned on: signal 0, signal 1. What"
    )


def test_what_was_tuned_knows_both_the_base_s_records_and_its_own(weights, tmp_path) -> None:
    tuned = finetune(
        "cnn1d",
        NEW,
        LABELS,
        weights=weights,
        sampling_rate=RATE,
        test=None,
        settings=SHORT,
        folder=tmp_path / "run",
    )
    assert len(Fingerprints.from_dict(tuned.preset.training["fingerprints"])) == 8 + 24
    mixed = np.concatenate([changed(SEEN[:2]), changed(noisy_recordings(2, 9)), changed(NEW[5:7])])
    found = ecgzoo.evaluate(
        tmp_path / "run", mixed, [0, 1, 0, 1, 0, 1], sampling_rate=100, unit="uV", resamples=50
    )
    assert found.seen == ("signal 0", "signal 1", "signal 4", "signal 5")
    assert found.to_dict()["leaky"]


def test_a_trained_run_has_the_fingerprints_of_what_it_was_fitted_on(tmp_path) -> None:
    names = np.array([f"r{row}" for row in range(24)])
    signals = resample_poly(NEW, 1, 2, axis=1).astype("float32")
    spec = SignalSpec(SPEC.leads, 250, signals.shape[1])
    data = SignalDataset(signals, LABELS, names, names, names, spec, ("slow", "fast"))
    run = ecgzoo.train("cnn1d", data, folder=tmp_path / "run", epochs=1, verbose=0)
    held = set(run.predictions().names.tolist())
    found = ecgzoo.evaluate(run, resample_poly(NEW, 1, 2, axis=1)[:, ::1] * 0.9, LABELS)
    expected = [f"signal {row}" for row in range(24) if f"r{row}" not in held]
    assert list(found.seen) == expected
