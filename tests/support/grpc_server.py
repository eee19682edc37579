"""A stand-in for TensorFlow Serving's gRPC API: Predict alone, answered by a SavedModel."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

import grpc
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc


class Service(prediction_service_pb2_grpc.PredictionServiceServicer):
    """Answers with the signature that is asked for, and keeps the requests."""

    def __init__(self, version: Path) -> None:
        self.signatures = tf.saved_model.load(str(version)).signatures
        self.requests: list[predict_pb2.PredictRequest] = []

    def Predict(self, request, _):  # noqa: N802
        self.requests.append(request)
        inputs = {name: tf.make_ndarray(one) for name, one in request.inputs.items()}
        function = self.signatures[request.model_spec.signature_name]
        outputs = function(**{name: tf.constant(one) for name, one in inputs.items()})
        answer = predict_pb2.PredictResponse(model_spec=request.model_spec)
        for name, tensor in outputs.items():
            answer.outputs[name].CopyFrom(tf.make_tensor_proto(tensor.numpy()))
        return answer


@contextmanager
def grpc_stand_in(version: Path) -> Iterator[tuple[Service, str]]:
    """Serves a version on a free local port; the service, and its address."""
    service, server = Service(version), grpc.server(futures.ThreadPoolExecutor(2))
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield service, f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
