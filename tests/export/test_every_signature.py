"""Every signature answers as Keras does, in a fresh process without ecgzoo, good rows and bad.

Every test runs twice: through TensorFlow's Python, and through its C API, which checks no shapes.
"""

from functools import cache

import by_keras
import numpy as np
import pytest
from scipy.signal import resample_poly
from shared_exports import Exported
from signature_requests import (
    BAD,
    EMPTY,
    LENGTHS,
    LONG,
    PAPER_MODELS,
    PROBABILITIES,
    ROWS,
    TARGETS,
    WRONG_SHAPES,
    bad_requests,
    good_requests,
    wrong_ranks,
)
from small_presets import CLASSES, SPEC

from ecgzoo.exporting.signatures import STRICT
from ecgzoo.exporting.signatures.signature import OK
from tf_data.resampling import windows

pytestmark = pytest.mark.whole


@pytest.fixture(params=PAPER_MODELS)
def asked(request, answers, export_small):
    """An export, and what it answers to good requests, by signature."""
    found = {name: answers[f"{request.param} {name}"] for name in good_requests()}
    return export_small(request.param), found


def test_signal_bytes_and_examples_answer_as_the_signal(asked) -> None:
    one, found = asked
    expected = np.asarray(one.model(ROWS, training=False))
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
    one, found = asked
    expected = by_keras.embedding(one.model, ROWS)
    assert set(found["embedding"]) == {*expected, "status"}
    for name, vector in expected.items():
        by_keras.assert_close(found["embedding"][name], vector)


def test_saliency_equals_keras(asked) -> None:
    one, found = asked
    expected, answer = by_keras.saliency(one.model, ROWS, TARGETS), found["saliency"]
    for row, pushed in zip(answer["saliency"], expected["saliency"], strict=True):
        assert pushed.max() > 0
        by_keras.assert_close(row, pushed)
    assert [one.decode() for one in answer["label"]] == expected["label"]
    np.testing.assert_allclose(answer["score"], expected["score"], **PROBABILITIES)


def test_resampled_answers_the_mean_over_windows(asked) -> None:
    """Within what the filters differ: scipy takes the same one at the phases of a fraction."""
    one, found = asked
    expected, counts = means_over_windows(one)
    answer = found["resampled"]
    np.testing.assert_allclose(answer["probabilities"], expected, rtol=0, atol=2e-3)
    assert answer["windows"].tolist() == counts
    assert answer["status"].tolist() == [OK.encode()] * 8


@cache
def means_over_windows(one: Exported) -> tuple[list[np.ndarray], list[int]]:
    """The mean of Keras' answers to each row's windows, and how many these are."""
    cuts = []
    for row, length in zip(LONG, LENGTHS, strict=True):
        meant = row[: length or len(row)].astype(float)
        halved = resample_poly(meant, 1, 2, axis=0, padtype="line").astype(np.float32)
        cuts.append(windows(halved, SPEC.samples))
    counts = [len(cut) for cut in cuts]
    answers = np.asarray(one.model(np.concatenate(cuts), training=False))
    return [part.mean(0) for part in np.split(answers, np.cumsum(counts)[:-1])], counts


@pytest.mark.parametrize("signature", STRICT)
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


@pytest.mark.parametrize("kind", [n for n, (name, *_) in bad_requests().items() if name in STRICT])
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


@pytest.mark.parametrize("variant", STRICT.values())
def test_a_strict_signature_takes_no_rows(variant, answers) -> None:
    assert answers[f"no rows {variant}"]["probabilities"].shape == (0, 3)


def test_a_signal_without_samples_says_what_is_expected(answers) -> None:
    statuses = {status.decode() for status in answers["no samples"]["status"]}
    assert statuses == {"expected at least 2.000 s, one window; got 0.000"}


@pytest.mark.parametrize("kind", wrong_ranks())
def test_a_wrong_number_of_axes_fails_with_the_contract(kind, answers) -> None:
    message, (_, _, name, _) = answers[kind], kind.split()
    assert isinstance(message, str), "answered nonsense instead"
    assert f"expected {name} [batch" in message


@pytest.mark.parametrize("kind", WRONG_SHAPES)
def test_a_wrong_shape_fails_the_request(kind, answers) -> None:
    message = answers[f"shape {kind}"]
    assert isinstance(message, str), "answered nonsense instead"
    assert WRONG_SHAPES[kind][2] in message
