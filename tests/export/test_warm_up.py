"""Warm-up: requests in the server's own format, for every signature, that are answered well."""

import sys

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from ecgzoo.artifact.folder import EXTRA, WARM_UP
from ecgzoo.exporting.saved_model.requests import WARMED, write_warm_up
from ecgzoo.exporting.signatures import signatures
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.pages.layout import PAGE_SPEC

MOST = 1000  # records that TensorFlow Serving takes


def requests_in(version):
    """The requests as the server reads them: model, signature, and inputs by name."""
    for record in tf.data.TFRecordDataset(str(version / EXTRA / WARM_UP)):
        log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
        kind = log.WhichOneof("log_type")
        request = getattr(log, kind).request
        if kind == "predict_log":
            inputs = {name: tf.make_ndarray(value) for name, value in request.inputs.items()}
        else:
            rows = [one.SerializeToString() for one in request.input.example_list.examples]
            inputs = {"inputs": np.array(rows, object)}
        yield kind, request.model_spec, inputs


@pytest.mark.parametrize("paged", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_what_clients_ask_has_a_request_that_is_answered(paged, export_small) -> None:
    one = export_small("cnn1d", PAGE_SPEC, "traces", small=True) if paged else export_small("cnn1d")
    served = tf.saved_model.load(str(one.version)).signatures
    warmed = list(requests_in(one.version))
    names = [spec.signature_name for _, spec, _ in warmed]
    assert names == [name for name in WARMED if name in served]
    assert ("image" in names) == paged
    assert len(names) <= MOST
    for kind, spec, inputs in warmed:
        assert spec.name == "cnn1d"
        assert (kind == "classify_log") == spec.signature_name.startswith("classify")
        answer = served[spec.signature_name](**{k: tf.constant(v) for k, v in inputs.items()})
        for key, value in answer.items():
            assert value.shape[0] == 1, key
            if key == "status":
                assert value.numpy().tolist() == [b"ok"]


def test_requests_have_the_shapes_of_the_examples_first_rows(export_small) -> None:
    one = export_small("cnn1d")
    asked = signatures(ModelGraph(one.model, one.preset))
    for _, spec, inputs in requests_in(one.version):
        whole = asked[spec.signature_name].example
        example = {name: rows[:1] for name, rows in whole.items()}
        assert inputs.keys() == example.keys()
        for name, value in inputs.items():
            assert value.shape == example[name].shape
            if spec.signature_name.startswith("classify"):
                # The same example may be serialized in several ways.
                parse = tf.train.Example.FromString
                assert parse(value[0]) == parse(example[name][0])
            elif value.ndim > 1:
                assert value.ravel()[0] == 1
                assert np.count_nonzero(value) == 1
            else:
                np.testing.assert_array_equal(value, example[name])


def test_a_servers_own_reader_sees_the_pulse(export_small) -> None:
    """TensorFlow's C++ repeats the last number of a tensor, as its Python does."""
    record = next(
        iter(tf.data.TFRecordDataset(str(export_small("cnn1d").version / EXTRA / WARM_UP)))
    )
    log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
    (proto,) = log.predict_log.request.inputs.values()
    assert proto.ByteSize() < 50
    read = tf.io.parse_tensor(proto.SerializeToString(), tf.float32).numpy()
    np.testing.assert_array_equal(read, tf.make_ndarray(proto))
    assert np.flatnonzero(read).tolist() == [0]


def test_without_the_extra_nothing_is_written_and_it_is_told(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    assert write_warm_up(tmp_path, {}, "m") is False
    assert list(tmp_path.iterdir()) == []
