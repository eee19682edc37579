"""Every signature answers as Keras does, in a fresh process without ecgzoo, good rows and bad.

Every test runs twice: through TensorFlow's Python, and through its C API, which checks no shapes.
"""

import by_keras
import numpy as np
import pytest
from asking import Job, ask
from scipy.signal import resample_poly
from small_presets import CLASSES, SPEC, heartbeats

from ecgzoo import SignalSpec
from ecgzoo.exporting.signatures.signal import example_of
from ecgzoo.exporting.signatures.signature import OK
from tf_data.resampling import windows

PAPER_MODELS = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")
PROBABILITIES = {"rtol": 0, "atol": 1e-5}
ROWS = heartbeats(SPEC, 8)
RATE = 500  # twice the spec's
LONG = heartbeats(SignalSpec(SPEC.leads, RATE, 2600), 8)  # 5.2 s, two and a half windows
LENGTHS = np.array([0, 1001, 1400, 1999, 2000, 2001, 2500, 2600], np.int32)
TARGETS = np.array([b"", b"HB", b"MI", b"", b"Normal", b"", b"HB", b""], object)
BAD = 3


def as_bytes(signals, kind) -> np.ndarray:
    numbers = (signals * 1000).round() if kind == "<i2" else signals
    return np.array([one.astype(kind).tobytes() for one in numbers], object)


def as_examples(signals) -> np.ndarray:
    return np.array([example_of(one) for one in signals], object)


def padded(signals) -> np.ndarray:
    """What lies beyond a row's length may be anything."""
    spoilt = signals.copy()
    for row, length in zip(spoilt, LENGTHS, strict=True):
        row[length or len(row) :] = np.nan
    return spoilt


def good_requests() -> dict[str, dict[str, np.ndarray]]:
    rates = np.full(8, RATE, np.float32)
    return {
        "serving_default": {"signal": ROWS},
        "signal_bytes": {"signal_bytes": as_bytes(ROWS, "<f4")},
        "classify": {"inputs": as_examples(ROWS)},
        "embedding": {"signal": ROWS},
        "saliency": {"signal": ROWS, "target": TARGETS},
        "resampled": {"signal": padded(LONG), "sampling_rate": rates, "lengths": LENGTHS},
    }


def bad_requests() -> dict[str, tuple[str, dict[str, np.ndarray], str]]:
    """Requests whose fourth row cannot be answered: signature, feeds, and the remedy it gets."""
    good = good_requests()
    signals, floats = ROWS.copy(), good["signal_bytes"]["signal_bytes"].copy()
    signals[BAD, 7, 1] = np.nan
    floats[BAD] = floats[BAD][:-1]
    short = as_examples(ROWS)
    short[BAD] = example_of(ROWS[BAD, 1:])
    targets = TARGETS.copy()
    targets[BAD] = b"AFIB"
    slow, less, more = (dict(good["resampled"]) for _ in range(3))
    slow["sampling_rate"] = np.where(np.arange(8) == BAD, 3, RATE).astype(np.float32)
    less["lengths"] = np.where(np.arange(8) == BAD, 998, LENGTHS).astype(np.int32)
    more["lengths"] = np.where(np.arange(8) == BAD, 2601, LENGTHS).astype(np.int32)
    spoilt = dict(good["resampled"], signal=padded(LONG))
    spoilt["signal"][BAD, 5, 0] = np.inf
    nan = "interpolate the gaps"
    return {
        "signal": ("serving_default", {"signal": signals}, nan),
        "bytes cut": ("signal_bytes", {"signal_bytes": floats}, "got 3999"),
        "bytes": ("signal_bytes", {"signal_bytes": as_bytes(signals, "<f4")}, nan),
        "classify": ("classify", {"inputs": as_examples(signals)}, nan),
        "classify short": ("classify", {"inputs": short}, "got 998"),
        "embedding": ("embedding", {"signal": signals}, nan),
        "saliency": ("saliency", {"signal": signals, "target": TARGETS}, nan),
        "target": ("saliency", {"signal": ROWS, "target": targets}, "predicted one; got AFIB"),
        "resampled": ("resampled", spoilt, nan),
        "rate": ("resampled", slow, "between 62.5 and 8000 Hz; got 3"),
        "short": ("resampled", less, "expected at least 2.000 s, one window; got 1.996"),
        "length": ("resampled", more, "at most the samples there are, or 0 for all; got 2601"),
    }


EMPTY = {f"no rows {name}": (name, feeds) for name, feeds in good_requests().items()}
WRONG_SHAPES = {
    "leads": ("resampled", {"signal": np.ones((8, 2600, 3), np.float32)}, "[batch, samples, 2]"),
    "rates": ("resampled", {"sampling_rate": np.ones(7, np.float32)}, "as many rows in each"),
    "targets": ("saliency", {"target": TARGETS[:7]}, "as many rows in each of signal, target"),
    "samples": ("embedding", {"signal": ROWS[:, 1:]}, "2 s at 250 Hz of the leads I, II, in mV"),
}


@pytest.fixture(scope="module")
def jobs(export_small) -> dict[str, Job]:
    good, made = good_requests(), {}
    for model in PAPER_MODELS:
        version = export_small(model).version
        for name, feeds in good.items():
            made[f"{model} {name}"] = Job(version, name, feeds)
    version = export_small("hybrid1").version
    made |= {f"hybrid1 {name} strictly": Job(version, strict(name), good[name]) for name in good}
    made["int16"] = Job(version, "signal_bytes", {"signal_bytes": as_bytes(ROWS, "<i2")})
    for name, (signature, feeds, _) in bad_requests().items():
        made[f"bad {name}"] = Job(version, signature, feeds)
        made[f"bad {name} strictly"] = Job(version, strict(signature), feeds)
    for name, (signature, feeds) in EMPTY.items():
        made[name] = Job(version, signature, {key: array[:0] for key, array in feeds.items()})
    for name, (signature, feeds, _) in WRONG_SHAPES.items():
        made[f"shape {name}"] = Job(version, signature, good[signature] | feeds)
    return made


