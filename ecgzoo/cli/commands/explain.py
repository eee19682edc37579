"""The command `explain`: what a prediction rests on, as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.answers import shown_name
from ecgzoo.cli.options import RUNS, OwnUnit, RunsFolder
from ecgzoo.cli.outputs import check_outputs
from ecgzoo.cli.reading_page import check_of_page, reading
from ecgzoo.errors import UnknownNameError
from ecgzoo.quiet import import_datasets, import_tensorflow
from ecgzoo.registry import unknown

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.artifact.preset import Preset
    from ecgzoo.explanation import Explanation
    from ecgzoo.signal_spec import SignalSpec
    from tf_data import SignalDataset


IMAGE = "time_frequency"  # the domain that is drawn unless another is asked for


class _Record(NamedTuple):
    signal: np.ndarray  # [1, samples, leads]
    name: str
    note: str = ""  # what a reader must know of it


def explain(
    source: Annotated[
        str, typer.Argument(help="Folder of a run or an exported model; or a model: its last run.")
    ],
    file: Annotated[
        Path | None, typer.Argument(help="A page (.jpg, .png), or a record of any format.")
    ] = None,
    record: Annotated[
        str | None, typer.Option(help="Instead of a file: a record of the run's data set.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(help="'saliency', 'gradient_x_input', 'integrated_gradients' or 'grad_cam'."),
    ] = "saliency",
    class_: Annotated[
        str | None, typer.Option("--class", help="Class to explain; the predicted one.")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="Domain drawn below the traces; the scalogram if there is.")
    ] = None,
    window: Annotated[int, typer.Option(min=0, help="Which window of a long signal.")] = 0,
    sampling_rate: Annotated[
        float | None, typer.Option(help="In Hz; for files that do not say it.")
    ] = None,
    unit: OwnUnit = None,
    out: Annotated[
        Path | None, typer.Option(help="Picture to write (.png, .svg); named after the record.")
    ] = None,
    runs: RunsFolder = RUNS,
) -> None:
    """Draw what a prediction rests on, and print its probabilities and the share near R peaks.

    Example: [bold]ecgzoo explain hybrid1 --record "HB(81).jpg" --method grad_cam[/bold]

    Example: [bold]ecgzoo explain exported/cnn1d page.png --class MI --out why.png[/bold]
    """
    if (file is None) == (record is None):
        raise ValueError("name either a FILE or a --record, and not both")
    if file is None and (sampling_rate, unit) != (None, None):
        raise ValueError("--sampling-rate and --unit are of a FILE; a --record's are known")
    if file is not None:
        from ecgzoo.prediction.page_or_record import is_page
        from ecgzoo.prediction.records import check_there

        check_there(file)
        check_outputs([file], out=out)
        if is_page(file):
            check_of_page(file, window=window or None, sampling_rate=sampling_rate, unit=unit)
    if out is not None:
        from ecgzoo.report.saved_figure import check_ending

        check_ending(out)
    console = Console()
    import_tensorflow()
    from ecgzoo.explanation import explain as explain_model
    from ecgzoo.prediction import load
    from ecgzoo.report.explanation_figures import draw_explanation

    loaded = load(source, runs)
    model, preset = loaded.model, loaded.preset
    preset.check_classes("an explanation")
    if file is not None:
        asked = _from_file(file, sampling_rate, unit, window, preset)
    else:
        asked = _known(str(record), window, preset)
    found = explain_model(model, asked.signal, preset.spec, method, class_, classes=preset.classes)
    shown = domain or (IMAGE if IMAGE in found.domains else None)
    near, share = _near_peaks(found, asked.signal, preset.spec)
    path = out or Path(f"{Path(asked.name).stem}-{method}.png")
    chosen = int(found.target[0])
    said = f"{preset.classes[chosen]} ({found.probabilities[0, chosen]:.1%})"
    title = f"{asked.name} by {preset.model}: why {said}; {found.method}"
    near_one = None if near is None else near[0]
    draw_explanation(asked.signal[0], preset.spec, found, path, title, domain=shown, near=near_one)
    console.print(_table(found, preset, title, asked.note))
    for line in (_sum_of(found), share, f"written: {path}"):
        if line:
            console.print(line, soft_wrap=True, markup=False, highlight=False)


def _from_file(
    file: Path, rate: float | None, unit: str | None, window: int, preset: Preset
) -> _Record:
    from ecgzoo.prediction.file_windows import page_signal
    from ecgzoo.prediction.page_file import PageFile
    from ecgzoo.prediction.page_or_record import is_page
    from ecgzoo.prediction.records import windows_of

    if is_page(file):
        with reading(file, Console()):
            return _Record(page_signal(PageFile(file), preset), file.name)
    found = windows_of(file, rate, preset.spec, unit)
    count = len(found.spans)
    if window >= count:
        raise ValueError(f"--window must lie in 0 to {count - 1}; got {window}")
    note = f"window {window} of {count}: {found.spans[window]}" if count > 1 else ""
    return _Record(found.signals[window : window + 1], file.name, note)


def _known(name: str, window: int, preset: Preset) -> _Record:
    """A record of the data set that the model was trained on; of the embedded one, if of none."""
    import numpy as np

    from tf_data.dataset import targets_of

    data = _trained_on(preset)
    names = data.names.tolist()
    if name not in names:
        raise UnknownNameError(unknown("record", name, names if name else names[:5]))
    rows = np.flatnonzero(data.names == name)
    if window >= len(rows):
        raise ValueError(f"--window must lie in 0 to {len(rows) - 1}; got {window}")
    row = int(rows[window])
    held = np.flatnonzero(targets_of(data.labels[row : row + 1], len(data.classes))[0])
    told = ", ".join(data.classes[one] for one in held) or "none of the classes"
    note = f"labelled {told}"
    if len(rows) > 1:
        note += f"; window {window} of {len(rows)}"
    seen = data.hashes[row] in set(preset.training.get("records", ()))
    return _Record(data.signals[row : row + 1], name, note + ("; trained on" if seen else ""))


def _trained_on(preset: Preset) -> SignalDataset:
    import_datasets()
    from ecgzoo.training.fit import dataset_of
    from ecgzoo.training.recipe import Recipe
    from tf_data import load

    if "recipe" in preset.training:
        return dataset_of(Recipe(**preset.training["recipe"]))
    if preset.page is None:
        raise ValueError(f"{preset.model} names no data set that it was trained on; name a FILE")
    return load("ecg_images", signals=preset.page)


def _near_peaks(
    found: Explanation, signal: np.ndarray, spec: SignalSpec
) -> tuple[np.ndarray | None, str]:
    """What is near R peaks, and the share of the map there in words."""
    from ecgzoo.errors import NoPeaksError
    from ecgzoo.evaluation import peak_share
    from ecgzoo.explanation import near_r_peaks

    try:
        near = near_r_peaks(signal, spec)
    except NoPeaksError:
        return None, "no R peaks found: no share of the map near them"
    if not found.on_signal().any():
        return near, "the map is zero everywhere: no share of it near R peaks"
    plain = peak_share(signal - signal.mean(axis=1, keepdims=True), near).share
    share = f"of the map on the signal {peak_share(found.on_signal(), near)} (60 ms)"
    return near, f"{share}; of the signal's own amplitude {plain:.1%}"


def _table(found: Explanation, preset: Preset, title: str, note: str) -> Table:
    caption = "Research software, not a diagnostic device."
    if preset.metrics.get("leaky"):
        caption += "\nTrained on copies of its test pages: for comparison only."
    caption = "\n".join(filter(None, (shown_name(note), caption)))
    table = Table("class", "probability", title=shown_name(title), caption=caption)
    for place, (name, share) in enumerate(
        zip(preset.classes, found.probabilities[0].tolist(), strict=True)
    ):
        mark = "  explained" if place == found.target[0] else ""
        table.add_row(shown_name(name), f"{share:.3f}{mark}")
    return table


def _sum_of(found: Explanation) -> str:
    """How far integrated gradients sum to what they share out."""
    if found.rise is None:
        return ""
    total = float(found.on_signal()[0].sum())
    return f"the map sums to {total:+.3f} of the rise {found.rise[0]:+.3f} from a flat line"
