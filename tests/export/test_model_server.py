"""Exported models behind a server, asked by the client: a stand-in, and the real one if there is.

The real one is `tensorflow_model_server` on PATH, or what $ECGZOO_MODEL_SERVER names.
"""

import shutil

import keras
import numpy as np
import pytest
from limb_leads import lawful
from model_server import WITHOUT, configuration, model_server, real
from rest_server import stand_in
from small_presets import CLASSES, SPEC, heartbeats

from ecgzoo.client import Client, ServerError
from ecgzoo.client.transport import ask
from ecgzoo.exporting.signatures.signature import OK
from ecgzoo.models.front import core_of
from ecgzoo.models.views import embeddings
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.quality import PageQuality, sentence
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.registry import DOMAINS
from tf_data.resampling import windows

ROWS = lawful(heartbeats(PAGE_SPEC, 4))
LABELS = {"heart": {"stable": 1}}
CLOSE = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(scope="module")
def exported(export_small):
    return export_small("cnn1d", PAGE_SPEC, "traces", small=True)


@pytest.fixture(scope="module", params=["stand-in", "model server"])
def server(request, exported, export_small, tmp_path_factory):
    if request.param == "model server" and model_server() is None:
        pytest.skip(WITHOUT)
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(export_small("cnn1d").version, folder / "1")
    shutil.copytree(exported.version, folder / "2")
    if request.param == "stand-in":
        running = stand_in({"heart": folder}, LABELS)
    else:
        running = real({"heart": folder}, LABELS, tmp_path_factory.mktemp("server"))
    with running as address:
        yield address


@pytest.fixture
def client(server):
    return Client(server, "heart")


@pytest.fixture(scope="module")
def expected(exported):
    return np.asarray(exported.model(ROWS, training=False))


def shares(predictions):
    assert [one.status for one in predictions] == [OK] * len(predictions)
    return np.array([list(one.probabilities.values()) for one in predictions])


def test_signals_are_answered_as_keras_does(client, expected) -> None:
    predictions = client.predict(ROWS)
    assert np.ptp(expected, axis=0).max() > 0.05, "rows must differ, or equality shows nothing"
    np.testing.assert_allclose(shares(predictions), expected, **CLOSE)
    assert [one.label for one in predictions] == [CLASSES[i] for i in expected.argmax(1)]
    np.testing.assert_allclose([one.score for one in predictions], expected.max(1), **CLOSE)
    assert tuple(predictions[0].probabilities) == CLASSES


def test_a_bad_row_says_why_and_its_neighbours_are_answered(client, expected) -> None:
    signals = ROWS.copy()
    signals[1, 7, 3] = np.nan
    first, bad, *others = client.predict(signals)
    assert (bad.ok, bad.label, sum(bad.probabilities.values())) == (False, "", 0)
    assert "interpolate the gaps" in bad.status
    np.testing.assert_allclose(shares([first, *others]), np.delete(expected, 1, 0), **CLOSE)


def test_a_wrong_shape_is_refused_with_the_contract(client) -> None:
    with pytest.raises(ServerError, match="2.47904 s at 196.85 Hz of the leads I, II, ") as caught:
        client.predict(ROWS[:, :, :3])
    assert caught.value.code == 400
    assert "got 4 488 3" in caught.value.came
    assert "{{node" not in caught.value.came


@pytest.mark.parametrize(
    ("signals", "got"),
    [(ROWS[:, :244], "4 244 12"), (ROWS.swapaxes(1, 2), "4 12 488")],
    ids=["half as long", "turned"],
)
@pytest.mark.parametrize("kind", [np.array, np.ndarray.tolist], ids=["array", "lists"])
def test_a_wrong_shape_of_as_many_bytes_is_refused_too(client, kind, signals, got) -> None:
    """Half as many float32 would be read as int16, and a turned signal as one that is not."""
    with pytest.raises(ServerError, match=f"got {got}"):
        client.predict(kind(signals))


def test_numbers_beyond_float32_are_a_bad_row(client, expected) -> None:
    signals = ROWS.astype("float64")
    signals[2, 7, 3] = 1e300
    first, second, bad, last = client.predict(signals)
    assert "expected finite samples" in bad.status
    np.testing.assert_allclose(shares([first, second, last]), np.delete(expected, 2, 0), **CLOSE)


