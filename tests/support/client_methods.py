"""Every way to ask a server, for tests of what may come back."""

from ecgzoo.client import Client


def client_of_label(client: Client) -> Client:
    """A client of the same model whose version a label names."""
    return Client(client.address.partition("/v1")[0], "heart", label="stable", timeout=5)


SIGNALS = [[[0.1, 0.2], [0.3, 0.4]]]
METHODS = {
    "predict": lambda client: client.predict(SIGNALS),
    "predict_resampled": lambda client: client.predict_resampled(SIGNALS, 500),
    "predict_bytes": lambda client: client.predict_bytes([b"1234"]),
    "predict_page": lambda client: client.predict_page(b"JPEG"),
    "embedding": lambda client: client.embedding(SIGNALS),
    "saliency": lambda client: client.saliency(SIGNALS),
    "contract": Client.contract,
    "status": Client.status,
    "status of a label": lambda client: client_of_label(client).status(),
    "wait": lambda client: client.wait(0.01),
    "wait for a label": lambda client: client_of_label(client).wait(0.01),
    "metadata": Client.metadata,
    "ask": lambda client: client.ask("serving_default", signal=SIGNALS),
}
