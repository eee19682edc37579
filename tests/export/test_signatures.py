"""Exported models answer as Keras does, in a fresh process without ecgzoo, and to any request.

Every test runs twice: through TensorFlow's Python, and through its C API, which checks no shapes.
"""

import numpy as np
import pytest
from asking import Job, ask
from small_presets import CLASSES, SPEC, heartbeats

from ecgzoo.exporting.signatures.signature import OK
from ecgzoo.models.front import core_of
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.layout import AVERAGE_SPEC, PAGE_SPEC
from ecgzoo.pages.quality import PageQuality, sentence
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.registry import DOMAINS

PAPER_MODELS = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")
PROBABILITIES = {"rtol": 0, "atol": 1e-5}
NEIGHBOURS = {"rtol": 0, "atol": 1e-6}
BAD_ROWS = {
    "NaN": ("interpolate the gaps", lambda row: np.where(np.arange(row.size) == 7, np.nan, row)),
    "infinite": (
        "interpolate the gaps",
        lambda row: np.where(np.arange(row.size) == 7, np.inf, row),
    ),
    "microvolts": ("divide by the gain", lambda row: row * 1000),
    "constant": ("check the electrodes", lambda row: np.full_like(row, 0.25)),
}
BAD_SHAPES = {"leads": (2, 500, 3), "samples": (2, 400, 2), "swapped": (2, 2, 500)}
ROWS = heartbeats(SPEC, 8)


def domains_of(signals, names):
    return {name: np.asarray(DOMAINS.get(name)(SPEC)(signals)) for name in names}


def bad_at(place: int, kind: str) -> np.ndarray:
    signals = ROWS.copy()
    signals[place] = BAD_ROWS[kind][1](ROWS[place].ravel()).reshape(SPEC.shape)
    return signals