def test_bytes_are_answered_as_numbers(client, expected) -> None:
    real_numbers = [one.astype("<f4").tobytes() for one in ROWS]
    np.testing.assert_allclose(shares(client.predict_bytes(real_numbers)), expected, **CLOSE)
    microvolts = np.round(ROWS * 1000).astype("<i2")
    as_whole = client.predict_bytes([one.tobytes() for one in microvolts])
    as_numbers = client.predict(microvolts.astype("float32") / 1000)
    np.testing.assert_allclose(shares(as_whole), shares(as_numbers), **CLOSE)
    assert "got 7" in client.predict_bytes([b"7 bytes"])[0].status


def test_longer_signals_get_the_mean_of_their_windows(client, exported, expected) -> None:
    long = np.concatenate([ROWS[0], ROWS[1]])
    short, longer = client.predict_resampled([ROWS[0], long], PAGE_SPEC.sampling_rate)
    cut = windows(long, PAGE_SPEC.samples)
    mean = np.asarray(exported.model(cut, training=False)).mean(0)
    # The server filters at every rate, also at the model's own: random weights made up to 0.003 of
    # it; windows that were forgotten, or counted twice, make a tenth.
    np.testing.assert_allclose(shares([short, longer]), [expected[0], mean], rtol=0, atol=1e-2)
    assert (short.windows, longer.windows) == (1, len(cut))


def test_rates_may_differ_from_row_to_row(client) -> None:
    good, slow = client.predict_resampled(ROWS[:2], [PAGE_SPEC.sampling_rate, 10])
    assert good.ok
    assert "between 49.2126 and 6299.21 Hz; got 10" in slow.status


def test_pages_are_answered_as_their_traces(client, exported) -> None:
    page = page_bytes(render_page(ROWS[0] * 0.5))
    traced = np.asarray(exported.model(trace_page(page).signal[None], training=False))
    np.testing.assert_allclose(shares([client.predict_page(page)]), traced, **CLOSE)
    assert client.predict_page(b"hello").status == sentence(PageQuality.NOT_AN_IMAGE)


def test_embeddings_are_those_of_keras(client, exported) -> None:
    core = core_of(exported.model)
    domains = {name: np.asarray(DOMAINS.get(name)(PAGE_SPEC)(ROWS)) for name in core.input}
    views = keras.Model(core.input, embeddings(core).output)(domains, training=False)
    answered = client.embedding(ROWS)
    for name, vectors in views.items():
        vectors = np.asarray(vectors)
        got = np.array([one.vectors[name] for one in answered])
        np.testing.assert_allclose(got, vectors, rtol=0, atol=1e-4 * np.abs(vectors).max())
    assert set(answered[0].vectors) == set(views)


def test_saliency_is_that_of_the_class_asked_for(client) -> None:
    signals = ROWS[:2].copy()
    signals[:, 100:200] = 0
    predicted, named = client.saliency(signals), client.saliency(signals, CLASSES[-1])
    assert [one.label for one in predicted] == [one.label for one in client.predict(signals)]
    assert {one.label for one in named} == {CLASSES[-1]}
    trace = np.array(named[0].trace)
    assert trace.shape == PAGE_SPEC.shape
    assert trace.max() > 0
    assert not trace[100:200].any(), "gradient times a zero input"
    assert "expected a class of Normal, HB, MI" in client.saliency(signals, "Nomal")[0].status


def test_the_contract_is_the_presets(client, exported) -> None:
    contract, spec = client.contract(), exported.preset.spec
    assert (contract.leads, contract.samples, contract.unit) == (spec.leads, spec.samples, "mV")
    assert contract.sampling_rate == spec.sampling_rate
    assert contract.simultaneous == spec.simultaneous
    assert (contract.model, contract.classes) == ("cnn1d", CLASSES)
    assert (contract.takes_pages, contract.multi_label, contract.leaky) == (True, False, False)


def test_domains_are_answered_as_their_signals(client, exported, expected) -> None:
    names = core_of(exported.model).input
    domains = {name: np.asarray(DOMAINS.get(name)(PAGE_SPEC)(ROWS)) for name in names}
    outputs = client.ask("domains", **domains)
    np.testing.assert_allclose(outputs["probabilities"], expected, **CLOSE)


def test_examples_are_classified(client, expected) -> None:
    examples = [{"signal": one.ravel().tolist()} for one in ROWS]
    content = {"signature_name": "classify", "examples": examples}
    rows = ask(f"{client.address}:classify", 60, content)["results"]
    assert [[name for name, _ in row] for row in rows] == [list(CLASSES)] * len(ROWS)
    scores = [[score for _, score in row] for row in rows]
    np.testing.assert_allclose(scores, expected, **CLOSE)


