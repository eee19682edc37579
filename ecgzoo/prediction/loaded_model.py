"""load: any artifact, ready to be asked about records or files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.estimates import Estimates
from ecgzoo.artifact.labels import stable_version
from ecgzoo.artifact.preset import Preset
from ecgzoo.artifact.resolution import resolve, version_numbers
from ecgzoo.artifact.windows_over_time import WindowsOverTime
from ecgzoo.explanation import Explanation
from ecgzoo.explanation import explain as explain_model
from ecgzoo.exporting.saved_model.served import Served, restored
from ecgzoo.models.embed import embed as embed_signals
from ecgzoo.models.embed import in_batches
from ecgzoo.models.front import PlacedLeads, SignalModel, core_of, with_front
from ecgzoo.models.other_leads import taking
from ecgzoo.models.weights import load_preset
from ecgzoo.prediction.file_windows import file_windows
from ecgzoo.prediction.fit_records import REFUSE, windows_of_each
from ecgzoo.prediction.long_record import answered
from ecgzoo.prediction.model_file import is_model_file, read_model_file
from ecgzoo.prediction.records import Windows, arrays_in, cut, files_in
from tf_data.given_signals import Rates, rates_of
from tf_data.labelled_records import tell
from tf_data.notes import Notes
from tf_data.open_record import open_record

RUNS = Path("runs")


def load(
    artifact: str | Path | keras.Model,
    runs: str | Path = RUNS,
    *,
    leads: Sequence[str] | None = None,
    seconds: float | None = None,
) -> LoadedModel:
    """Loads what can be asked: a preset, a run, a fine-tuned run or an exported version.

    Args:
        artifact: a preset's name, such as ``"hybrid1.ecg_images"``; the folder of a run, a preset
            or an exported version or model; a model's name, for its newest finished run; a hub's
            handle; a ``.keras`` or ``.h5`` file that ``model.save`` wrote; or what
            :func:`ecgzoo.build` returned, whose ``leads=`` are left out of account.
        runs: where the runs of a model are looked for.
        leads: some of the model's, by name, of records that lack the others.
        seconds: of a window, other than the model's, which a model of the time domain alone takes.

    Raises:
        UnknownNameError: if it is none of these; the message suggests the nearest name.
        PresetError: if it is damaged, has no such lead, or means nothing at that length.

    Warns:
        DataWarning: if the model was built with ``leads=``: it takes all leads of its spec here.

    Example:
        >>> model = load("cnn1d.ecg_images")
        >>> signal = np.random.default_rng(0).normal(size=(488, 12)).cumsum(axis=0) / 9
        >>> answers = model.predict(signal)
        >>> answers.probabilities.shape, answers.predicted[0] in model.preset.classes
        ((1, 4), True)
    """
    found = _loaded(artifact, Path(runs))
    if leads is None and seconds is None:
        return found
    return LoadedModel(taking(found.model, leads, seconds))


def _loaded(artifact: str | Path | keras.Model, runs: Path) -> LoadedModel:
    if isinstance(artifact, keras.Model):
        return LoadedModel(_whole(artifact))
    if isinstance(artifact, str | Path) and is_model_file(Path(artifact)):
        return LoadedModel(_whole(read_model_file(Path(artifact))))
    folder = resolve(artifact, runs=runs, exported=True)
    if (folder / "saved_model.pb").is_file() or version_numbers(folder):
        return LoadedModel(Served(stable_version(folder)))
    model, _ = load_preset(folder)
    return LoadedModel(_whole(model))


class LoadedModel:
    """A trained model, asked about records.

    Args:
        answering: a model from signal to probabilities, or an exported version.

    Attributes:
        preset: what it is: leads, rate, classes, figures.
    """

    def __init__(self, answering: SignalModel | Served) -> None:
        self._answering = answering
        told = answering.preset
        self.preset: Preset = core_of(answering).described() if told is None else told

    @functools.cached_property
    def model(self) -> SignalModel:
        """The Keras model; that of an exported version is built again by its name."""
        if isinstance(self._answering, Served):
            return _whole(restored(self._answering.folder)[0])
        return self._answering

    def predict(
        self,
        records: Any,
        *,
        sampling_rate: Rates = None,
        unit: str | None = None,
        unfit: str = REFUSE,
    ) -> Predictions:
        """Answers for records: a row for each window, named after its record.

        Args:
            records: files (records of any format; printed pages as ``.jpg``, ``.png``), a folder
                of such, or signals ``[samples, leads]`` in the model's order of leads: one, an
                array or tensor of several, or a list of any lengths. The leads of DataFrames and
                dictionaries are picked by their names.
            sampling_rate: in Hz, of arrays and of files that do not say it, one for all or a list;
                by default what the times of a table tell, and else, of arrays, the model's.
            unit: of the same; by default the model's.
            unfit: what becomes of a record that cannot be read or asked about: ``"refuse"``, all
                are refused for it; or ``"skip"``, it is left out, and a warning says why.

        Returns:
            A table: ``to_frame()``, ``per_record()``, ``predicted``. Of a model of several classes
            at once, ``predicted`` and ``called`` are those that reach the model's thresholds.

        Raises:
            FileNotFoundError: if a file is missing.
            SignalError: if a record is unfit, the message names it; or if all are.
            PageError: if a page cannot be read.

        Warns:
            DataWarning: of what was assumed of the records, and of those that were left out.
        """
        found = self._windows(records, sampling_rate, unit, unfit)
        return self.table(found.names, np.array(found.of), self.ask(found.signals))

    def predict_long(
        self,
        file: str | Path,
        *,
        sampling_rate: float | None = None,
        unit: str | None = None,
        progress: Callable[[float], object] = lambda seconds: None,
    ) -> WindowsOverTime:
        """Answers for one record of any length, such as a day, in little memory.

        The windows and answers of :meth:`predict`; but the record is read, resampled and answered
        block by block, and windows that hold a gap, or in which nothing varies, are left out.

        Args:
            file: a record; WFDB and ``.npy`` are read in parts, others as a whole.
            sampling_rate: in Hz, of a file that does not say it.
            unit: of a file that does not say it; by default the model's.
            progress: is called now and then with how many seconds of the record are answered.

        Returns:
            The share of windows by class, the most certain ones, all of them as a table.

        Raises:
            FileNotFoundError: if the file is missing.
            SignalError: if the record is unfit; the message names it.

        Example:
            >>> import tempfile
            >>> file = Path(tempfile.mkdtemp(), "hour.npy")
            >>> steps = np.random.default_rng(0).normal(size=(60 * 197, 12))
            >>> np.save(file, steps.cumsum(axis=0) / 99)
            >>> hour = load("cnn1d.ecg_images").predict_long(file, sampling_rate=197)
            >>> len(hour.starts), round(sum(hour.shares.values()), 6)
            (48, 1.0)
        """
        self.preset.check_classes("the summary of a long record")
        spec = self.preset.spec
        record = open_record(file, sampling_rate, spec.leads, unit or spec.unit)
        return answered(record, spec, self.ask, self.table, progress)

    def table(self, names: np.ndarray, of: np.ndarray, shares: np.ndarray) -> Predictions:
        """Answers as a table, whose thresholds are the model's.

        Args:
            names: of the windows.
            of: the record of each.
            shares: probabilities ``[windows, classes]``; of a regression ``[windows, 1]``, which
                make :class:`~ecgzoo.artifact.estimates.Estimates`.
        """
        preset = self.preset
        if preset.regression:
            return Estimates(names, of, None, shares, preset.classes)
        found = Predictions(names, of, None, shares, preset.classes, several=preset.multi_label)
        return found.at(preset.thresholds)

    def embed(
        self,
        records: Any,
        *,
        sampling_rate: Rates = None,
        unit: str | None = None,
        unfit: str = REFUSE,
    ) -> dict[str, np.ndarray]:
        """Embeddings of records, a row for each window: by domain, and ``fused``.

        Args:
            records: as of :meth:`predict`.
            sampling_rate: as of :meth:`predict`.
            unit: as of :meth:`predict`.
            unfit: as of :meth:`predict`.

        Returns:
            float32 ``[windows, width]`` by name; and in ``names`` and ``records`` whose they are.
        """
        found = self._windows(records, sampling_rate, unit, unfit)
        embeddings = embed_signals(self.model, found.signals)
        return embeddings | {"names": found.names, "records": np.array(found.of)}

    def explain(
        self,
        records: Any,
        method: str = "saliency",
        target: str | int | None = None,
        *,
        sampling_rate: Rates = None,
        unit: str | None = None,
    ) -> Explanation:
        """What the answers rest on; see :func:`ecgzoo.explanation.explain`.

        Args:
            records: as of :meth:`predict`.
            method: ``"saliency"``, ``"gradient_x_input"``, ``"integrated_gradients"`` or
                ``"grad_cam"``.
            target: the class to explain, by its name; each window's most probable one, also where
                several may hold at once.
            sampling_rate: as of :meth:`predict`.
            unit: as of :meth:`predict`.
        """
        self.preset.check_classes("an explanation")
        signals = self._windows(records, sampling_rate, unit).signals
        preset = self.preset
        return explain_model(
            self.model, signals, preset.spec, method, target, classes=preset.classes
        )

    def ask(self, signals: np.ndarray) -> np.ndarray:
        """Probabilities ``[n, classes]`` of signals that are just what the model takes."""
        if isinstance(self._answering, Served):
            return self._answering.signals(signals).probabilities
        checked = self.preset.spec.check(signals)
        return np.asarray(in_batches(lambda rows: self.model(rows, training=False), checked))

    def _windows(self, records: Any, rate: Rates, unit: str | None, unfit: str = REFUSE) -> Windows:
        unit, spec, notes = unit or self.preset.spec.unit, self.preset.spec, Notes()
        if (files := files_in(records)) is not None:
            rates = [None] * len(files) if rate is None else rates_of(rate, len(files))
            readers: list[tuple[str, Callable[[], Windows]]] = [
                (str(file), functools.partial(file_windows, file, self.preset, one, unit, notes))
                for file, one in zip(files, rates, strict=True)
            ]
        else:
            readers = [
                (name := f"signal {row}", functools.partial(cut, one, hertz, spec, name))
                for row, (one, hertz) in enumerate(arrays_in(records, unit, spec, rate, notes))
            ]
        found = windows_of_each(readers, unfit, notes)
        tell(notes.sentences())
        return found


def _whole(model: keras.Model) -> SignalModel:
    """From all leads of the spec to probabilities, whatever else a built model takes or gives."""
    core = core_of(model)
    placed = _placed(model)
    if isinstance(model, SignalModel) and model.answers is core and placed is None:
        return model
    spec = core.described().spec
    if placed is not None:
        tell([_of_all_leads(placed, spec.leads)])
    return with_front(core, spec)


def _placed(model: keras.Model) -> PlacedLeads | None:
    """What puts zeros for leads that a model was built without, or changes their order."""
    placed = (layer for layer in model.layers if isinstance(layer, PlacedLeads))
    return next((one for one in placed if list(one.places) != [*range(len(one.places))]), None)


def _of_all_leads(placed: PlacedLeads, leads: Sequence[str]) -> str:
    """What a file or a table is picked by are the spec's leads: the model is asked about these."""
    pairs = zip(placed.places, leads, strict=True)
    own = [lead for _, lead in sorted((place, lead) for place, lead in pairs if place is not None)]
    return (
        f"the model was built with leads= {', '.join(own)}; it is asked about those of its spec, "
        f"{', '.join(leads)}, in this order. Say ecgzoo.load(model, leads=...) for others"
    )