def page_files() -> dict[str, tuple[bytes, str]]:
    """Image bytes and the status that each must get."""
    signals = heartbeats(PAGE_SPEC, 2, seed=1) * 0.5
    first, second = (render_page(one) for one in signals)
    jpeg = page_bytes(second, "jpeg")
    return {
        "png": (page_bytes(first), OK),
        "truncated": (jpeg[: len(jpeg) // 2], sentence(PageQuality.TRUNCATED)),
        "text": (b"no image at all", sentence(PageQuality.NOT_AN_IMAGE)),
        "blank": (page_bytes(np.full_like(first, 255)), sentence(PageQuality.BLANK)),
        "empty": (b"", sentence(PageQuality.NOT_AN_IMAGE)),
        "rotated": (page_bytes(np.swapaxes(first, 0, 1)), sentence(PageQuality.ROTATED)),
        "small": (page_bytes(first[:-1]), sentence(PageQuality.WRONG_SIZE)),
        "jpeg": (jpeg, OK),
    }


@pytest.fixture(scope="module")
def files():
    return page_files()


@pytest.fixture(scope="module")
def jobs(export_small, files) -> dict[str, Job]:
    """Every request that the tests below look at: loading once for all is quick."""
    made = {}
    for name in PAPER_MODELS:
        version, model = export_small(name).version, export_small(name).model
        made[f"{name} signal"] = Job(version, "serving_default", {"signal": ROWS})
        domains = domains_of(ROWS, core_of(model).input)
        made[f"{name} domains"] = Job(version, "domains", domains)
    several = export_small("cnn1d", multi_label=True).version
    made["multi-label"] = Job(several, "serving_default", {"signal": ROWS})
    version = export_small("hybrid1").version
    for kind in BAD_ROWS:
        signals = {"signal": bad_at(3, kind)}
        made[f"bad {kind}"] = Job(version, "serving_default", signals)
    made["alone"] = Job(version, "serving_default", {"signal": np.delete(ROWS, 3, axis=0)})
    made["single"] = Job(version, "serving_default", {"signal": ROWS[:1]})
    for kind, shape in BAD_SHAPES.items():
        made[f"bad {kind}"] = Job(version, "serving_default", {"signal": np.ones(shape, "float32")})
    made["one signal"] = Job(version, "serving_default", {"signal": ROWS[0]})
    made["no rows"] = Job(version, "serving_default", {"signal": ROWS[:0]})
    domains = domains_of(ROWS, ("time", "time_frequency"))
    spoiled = domains["time_frequency"].copy()
    spoiled[3, 0, 0, 0] = np.nan
    made["bad domain"] = Job(version, "domains", domains | {"time_frequency": spoiled})
    made["no domain rows"] = Job(version, "domains", {k: v[:0] for k, v in domains.items()})
    made["short domain"] = Job(version, "domains", domains | {"time": domains["time"][:, :400]})
    made["odd batch"] = Job(version, "domains", domains | {"time": domains["time"][:7]})
    contents = np.array([content for content, _ in files.values()], object)
    for page, spec in (("traces", PAGE_SPEC), ("average", AVERAGE_SPEC)):
        version = export_small("cnn1d", spec, page).version
        made[f"page {page}"] = Job(version, "image", {"image_bytes": contents})
    made["no pages"] = Job(version, "image", {"image_bytes": contents[:0]})
    return made


@pytest.fixture(scope="module", params=["python", "c_api"])
def answers(request, jobs, tmp_path_factory):
    return ask(request.param, jobs, tmp_path_factory.mktemp("asked"))


def assert_refused(answer, place: int, remedy: str) -> None:
    np.testing.assert_array_equal(answer["probabilities"][place], 0)
    assert answer["label"][place] == b""
    assert answer["score"][place] == 0
    assert remedy in answer["status"][place].decode()


@pytest.mark.parametrize("signature", ["signal", "domains"])
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
    expected = np.asarray(export_small("cnn1d", multi_label=True).model(ROWS, training=False))
    assert np.abs(expected.sum(1) - 1).max() > 0.1
    np.testing.assert_allclose(answers["multi-label"]["probabilities"], expected, **PROBABILITIES)


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_refused_and_leaves_its_neighbours_alone(kind, answers) -> None:
    answer = answers[f"bad {kind}"]
    assert_refused(answer, 3, BAD_ROWS[kind][0])
    for key, alone in answers["alone"].items():
        neighbours = np.delete(answer[key], 3, axis=0)
        if alone.dtype == object:
            assert neighbours.tolist() == alone.tolist()
        else:
            np.testing.assert_allclose(neighbours, alone, **NEIGHBOURS)


def test_a_row_answers_the_same_in_any_batch(answers) -> None:
    single, among = answers["single"]["probabilities"], answers["hybrid1 signal"]["probabilities"]
    np.testing.assert_allclose(single, among[:1], **NEIGHBOURS)


@pytest.mark.parametrize("kind", BAD_SHAPES)
def test_a_wrong_shape_fails_the_request_with_the_contract(kind, answers) -> None:
    message = answers[f"bad {kind}"]
    assert isinstance(message, str), "answered nonsense instead"
    assert "expected signal [batch, 500, 2]: 2 s at 250 Hz of the leads I, II, in mV" in message


@pytest.mark.parametrize("job", ["no rows", "no domain rows", "no pages"])
def test_an_empty_batch_has_an_empty_answer(job, answers) -> None:
    shapes = {key: array.shape for key, array in answers[job].items()}
    rows = {"label": (0,), "score": (0,), "status": (0,)}
    assert shapes == {"probabilities": (0, 3), "labels": (0, 3), **rows}


def test_a_bad_domain_is_refused_and_leaves_its_neighbours_alone(answers) -> None:
    assert_refused(answers["bad domain"], 3, "expected finite domains")
    neighbours = np.delete(answers["bad domain"]["probabilities"], 3, axis=0)
    np.testing.assert_allclose(neighbours, answers["alone"]["probabilities"], **PROBABILITIES)


def test_a_wrong_domain_shape_fails_the_request(answers) -> None:
    assert isinstance(answers["short domain"], str), "answered nonsense instead"
    assert "expected time [batch, 500, 2]" in answers["short domain"]


def test_a_wrong_number_of_axes_fails_the_request(answers) -> None:
    assert isinstance(answers["one signal"], str), "answered nonsense instead"


def test_domains_of_different_batches_fail_the_request(answers) -> None:
    assert isinstance(answers["odd batch"], str)


@pytest.mark.parametrize(("page", "spec"), [("traces", PAGE_SPEC), ("average", AVERAGE_SPEC)])
def test_pages_are_answered_or_refused_one_by_one(page, spec, answers, files) -> None:
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
    model = export_small("cnn1d", PAGE_SPEC, "traces").model
    expected = np.asarray(model(signals, training=False))
    np.testing.assert_allclose(
        answers["page traces"]["probabilities"][[0, -1]], expected, **PROBABILITIES
    )
