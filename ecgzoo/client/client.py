"""Client: one model on a TensorFlow Serving server, asked over its REST API."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from ecgzoo.client import reading
from ecgzoo.client.answers import Contract, Embedding, Prediction, Saliency, Version
from ecgzoo.client.connection import Deadline
from ecgzoo.client.refusals import shown
from ecgzoo.client.transport import LARGEST_ANSWER, ask
from ecgzoo.client.values import Shape, packed, padded, rows_in, signals_in
from ecgzoo.errors import ServerError

T = TypeVar("T")
NO_CONTRACT = (200, 400, 412)  # what servers say whose model has none, or one that is not ours
Signals = Any  # [batch][samples][leads]: lists, or anything that has .tolist()


class Client:
    """One model on a server.

    Signals are nested lists or arrays of any library, ``[batch, samples, leads]``. Every answer is
    a list with an item per row. A row that the model cannot answer says so in its ``status``, and
    its neighbours are answered.

    Args:
        url: the server's address, such as ``http://localhost:8501``.
        model: the model's name there.
        version: one of its versions; the newest unless given.
        label: a version's label in the server's configuration, instead of its number.
        timeout: seconds after which a call is given up, however many bytes still come; only the
            look-up of the host's name, which is the system's, is not counted.
        largest_answer: bytes of an answer that are taken, 64 MiB unless given.

    Raises:
        ValueError: if the address is none, both a version and a label are given, or a timeout or
            size is not above 0.

    Every method but ``ready`` raises :class:`ServerError` if the request is not answered: no
    server there, unknown model or version, a wrong shape, too slow, no model server at all.

    Example:
        >>> client = Client("http://localhost:1", "hybrid1")
        >>> client.ready()
        False
    """

    def __init__(
        self,
        url: str,
        model: str,
        version: int | None = None,
        label: str | None = None,
        timeout: float = 60,
        largest_answer: int = LARGEST_ANSWER,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"expected an address such as http://localhost:8501; got {url!r}")
        if version is not None and label is not None:
            raise ValueError(f"expected a version or a label; got both, {version} and {label!r}")
        if not (timeout > 0 and largest_answer > 0):
            raise ValueError(
                f"expected a timeout and a largest_answer above 0; got {timeout}, {largest_answer}"
            )
        self.model, self.label, self.timeout = model, label, timeout
        self.largest_answer = largest_answer
        self._versioned = version is not None
        self._shape: Shape | None = None
        self._model_at = f"{url.rstrip('/')}/v1/models/{quote(model, safe='')}"
        self.address = self._model_at
        if version is not None:
            self.address += f"/versions/{version}"
        if label is not None:
            self.address += f"/labels/{quote(label, safe='')}"

    def predict(self, signals: Signals) -> list[Prediction]:
        """Classifies signals ``[batch, samples, leads]`` at the model's rate and in its unit.

        They travel as float32 bytes, a quarter of JSON's or less, if they are of the model's shape.
        It is asked before, since bytes do not tell theirs; once where a version's number is given.
        Others travel as JSON, and the server refuses them with what it expects.
        """
        deadline = Deadline(self.timeout)
        found = packed(signals)
        if found is None or found[0] != self._shape_asked(deadline):
            return self._predictions("serving_default", deadline, signal=signals_in(signals))
        return self._predictions("signal_bytes", deadline, signal_bytes=found[1])

    def predict_resampled(
        self, signals: Signals, sampling_rate: float | Sequence[float]
    ) -> list[Prediction]:
        """Classifies signals of any rate and length.

        The server resamples them and answers the mean of half-overlapping windows.

        Args:
            signals: ``[samples, leads]`` each, of lengths of their own.
            sampling_rate: in Hz, of all of them or of each.
        """
        rows, lengths = padded(signals_in(signals))
        several = hasattr(sampling_rate, "__len__")
        rates = rows_in(sampling_rate, "sampling rates") if several else [sampling_rate] * len(rows)
        return self._predictions("resampled", signal=rows, sampling_rate=rates, lengths=lengths)

    def predict_bytes(self, signals: Sequence[bytes]) -> list[Prediction]:
        """Classifies signals given as bytes, a quarter of their size as JSON numbers or less.

        Args:
            signals: each little-endian, sample by sample all leads: float32 in the model's unit, or
                int16 in thousandths of it (microvolts).
        """
        return self._predictions("signal_bytes", signal_bytes=rows_in(signals, "signals' bytes"))

    def predict_page(self, page: bytes) -> Prediction:
        """Classifies a printed page: the bytes of a JPEG or PNG file."""
        return self._predictions("image", image_bytes=[page])[0]

    def embedding(self, signals: Signals) -> list[Embedding]:
        """Features of signals ``[batch, samples, leads]``, per domain and fused."""
        return self._rows(reading.embeddings_of, "embedding", {"signal": signals_in(signals)})

    def saliency(self, signals: Signals, target: str = "") -> list[Saliency]:
        """Which samples move the probability of a class.

        Args:
            signals: ``[batch, samples, leads]``.
            target: the class; of each signal the predicted one unless given.
        """
        rows = signals_in(signals)
        targets = [target.encode()] * len(rows)
        inputs = {"signal": rows, "target": targets}
        return self._rows(reading.saliencies_of, "saliency", inputs)

    def contract(self) -> Contract:
        """What the model takes and answers: leads, rate, length, unit and classes."""
        return self._contract()

    def status(self) -> list[Version]:
        """The versions that the server has, or the one that this client asks for.

        A label's is the one that it stands on, and is refused while that is not loaded.
        """
        return self._status(Deadline(self.timeout))

    def _status(self, deadline: Deadline) -> list[Version]:
        # A server asked for a label's status passes over the label and lists all versions.
        # Its metadata are the labelled version's.
        address = self.address
        if self.label is not None:
            labelled = self._get(reading.version_in, f"{address}/metadata", deadline)
            address = f"{self._model_at}/versions/{labelled}"
        return self._get(reading.versions_of, address, deadline)

    def ready(self) -> bool:
        """Whether the model can be asked now; False, too, where no server answers."""
        try:
            return any(version.available for version in self.status())
        except ServerError:
            return False

    def wait(self, seconds: float) -> None:
        """Returns as soon as the model can be asked, for servers that are just starting.

        Raises:
            ServerError: if it cannot after ``seconds``.
        """
        end = time.monotonic() + seconds
        while True:
            # The last time, too, there is a moment to answer in.
            left = max(end - time.monotonic(), 0.1)
            try:
                there, failed = self._status(Deadline(min(self.timeout, left))), None
            except ServerError as error:
                there, failed = [], error
            if any(version.available for version in there):
                return
            if time.monotonic() > end:
                raise failed or self._not_ready(seconds, there)
            time.sleep(0.1)

    def _not_ready(self, seconds: float, there: list[Version]) -> ServerError:
        return ServerError(
            f"GET {self.address}",
            f"not ready after {seconds:g} s: {', '.join(map(str, there))}",
            "Look into what the server printed.",
        )

    def metadata(self) -> dict[str, Any]:
        """Each signature's ``inputs`` and ``outputs``, as the server describes them."""
        return self._get(reading.signatures_of, f"{self.address}/metadata")

    def ask(self, signature: str, **inputs: object) -> dict[str, Any]:
        """Any signature's outputs by name, such as those of ``domains`` or ``strict``.

        Args:
            signature: its name; see :meth:`metadata`.
            inputs: lists, arrays or bytes by name, the batch first.
        """
        return self._ask(reading.outputs_of, signature, inputs)

    def _predictions(
        self, signature: str, deadline: Deadline | None = None, **inputs: Any
    ) -> list[Prediction]:
        return self._rows(reading.predictions_of, signature, inputs, deadline)

    def _shape_asked(self, deadline: Deadline) -> Shape | None:
        """Of the model's signals; None for models that tell no contract, as old exports do."""
        if self._shape is not None:
            return self._shape
        try:
            contract = self._contract(deadline)
        except ServerError as error:
            if error.code not in NO_CONTRACT:
                raise
            return None
        shape = contract.samples, len(contract.leads)
        if self._versioned:  # a label and the newest may move to a version of another shape
            self._shape = shape
        return shape

    def _contract(self, deadline: Deadline | None = None) -> Contract:
        return self._rows(reading.contract_of, "contract", {"rows": [0]}, deadline)

    def _rows(
        self,
        read: Callable[[object, int], T],
        signature: str,
        inputs: Mapping[str, Any],
        deadline: Deadline | None = None,
    ) -> T:
        count = len(next(iter(inputs.values())))
        return self._ask(lambda outputs: read(outputs, count), signature, inputs, deadline)

    def _ask(
        self,
        read: Callable[[object], T],
        signature: str,
        inputs: Mapping[str, object],
        deadline: Deadline | None = None,
    ) -> T:
        address = f"{self.address}:predict"
        sent = {"signature_name": signature, "inputs": inputs}
        content = ask(address, deadline or self.timeout, sent, self.largest_answer)
        return self._read(lambda content: read(content["outputs"]), content, f"POST {address}")

    def _get(self, read: Callable[[Any], T], address: str, deadline: Deadline | None = None) -> T:
        content = ask(address, deadline or self.timeout, largest=self.largest_answer)
        return self._read(read, content, f"GET {address}")

    def _read(self, read: Callable[[Any], T], content: Any, asked: str) -> T:
        """The answer as values; a server may serve models that are not ours."""
        try:
            return read(content)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise ServerError(
                asked,
                "expected the answer of a model that ecgzoo exported; got another "
                f"({shown(error)})",
                "Check the model's name, or export it again.",
                200,
            ) from error
