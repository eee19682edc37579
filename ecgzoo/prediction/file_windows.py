"""Windows of a file, be it a record or a printed page."""

from pathlib import Path

import numpy as np

from ecgzoo.artifact.preset import Preset
from ecgzoo.errors import SignalError
from ecgzoo.pages.decode import read_page
from ecgzoo.pages.digitise import digitise
from ecgzoo.pages.page_signals import PAGE_SIGNALS, TRACES, page_reader
from ecgzoo.pages.quality import PageQuality, page_error
from ecgzoo.prediction.records import PAGES, Windows, windows_of
from tf_data.notes import Notes


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
    if file.suffix.lower() in PAGES:
        return Windows(page_signal(file, preset), [file.name], [""])
    return windows_of(file, rate, preset.spec, unit, notes)


def page_signal(file: Path, preset: Preset) -> np.ndarray:
    """What a preset's model takes of a printed page: float32 ``[1, samples, leads]``.

    Raises:
        SignalError: if its signals come from no page.
        PageError: if the file is no page, or cannot be traced.
    """
    if preset.page is None:
        raise SignalError(f"{preset.model} takes signals, not pages")
    if preset.page == TRACES:
        return digitise(file).traced.signal[None]
    read = page_reader(preset.page)(read_page(file)[None])
    quality = int(np.asarray(read["quality"])[0])
    if quality != PageQuality.GOOD:
        raise page_error(quality, str(file))
    return np.asarray(read[PAGE_SIGNALS[preset.page].column])
