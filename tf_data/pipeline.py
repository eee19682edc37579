"""Input pipelines: batches of signals or domains, in an order that (seed, epoch) decides."""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.domains.layers import DomainOptions, checked_options, domain_layers
from ecgzoo.signal_spec import SignalSpec
from tf_data.augmentation import Augmentation, mixup

Layers = Mapping[str, Any]


class DomainCache:
    """Keeps what was computed, by the records' content: models of one fold take the same domains.

    Attributes:
        kept: domains of records by spec, the records' digest, the domain's name and its options.

    Example:
        >>> spec, cache = SignalSpec(("II",), 128, 128), DomainCache()
        >>> double = lambda signals, layers: {name: 2 * signals for name in layers}
        >>> signals = np.ones((3, 128, 1), np.float32)
        >>> first = cache.domains(signals, spec, {"time": None}, double)["time"]
        >>> cache.domains(signals.copy(), spec, {"time": None}, double)["time"] is first
        True
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[SignalSpec, str, str, str], Any] = {}

    def domains(
        self,
        signals: np.ndarray,
        spec: SignalSpec,
        layers: Layers,
        compute: Callable[[np.ndarray, Layers], Mapping[str, Any]],
        options: DomainOptions | None = None,
    ) -> dict[str, Any]:
        """The domains of the records by name.

        Args:
            signals: float32 ``[n, samples, leads]``.
            spec: what they mean.
            layers: what computes each domain, by name.
            compute: called with the signals and those layers whose domains are not kept.
            options: what the layers were made with.
        """
        told = options or {}
        digest = hashlib.sha256(np.ascontiguousarray(signals).data).hexdigest()
        keys = {
            name: (spec, digest, name, json.dumps(told.get(name, {}), sort_keys=True))
            for name in layers
        }
        missing = {name: layer for name, layer in layers.items() if keys[name] not in self.kept}
        if missing:
            for name, found in compute(signals, missing).items():
                self.kept[keys[name]] = found
        return {name: self.kept[key] for name, key in keys.items()}


BATCH = 32


class Pipeline:
    """Feeds records held in memory to a model.

    On ``device="cpu"`` the domains are computed here, once, on whole batches, and cached. On
    ``device="accelerator"`` the signals go out as they are, and the model's own graph computes the
    domains. Augmented signals are cached as well: a few variants of each record, of which every
    epoch draws one, and with ``cache=False`` the domains are computed anew for every batch.

    Args:
        spec: what the signals are.
        domains: names of the domains that the model takes.
        device: ``"cpu"`` or ``"accelerator"``.
        batch_size: signals in a batch.
        cache: whether the domains of all records are kept in memory. They take several times the
            room of the signals; without them each step waits for, or shares the cores with, their
            computation.
        shared: where cached domains are kept for other pipelines; by default for this one alone.
        domain_options: how the domains are made, as the model's: ``core.domain_options``.

    Raises:
        ValueError: if ``device`` is neither, or domains are to be computed for every batch on the
            CPU and Keras has another backend than TensorFlow.

    Example:
        >>> spec = SignalSpec(("I", "II"), sampling_rate=250, samples=500)
        >>> signals = np.random.default_rng(0).normal(size=(10, 500, 2)).astype("float32")
        >>> pipeline = Pipeline(spec, ["time", "frequency"], batch_size=4)
        >>> inputs, labels = next(iter(pipeline.training(signals, np.eye(10), epochs=range(1))))
        >>> sorted(inputs), inputs["time"].shape
        (['frequency', 'time'], TensorShape([4, 500, 2]))
    """

    def __init__(
        self,
        spec: SignalSpec,
        domains: list[str] | tuple[str, ...],
        device: str = "cpu",
        batch_size: int = BATCH,
        cache: bool = True,
        shared: DomainCache | None = None,
        domain_options: DomainOptions | None = None,
    ) -> None:
        if device not in ("cpu", "accelerator"):
            raise ValueError(f"device must be 'cpu' or 'accelerator'; got {device!r}")
        if device == "cpu" and not cache and keras.backend.backend() != "tensorflow":
            raise ValueError(
                "domains that are not kept are computed in tf.data, by the TensorFlow backend; "
                f"Keras runs on {keras.backend.backend()}. Take device='accelerator' or cache=True."
            )
        self.device = device
        self.batch_size = batch_size
        self.cache = cache
        self.shared = shared
        self.spec = spec
        self.domain_options = checked_options(domain_options)
        self.layers: Layers = domain_layers(domains, spec, self.domain_options)
        for layer in self.layers.values():  # in tf.data a strategy could not make their variables
            if not layer.built:
                layer.build((None, *spec.shape))

    def steps(self, records: int) -> int:
        """Batches in an epoch."""
        return math.ceil(records / self.batch_size)

    def training(
        self,
        signals: np.ndarray,
        targets: np.ndarray,
        epochs: range,
        seed: int = 0,
        augmentation: Augmentation | None = None,
        mixing: float = 0.0,
    ) -> tf.data.Dataset:
        """Shuffled batches of all the epochs, one after another.

        The order within an epoch, and all that is drawn at random, depend on ``(seed, epoch)``
        alone: a run that is resumed at an epoch sees what it would have seen.

        Args:
            signals: float32 ``[n, samples, leads]``.
            targets: ``[n, classes]``, ones and zeros.
            epochs: which epochs.
            seed: of order and augmentation.
            augmentation: random changes to the signals, before the domains.
            mixing: alpha of mixup, on what the model takes; 0 for none.

        Returns:
            A dataset of ``(inputs, targets)`` with :meth:`steps` batches per epoch.
        """
        records, wanted = len(signals), tf.constant(targets, tf.float32)
        store = self._stored(augmentation.variants(signals, seed) if augmentation else signals)
        variants = augmentation.count if augmentation else 1

        def fetch(rows: tf.Tensor, variant: tf.Tensor, key: tf.Tensor) -> tuple[Any, tf.Tensor]:
            stored = rows + variant * records
            inputs = tf.nest.map_structure(lambda one: tf.gather(one, stored), store)
            inputs = inputs if self.cache else self._inputs(inputs)
            drawn = tf.gather(wanted, rows)
            return mixup(inputs, drawn, mixing, key) if mixing else (inputs, drawn)

        batches = tf.data.Dataset.range(epochs.start, epochs.stop).flat_map(
            lambda epoch: self._drawn(epoch, records, variants, seed)
        )
        return batches.map(fetch, tf.data.AUTOTUNE, deterministic=True).prefetch(tf.data.AUTOTUNE)

    def evaluation(self, signals: np.ndarray, targets: np.ndarray | None = None) -> tf.data.Dataset:
        """Batches in the order given, of inputs or, with targets, of ``(inputs, targets)``."""
        inputs = tf.nest.map_structure(tf.convert_to_tensor, self._stored(signals))
        batches = tf.data.Dataset.from_tensor_slices(inputs).batch(self.batch_size)
        if not self.cache:
            batches = batches.map(self._inputs, tf.data.AUTOTUNE, deterministic=True)
        if targets is not None:
            wanted = tf.data.Dataset.from_tensor_slices(tf.constant(targets, tf.float32))
            batches = tf.data.Dataset.zip(batches, wanted.batch(self.batch_size))
        return batches.prefetch(tf.data.AUTOTUNE)

    def _drawn(self, epoch: tf.Tensor, records: int, variants: int, seed: int) -> tf.data.Dataset:
        """An epoch's batches: row numbers, shuffled, the variant of each, and a random key."""
        key = tf.stack([tf.cast(seed, tf.int32), tf.cast(epoch, tf.int32)])
        order = tf.random.experimental.stateless_shuffle(tf.range(records), key)
        drawn = tf.random.stateless_uniform((records,), key, 0, variants, tf.int32)
        batches = tf.data.Dataset.from_tensor_slices((order, drawn)).batch(self.batch_size)
        return batches.enumerate().map(
            lambda step, batch: (*batch, tf.random.fold_in(key, tf.cast(step, tf.int32)))
        )

    def _inputs(self, signals: tf.Tensor) -> Any:
        if self.device == "accelerator":
            return signals
        return _domains(signals, self.layers)

    def _stored(self, signals: np.ndarray) -> Any:
        """The inputs of all records: the cache. Without it, the signals that they come from."""
        if not self.cache or self.device == "accelerator":
            return tf.constant(signals)
        if self.shared is None:
            return self._computed(signals, self.layers)
        return self.shared.domains(
            signals, self.spec, self.layers, self._computed, self.domain_options
        )

    def _computed(self, signals: np.ndarray, layers: Layers) -> dict[str, tf.Tensor]:
        """The domains of all records.

        Filled in place, for joining the batches afterwards would take the memory twice. The array
        is NumPy's: a variable of TensorFlow would be one per device under a strategy.
        """
        batches = tf.data.Dataset.from_tensor_slices(signals).batch(self.batch_size)
        if keras.backend.backend() == "tensorflow":
            batches = batches.map(
                lambda batch: _domains(batch, layers), tf.data.AUTOTUNE, deterministic=True
            )
            found: Iterable[dict[str, Any]] = batches
        else:
            found = (_domains(batch.numpy(), layers) for batch in batches)
        store = {
            name: np.empty(layer.compute_output_shape(signals.shape), np.float32)
            for name, layer in layers.items()
        }
        start = 0
        for batch in found:
            for name, rows in batch.items():
                store[name][start : start + len(rows)] = rows
            start += len(rows)
        # An operation takes an array as it lies there, where `tf.constant` copies it.
        return {name: tf.raw_ops.Identity(input=whole) for name, whole in store.items()}


def _domains(signals: Any, layers: Layers) -> dict[str, Any]:
    return {name: layer(signals) for name, layer in layers.items()}
