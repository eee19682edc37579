"""Input pipelines: batches of signals or domains, in an order that (seed, epoch) decides."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.domains.layers import DomainOptions, checked_options, domain_layers
from ecgzoo.errors import DataWarning
from ecgzoo.signal_spec import SignalSpec
from tf_data.augmentation import Augmentation, mixup
from tf_data.domain_cache import DomainCache, Layers
from tf_data.stored_signals import Signals, StoredSignals
from tf_data.variants import Variants

InputsOf = Callable[[tf.Tensor, tf.Tensor], Any]
"""From rows and the variant of each to what a model takes."""


BATCH = 32


class Pipeline:
    """Feeds records to a model.

    On ``device="cpu"`` the domains are computed here, on whole batches. On ``device="accelerator"``
    the signals go out as they are, and the model's own graph computes the domains. Of every record
    there are a few augmented variants, of which every epoch draws one. Where all of this finds room
    in memory it is computed once and cached; else each batch is read, augmented and transformed
    when it is needed, and the batches are the same.

    Args:
        spec: what the signals are.
        domains: names of the domains that the model takes.
        device: ``"cpu"`` or ``"accelerator"``.
        batch_size: signals in a batch.
        cache: whether what all records become is kept in memory, if it finds room there and the
            signals are there too. It takes several times the room of the signals; without it each
            step waits for, or shares the cores with, its computation.
        shared: where cached domains are kept for other pipelines, and how much finds room; by
            default a quarter of the free memory, for this one alone.
        domain_options: how the domains are made, as the model's: ``core.domain_options``.

    Raises:
        ValueError: if ``device`` is neither.

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
        signals: Signals,
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
        every = Variants(signals, augmentation, seed)
        if self.keeps(signals, every.count):
            inputs_of = self._from_memory(every)
        else:
            self._tell(signals, every.count)
            inputs_of = self._when_needed(every)

        def fetch(rows: tf.Tensor, variant: tf.Tensor, key: tf.Tensor) -> tuple[Any, tf.Tensor]:
            inputs, drawn = inputs_of(rows, variant), tf.gather(wanted, rows)
            return mixup(inputs, drawn, mixing, key) if mixing else (inputs, drawn)

        batches = tf.data.Dataset.range(epochs.start, epochs.stop).flat_map(
            lambda epoch: self._drawn(epoch, records, every.count, seed)
        )
        return batches.map(fetch, tf.data.AUTOTUNE, deterministic=True).prefetch(tf.data.AUTOTUNE)

    def keeps(self, signals: Signals, variants: int = 1) -> bool:
        """Whether what so many variants of some signals become is kept in memory."""
        if not self.cache or isinstance(signals, StoredSignals):
            return False
        return len(signals) * variants * self.bytes_of_record <= self._room

    @property
    def _room(self) -> int:
        return DomainCache().most if self.shared is None else self.shared.most

    def _tell(self, signals: Signals, variants: int) -> None:
        """Says that there is no room, where nobody knows it yet."""
        if self.cache and not isinstance(signals, StoredSignals):
            size = len(signals) * variants * self.bytes_of_record / 2**30
            said = (
                f"what the model takes of {len(signals):,} windows would fill {size:.1f} GiB, more "
                f"than the {self._room / 2**30:.1f} that it may: it is computed batch by batch"
            )
            warnings.warn(said, DataWarning, stacklevel=4)

    @property
    def bytes_of_record(self) -> int:
        """What a record takes as the model is given it."""
        one = (1, *self.spec.shape)
        shapes = [layer.compute_output_shape(one) for layer in self.layers.values()]
        shapes = [one] if self.device == "accelerator" else shapes
        return sum(4 * math.prod(shape[1:]) for shape in shapes)

    def evaluation(self, signals: Signals, targets: np.ndarray | None = None) -> tf.data.Dataset:
        """Batches in the order given, of inputs or, with targets, of ``(inputs, targets)``."""
        every = Variants(signals)
        if self.keeps(signals):
            inputs = tf.nest.map_structure(tf.convert_to_tensor, self._stored(every))
            batches = tf.data.Dataset.from_tensor_slices(inputs).batch(self.batch_size)
        else:
            batches = self.all_of(every)
        if targets is not None:
            wanted = tf.data.Dataset.from_tensor_slices(tf.constant(targets, tf.float32))
            batches = tf.data.Dataset.zip(batches, wanted.batch(self.batch_size))
        return batches.prefetch(tf.data.AUTOTUNE)

    def all_of(self, every: Variants) -> tf.data.Dataset:
        """Batches of inputs in the order of the variants; none is kept."""
        inputs_of, records = self._when_needed(every), len(every.signals)
        places = tf.data.Dataset.range(len(every), output_type=tf.int32)
        return places.batch(self.batch_size).map(
            lambda some: inputs_of(some % records, some // records),
            tf.data.AUTOTUNE,
            deterministic=True,
        )

    def _from_memory(self, every: Variants) -> InputsOf:
        """Inputs out of all of them, which are computed now."""
        store = self._stored(every)

        def inputs_of(rows: tf.Tensor, variant: tf.Tensor) -> Any:
            places = rows + variant * len(every.signals)
            return tf.nest.map_structure(lambda one: tf.gather(one, places), store)

        return inputs_of

    def _when_needed(self, every: Variants) -> InputsOf:
        """Inputs that are read, augmented and transformed batch by batch."""

        def inputs_of(rows: tf.Tensor, variant: tf.Tensor) -> Any:
            found = every.batch(rows, variant)
            return found if self.device == "accelerator" else self._transformed(found)

        return inputs_of

    def _transformed(self, signals: tf.Tensor) -> dict[str, tf.Tensor]:
        """The domains of a batch; another backend of Keras computes them outside of the graph."""
        if keras.backend.backend() == "tensorflow":
            return _domains(signals, self.layers)
        shapes = [
            one.compute_output_shape((None, *self.spec.shape)) for one in self.layers.values()
        ]
        found = tf.numpy_function(
            lambda batch: [np.asarray(one(batch), np.float32) for one in self.layers.values()],
            (signals,),
            [tf.float32] * len(shapes),
            stateful=False,
        )
        shaped = map(tf.ensure_shape, found, shapes)
        return dict(zip(self.layers, shaped, strict=True))

    def _drawn(self, epoch: tf.Tensor, records: int, variants: int, seed: int) -> tf.data.Dataset:
        """An epoch's batches: row numbers, shuffled, the variant of each, and a random key."""
        key = tf.stack([tf.cast(seed, tf.int32), tf.cast(epoch, tf.int32)])
        order = tf.random.experimental.stateless_shuffle(tf.range(records), key)
        drawn = tf.random.stateless_uniform((records,), key, 0, variants, tf.int32)
        batches = tf.data.Dataset.from_tensor_slices((order, drawn)).batch(self.batch_size)
        return batches.enumerate().map(
            lambda step, batch: (*batch, tf.random.fold_in(key, tf.cast(step, tf.int32)))
        )

    def _stored(self, every: Variants) -> Any:
        """The inputs of all records, in all their variants."""
        if self.device == "accelerator":
            return in_place(every.whole())
        if self.shared is None:
            return self._computed(every, self.layers)
        return self.shared.domains(
            np.asarray(every.signals),
            self.spec,
            self.layers,
            lambda _, layers: self._computed(every, layers),
            self.domain_options,
            every.change,
        )

    def _computed(self, every: Variants, layers: Layers) -> dict[str, tf.Tensor]:
        """The domains of all records.

        Filled in place, for joining the batches afterwards would take the memory twice. The array
        is NumPy's: a variable of TensorFlow would be one per device under a strategy.
        """
        places = tf.data.Dataset.range(len(every), output_type=tf.int32).batch(self.batch_size)
        batches = places.map(every.at, tf.data.AUTOTUNE, deterministic=True)
        if keras.backend.backend() == "tensorflow":
            found: Iterable[dict[str, Any]] = batches.map(
                lambda batch: _domains(batch, layers), tf.data.AUTOTUNE, deterministic=True
            )
        else:
            found = (_domains(batch.numpy(), layers) for batch in batches)
        whole = (len(every), *self.spec.shape)
        store = {name: aligned(layer.compute_output_shape(whole)) for name, layer in layers.items()}
        start = 0
        for batch in found:
            for name, rows in batch.items():
                store[name][start : start + len(rows)] = rows
            start += len(rows)
        return {name: in_place(whole) for name, whole in store.items()}


ALIGNMENT = 64  # bytes: an array at a multiple of it is TensorFlow's as it lies there


def aligned(shape: tuple[int, ...]) -> np.ndarray:
    """A float32 array of that shape, not filled, that :func:`in_place` need not copy.

    Example:
        >>> aligned((3, 5)).ctypes.data % ALIGNMENT
        0
    """
    size, extra = math.prod(shape), ALIGNMENT // 4
    room = np.empty(size + extra, np.float32)
    first = -room.ctypes.data % ALIGNMENT // 4
    return room[first : first + size].reshape(shape)


def in_place(array: np.ndarray) -> tf.Tensor:
    """An array as a tensor; ``tf.constant`` copies it, this only if it is not :func:`aligned`."""
    return tf.raw_ops.Identity(input=array)


def _domains(signals: Any, layers: Layers) -> dict[str, Any]:
    return {name: layer(signals) for name, layer in layers.items()}
