"""Windows of a file, be it a record or a printed page."""

from pathlib import Path

import numpy as np

from ecgzoo.artifact.preset import Preset
from ecgzoo.errors import SignalError
from ecgzoo.pages.decode import read_page
from ecgzoo.pages.page_signals import PAGE_SIGNALS, TRACES, page_reader
from ecgzoo.pages.quality import PageQuality, page_error
from ecgzoo.prediction.page_file import PageFile
from ecgzoo.prediction.page_or_record import is_page
from ecgzoo.prediction.records import Windows, windows_of
from ecgzoo.signal_spec import SignalSpec
from tf_data.notes import Notes
from tf_data.resampling import resample

MOST_PADDED = 0.05  # share of a window: a page's leads may end a little early


def file_windows(
    file: Path, preset: Preset, rate: float | None, unit: str | None, notes: Notes
) -> Windows:
    """What a preset's model takes of a file: a record's windows, or a page's one.

    Args:
        file: a record of any format, or a printed page.
        preset: of the model.
        rate: in Hz; for files that do not say it.
        unit: of the same; by default the model's.
        notes: where what was assumed of the record is put.

    Raises:
        FileNotFoundError: if the file is missing.
        SignalError: if the record is unfit, or the model takes no pages.
        PageError: if the page cannot be read.
    """
    if is_page(file):
        return Windows(page_signal(PageFile(file), preset), [file.name], [""])
    return windows_of(file, rate, preset.spec, unit, notes)


def page_signal(page: PageFile, preset: Preset) -> np.ndarray:
    """What a preset's model takes of a printed page: float32 ``[1, samples, leads]``.

    Raises:
        SignalError: if its signals come from no page.
        PageError: if the file is no page, or cannot be traced.
    """
    if preset.page is None:
        raise SignalError.of_page(preset.model)
    if preset.page == TRACES:
        return as_taken(page, preset.spec)[None]
    read = page_reader(preset.page)(read_page(page.path)[None])
    quality = int(np.asarray(read["quality"])[0])
    if quality != PageQuality.GOOD:
        raise page_error(quality, str(page.path))
    return np.asarray(read[PAGE_SIGNALS[preset.page].column])


def as_taken(page: PageFile, spec: SignalSpec) -> np.ndarray:
    """The leads of a page as a model takes them: its leads, rate and samples, from their first.

    Args:
        page: in its file.
        spec: what the model takes.

    Returns:
        float32 ``[samples, leads]``.

    Raises:
        PageError: if the page cannot be read.
        SignalError: if it does not show a lead, or too little of one.
    """
    traced, name = page.digitised.traced, page.path.name
    if traced.spec == spec:
        return traced.signal
    if missing := [lead for lead in spec.leads if lead not in traced.spec.leads]:
        raise SignalError(
            f"{name}: expected the leads {', '.join(spec.leads)}; it does not show "
            f"{', '.join(missing)}"
        )
    kept = traced.signal[:, [traced.spec.leads.index(lead) for lead in spec.leads]]
    signal = resample(kept, traced.spec.sampling_rate, spec.sampling_rate)[: spec.samples]
    short = spec.samples - len(signal)
    if short > MOST_PADDED * spec.samples:
        raise SignalError(
            f"{name}: expected {spec.seconds:.1f} s of each lead; it shows "
            f"{traced.spec.seconds:.1f} s"
        )
    return np.pad(signal, ((0, short), (0, 0)), mode="edge")