@pytest.mark.parametrize("start", [[0, 0.1], [0.0, 0.1]], ids=["0 and 0.1", "0.0 and 0.1"])
def test_examples_are_refused_whose_numbers_are_of_two_kinds(client, start) -> None:
    """JavaScript writes 0.0 as 0; docs/serving.md says so."""
    signal = ROWS[0].ravel().tolist()
    content = {"signature_name": "classify", "examples": [{"signal": [*start, *signal[2:]]}]}
    if isinstance(start[0], float):
        assert len(ask(f"{client.address}:classify", 60, content)["results"][0]) == len(CLASSES)
    else:
        with pytest.raises(ServerError, match="Unexpected element type in feature"):
            ask(f"{client.address}:classify", 60, content)


def test_the_row_format_is_answered_row_by_row(client, expected) -> None:
    content = {"instances": [{"signal": one} for one in ROWS]}
    rows = ask(f"{client.address}:predict", 60, content)["predictions"]
    np.testing.assert_allclose([row["probabilities"] for row in rows], expected, **CLOSE)


def test_a_route_that_there_is_not(client) -> None:
    with pytest.raises(ServerError, match="Malformed request: GET /v1/models/heart:predict"):
        ask(f"{client.address}:predict", 60)


def test_strict_signatures_fail_the_request_with_the_row(client) -> None:
    signals = ROWS.copy()
    signals[2] = 0.25
    with pytest.raises(ServerError, match="row 2: expected a varying signal"):
        client.ask("strict", signal=signals)


def test_versions_and_labels(server) -> None:
    client = Client(server, "heart")
    assert [(one.number, one.state) for one in client.status()] == [
        (2, "AVAILABLE"),
        (1, "AVAILABLE"),
    ]
    for chosen in ({"version": 1}, {"label": "stable"}):
        older = Client(server, "heart", **chosen)
        assert [one.number for one in older.status()] == [1]
        older.wait(seconds=1)
        assert older.contract().samples == SPEC.samples != client.contract().samples
        assert older.predict(heartbeats(SPEC, 1))[0].ok
        assert older.metadata().keys() == client.metadata().keys() - {"image"}


def test_a_label_that_is_not_there_is_never_ready(server) -> None:
    client = Client(server, "heart", label="nope")
    assert not client.ready()
    with pytest.raises(ServerError, match="nope"):
        client.wait(seconds=0.2)


@pytest.mark.parametrize(
    ("name", "chosen", "came", "remedy"),
    [
        ("hart", {}, "hart", "models.config"),
        ("heart", {"version": 7}, "7", "names the versions that it has"),
        ("heart", {"label": "canary"}, "canary", "names the versions that it has"),
    ],
)
def test_what_is_not_served_is_said_so(server, name, chosen, came, remedy) -> None:
    client = Client(server, name, **chosen)
    assert not client.ready()
    for asked in (client.status, lambda: client.predict(ROWS)):
        with pytest.raises(ServerError) as caught:
            asked()
        assert came in caught.value.came
        assert remedy in caught.value.remedy


def test_metadata_name_inputs_and_outputs(client) -> None:
    metadata = client.metadata()
    assert {"serving_default", "resampled", "image", "saliency", "strict"} <= set(metadata)
    assert not any(name.startswith("__") for name in metadata)
    assert metadata["resampled"]["inputs"]["sampling_rate"]["dtype"] == "DT_FLOAT"
    assert "probabilities" in metadata["resampled"]["outputs"]
    with pytest.raises(ServerError, match="metadata name what it can be asked"):
        client.ask("gradcam", signal=ROWS)


def test_an_input_that_is_missing_is_named(client) -> None:
    with pytest.raises(ServerError, match="Missing named input: signal in 'inputs' object"):
        client.ask("serving_default", signals=ROWS)


def test_the_configuration_names_models_and_labels(tmp_path) -> None:
    from google.protobuf import text_format

    config_pb2 = pytest.importorskip("tensorflow_serving.config.model_server_config_pb2")
    text = configuration({"heart": tmp_path}, LABELS)
    config = text_format.Parse(text, config_pb2.ModelServerConfig()).model_config_list.config[0]
    assert (config.name, config.base_path) == ("heart", str(tmp_path))
    assert dict(config.version_labels) == {"stable": 1}
    assert config.model_version_policy.HasField("all")
