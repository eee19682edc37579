"""Exported models answer as Keras does, in a fresh process without ecgzoo, and to any request.

Every test runs twice: through TensorFlow's Python, and through its C API, which checks no shapes.
"""

import numpy as np
import pytest
from signature_requests import (
    BAD,
    BAD_ROWS,
    BAD_SHAPES,
    PAGES,
    PAPER_MODELS,
    PROBABILITIES,
    ROWS,
    page_files,
)
from small_presets import CLASSES

from ecgzoo.exporting.signatures.signature import OK
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.layout import PAGE_SPEC

NEIGHBOURS = {"rtol": 0, "atol": 1e-6}


@pytest.fixture(scope="module")
def files():
    return page_files()


def assert_refused(answer, place: int, remedy: str) -> None:
    np.testing.assert_array_equal(answer["probabilities"][place], 0)
    assert answer["label"][place] == b""
    assert answer["score"][place] == 0
    assert remedy in answer["status"][place].decode()


@pytest.mark.parametrize("signature", ["serving_default", "domains"])
@pytest.mark.parametrize("name", PAPER_MODELS)
def test_equals_keras(name, signature, answers, export_small) -> None:
    answer = answers[f"{name} {signature}"]
    expected = np.asarray(export_small(name).model(ROWS, training=False))
    assert np.ptp(expected, axis=0).max() > 0.05, "rows must differ, or equality shows nothing"
    np.testing.assert_allclose(answer["probabilities"], expected, **PROBABILITIES)
    assert [label.decode() for label in answer["label"]] == [CLASSES[i] for i in expected.argmax(1)]
    np.testing.assert_allclose(answer["score"], expected.max(1), **PROBABILITIES)
    assert answer["status"].tolist() == [OK.encode()] * len(ROWS)


def test_multi_label_equals_keras(answers, export_small) -> None:
    expected = np.asarray(
        export_small("cnn1d", multi_label=True, small=True).model(ROWS, training=False)
    )
    assert np.abs(expected.sum(1) - 1).max() > 0.1
    np.testing.assert_allclose(answers["multi-label"]["probabilities"], expected, **PROBABILITIES)


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_refused_and_leaves_its_neighbours_alone(kind, answers) -> None:
    answer = answers[f"bad row {kind}"]
    assert_refused(answer, BAD, BAD_ROWS[kind][0])
    for key, alone in answers["alone"].items():
        neighbours = np.delete(answer[key], BAD, axis=0)
        if alone.dtype == object:
            assert neighbours.tolist() == alone.tolist()
        else:
            np.testing.assert_allclose(neighbours, alone, **NEIGHBOURS)


def test_a_row_answers_the_same_in_any_batch(answers) -> None:
    single, among = (
        answers["single"]["probabilities"],
        answers["hybrid1 serving_default"]["probabilities"],
    )
    np.testing.assert_allclose(single, among[:1], **NEIGHBOURS)


@pytest.mark.parametrize("kind", BAD_SHAPES)
def test_a_wrong_shape_fails_the_request_with_the_contract(kind, answers) -> None:
    message = answers[f"bad shape {kind}"]
    assert isinstance(message, str), "answered nonsense instead"
    assert "expected signal [batch, 500, 2]: 2 s at 250 Hz of the leads I, II, in mV" in message


@pytest.mark.parametrize("job", ["no rows", "no domain rows", "no pages"])
def test_an_empty_batch_has_an_empty_answer(job, answers) -> None:
    shapes = {key: array.shape for key, array in answers[job].items()}
    rows = {"label": (0,), "score": (0,), "status": (0,)}
    assert shapes == {"probabilities": (0, 3), "labels": (0, 3), **rows}


def test_a_bad_domain_is_refused_and_leaves_its_neighbours_alone(answers) -> None:
    assert_refused(answers["bad domain"], BAD, "expected finite domains")
    neighbours = np.delete(answers["bad domain"]["probabilities"], BAD, axis=0)
    np.testing.assert_allclose(neighbours, answers["alone"]["probabilities"], **PROBABILITIES)


def test_a_wrong_domain_shape_fails_the_request(answers) -> None:
    assert isinstance(answers["short domain"], str), "answered nonsense instead"
    assert "expected time [batch, 500, 2]" in answers["short domain"]


def test_a_wrong_number_of_axes_fails_the_request(answers) -> None:
    assert isinstance(answers["one signal"], str), "answered nonsense instead"
    assert "expected signal [batch, 500, 2]" in answers["one signal"]


def test_domains_of_different_batches_fail_the_request(answers) -> None:
    assert isinstance(answers["odd batch"], str)


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_answered_or_refused_one_by_one(page, answers, files) -> None:
    answer = answers[f"page {page}"]
    for place, (name, (_, status)) in enumerate(files.items()):
        said = answer["status"][place].decode()
        assert said == status, f"{name}: {said}"
        if status != OK:
            assert_refused(answer, place, status)
    good = [place for place, (_, status) in enumerate(files.values()) if status == OK]
    np.testing.assert_allclose(answer["probabilities"][good].sum(1), 1, rtol=1e-5)


def test_a_page_is_answered_as_its_traced_signal(answers, files, export_small) -> None:
    signals = np.stack([trace_page(files[name][0]).signal for name in ("png", "jpeg")])
    model = export_small("cnn1d", PAGE_SPEC, "traces", small=True).model
    expected = np.asarray(model(signals, training=False))
    np.testing.assert_allclose(
        answers["page traces"]["probabilities"][[0, -1]], expected, **PROBABILITIES
    )