def strict(signature: str) -> str:
    return "strict" if signature == "serving_default" else f"{signature}_strict"


@pytest.fixture(scope="module", params=["python", "c_api"])
def answers(request, jobs, tmp_path_factory):
    return ask(request.param, jobs, tmp_path_factory.mktemp("asked"))


@pytest.fixture(params=PAPER_MODELS)
def asked(request, answers, export_small):
    """A model, and what its export answers to good requests, by signature."""
    found = {name: answers[f"{request.param} {name}"] for name in good_requests()}
    return export_small(request.param).model, found


def test_signal_bytes_and_examples_answer_as_the_signal(asked) -> None:
    model, found = asked
    expected = np.asarray(model(ROWS, training=False))
    np.testing.assert_allclose(found["serving_default"]["probabilities"], expected, **PROBABILITIES)
    np.testing.assert_allclose(found["signal_bytes"]["probabilities"], expected, **PROBABILITIES)
    np.testing.assert_allclose(found["classify"]["scores"], expected, **PROBABILITIES)
    assert set(found["classify"]) == {"classes", "scores"}, "TensorFlow Serving allows no more"
    names = [[name.encode() for name in CLASSES]] * 8
    assert found["classify"]["classes"].tolist() == names
    assert found["serving_default"]["labels"].tolist() == names


def test_integers_are_microvolts(answers, export_small) -> None:
    model = export_small("hybrid1").model
    expected = np.asarray(model((ROWS * 1000).round() / 1000, training=False))
    np.testing.assert_allclose(answers["int16"]["probabilities"], expected, **PROBABILITIES)


def test_embeddings_equal_keras(asked) -> None:
    model, found = asked
    expected = by_keras.embedding(model, ROWS)
    assert set(found["embedding"]) == {*expected, "status"}
    for name, vector in expected.items():
        by_keras.assert_close(found["embedding"][name], vector)


def test_saliency_equals_keras(asked) -> None:
    model, found = asked
    expected, answer = by_keras.saliency(model, ROWS, TARGETS), found["saliency"]
    for row, pushed in zip(answer["saliency"], expected["saliency"], strict=True):
        assert pushed.max() > 0
        by_keras.assert_close(row, pushed)
    assert [one.decode() for one in answer["label"]] == expected["label"]
    np.testing.assert_allclose(answer["score"], expected["score"], **PROBABILITIES)


def test_resampled_answers_the_mean_over_windows(asked) -> None:
    """Within what the filters differ: scipy takes the same one at the phases of a fraction."""
    model, found = asked
    expected, counts = [], []
    for row, length in zip(LONG, LENGTHS, strict=True):
        meant = row[: length or len(row)].astype(float)
        halved = resample_poly(meant, 1, 2, axis=0, padtype="line").astype(np.float32)
        cut = windows(halved, SPEC.samples)
        expected.append(np.mean(model(cut, training=False), axis=0))
        counts.append(len(cut))
    answer = found["resampled"]
    np.testing.assert_allclose(answer["probabilities"], expected, rtol=0, atol=2e-3)
    assert answer["windows"].tolist() == counts
    assert answer["status"].tolist() == [OK.encode()] * 8


@pytest.mark.parametrize("signature", good_requests())
def test_strict_signatures_answer_good_rows_alike(signature, answers) -> None:
    plain, strictly = (answers[f"hybrid1 {signature}{how}"] for how in ("", " strictly"))
    assert strictly.keys() == plain.keys()
    for name, array in strictly.items():
        np.testing.assert_array_equal(array, plain[name])


@pytest.mark.parametrize("kind", bad_requests())
def test_one_bad_row_among_seven_good_ones(kind, answers) -> None:
    signature, _, remedy = bad_requests()[kind]
    answer, good = answers[f"bad {kind}"], answers[f"hybrid1 {signature}"]
    if signature != "classify":
        assert remedy in answer["status"][BAD].decode()
    for name, array in answer.items():
        if name == "status":
            continue
        if name != "labels":
            assert not array[BAD].any() if array.dtype != object else not any(array[[BAD]].ravel())
        rest, before = np.delete(array, BAD, axis=0), np.delete(good[name], BAD, axis=0)
        if array.dtype == object:
            assert rest.tolist() == before.tolist()
        else:
            np.testing.assert_allclose(rest, before, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", bad_requests())
def test_a_strict_signature_fails_and_names_the_row(kind, answers) -> None:
    message = answers[f"bad {kind} strictly"]
    assert isinstance(message, str), "answered instead"
    assert f"row {BAD}: " in message
    assert bad_requests()[kind][2] in message


@pytest.mark.parametrize("kind", EMPTY)
def test_no_rows_have_an_empty_answer(kind, answers) -> None:
    full = answers[f"hybrid1 {kind.removeprefix('no rows ')}"]
    shapes = {name: array.shape for name, array in answers[kind].items()}
    assert shapes == {name: (0, *array.shape[1:]) for name, array in full.items()}


@pytest.mark.parametrize("kind", WRONG_SHAPES)
def test_a_wrong_shape_fails_the_request(kind, answers) -> None:
    message = answers[f"shape {kind}"]
    assert isinstance(message, str), "answered nonsense instead"
    assert WRONG_SHAPES[kind][2] in message
