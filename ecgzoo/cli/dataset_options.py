"""Options that say whose records a command takes: a data set's, or a folder of one's own."""

import functools
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from ecgzoo.artifact.preset import Preset
from ecgzoo.cli.pairs import paired
from ecgzoo.pages.page_signals import TRACES
from tf_data import DATASETS, OWN

DATASET = "ecg_images"


def _data(said: str) -> Any:
    return typer.Option(help=said, rich_help_panel="Data")


Dataset = Annotated[str, _data("A name of `ecgzoo datasets`.")]
OtherDataset = Annotated[str | None, _data("A name of `ecgzoo datasets`.")]
Part = Annotated[str | None, _data("Of the published split: 'train', 'validation', 'test'.")]
Labels = Annotated[
    str | None,
    _data("Such as superclass, or superclass+form; with --data, the table of labels."),
]
Data = Annotated[
    Path | None, _data("Your own: a folder of records, or a .csv: record, then the leads.")
]
TestLabels = Annotated[Path | None, _data("A table of records to test on, with --data.")]
Leads = Annotated[str | None, _data("Comma-separated; the data set's own by default.")]
Rate = Annotated[float | None, _data("In Hz; records are resampled to it.")]
Seconds = Annotated[float | None, _data("Length of a window.")]
Overlap = Annotated[float | None, _data("Share of a window that the next one repeats.")]
Classes = Annotated[str | None, _data("Comma-separated; some of them.")]
Fewest = Annotated[int | None, _data("Leave out classes of fewer patients.")]
Rename = Annotated[
    list[str] | None, _data("A lead's name in your files and the one wanted: ECG=I.")
]
Short = Annotated[str | None, _data("Records shorter than a window: 'refuse', 'pad' or 'skip'.")]
Directory = Annotated[
    Path | None, _data("Where the data set was prepared, if not in TFDS' folder.")
]
SamplingRate = Annotated[float | None, _data("In Hz; of your files, where they do not say it.")]
Unit = Annotated[str | None, _data("mV, uV or V; of your files, where they do not say it.")]

Source = dict[str, Any]
"""What the options come to: the recipe's ``dataset``, ``loading`` and perhaps ``protocol``."""

OPTIONS: dict[str, tuple[Any, Any]] = {
    "dataset": (Dataset, DATASET),
    "labels": (Labels, None),
    "leads": (Leads, None),
    "rate": (Rate, None),
    "seconds": (Seconds, None),
    "overlap": (Overlap, None),
    "classes": (Classes, None),
    "fewest": (Fewest, None),
    "short": (Short, None),
    "directory": (Directory, None),
    "data": (Data, None),
    "test_labels": (TestLabels, None),
    "rename": (Rename, None),
    "sampling_rate": (SamplingRate, None),
    "unit": (Unit, None),
}
"""By name: what Typer makes an option of, and what holds where it is not given."""


def takes_records(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options of :data:`OPTIONS`; it takes ``source``, what they come to.

    They stand behind its first argument. ``source`` is as of :func:`chosen`.

    Example:
        >>> @takes_records
        ... def show(model: str, source: dict[str, Any], folds: int = 5) -> None:
        ...     print(model, source, folds)
        >>> show(model="cnn1d", dataset="ptb_xl", labels="form")
        cnn1d {'dataset': 'ptb_xl', 'loading': {'labels': 'form'}} 5
        >>> [*inspect.signature(show).parameters][:3]
        ['model', 'dataset', 'labels']
    """
    hints = get_type_hints(command, include_extras=True)
    first, *others = (
        one.replace(annotation=hints[name])
        for name, one in inspect.signature(command).parameters.items()
        if name != "source"
    )
    added = [
        inspect.Parameter(
            name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=rest, annotation=of
        )
        for name, (of, rest) in OPTIONS.items()
    ]

    @functools.wraps(command)
    def with_source(**given: Any) -> None:
        told = {name: given.pop(name, rest) for name, (_, rest) in OPTIONS.items()}
        command(source=chosen(**told), **given)

    parameters = [first, *added, *others]
    with_source.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_source.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_source


def chosen(
    dataset: str = DATASET,
    labels: str | None = None,
    data: Path | None = None,
    test_labels: Path | None = None,
    *,
    leads: str | None = None,
    rate: float | None = None,
    seconds: float | None = None,
    overlap: float | None = None,
    classes: str | None = None,
    fewest: int | None = None,
    rename: list[str] | None = None,
    short: str | None = None,
    directory: Path | None = None,
    **own: Any,
) -> dict[str, Any]:
    """The recipe's ``dataset``, ``loading`` and, where a test set is named, ``protocol``.

    Args:
        dataset: name of a data set.
        labels: its label set; or, with ``data``, the table of labels.
        data: records of one's own.
        test_labels: the table of those to test on.
        leads: names, with commas.
        rate: in Hz.
        seconds: of a window.
        overlap: share of a window.
        classes: names, with commas.
        fewest: patients of a class.
        rename: pairs ``OLD=NEW``.
        short: what becomes of short records.
        directory: where the data set was prepared.
        **own: ``sampling_rate`` and ``unit`` of files that do not say them; for one's own records.

    Raises:
        ValueError: if options do not go together.

    Example:
        >>> chosen("ptb_xl", "rhythm", leads="I,V5", rate=100)
        {'dataset': 'ptb_xl', 'loading': {'labels': 'rhythm', 'leads': ['I', 'V5'], 'rate': 100}}
        >>> chosen(data=Path("records"))
        Traceback (most recent call last):
        ...
        ValueError: --data and --labels go together: the records, and the table of their classes
    """
    told: dict[str, Any] = {
        "labels": labels,
        "leads": listed(leads),
        "rate": rate,
        "seconds": seconds,
        "overlap": overlap,
        "classes": listed(classes),
        "fewest": fewest,
        "short": short,
    }
    if data is None:
        for name, value in {"test_labels": test_labels, "rename": rename, **own}.items():
            if value:
                option = f"--{name.replace('_', '-')}"
                raise ValueError(f"{option} is of records of your own: name them with --data")
        told["directory"] = None if directory is None else str(directory)
        return {"dataset": dataset, "loading": _given(told)}
    if labels is None:
        raise ValueError(
            "--data and --labels go together: the records, and the table of their classes"
        )
    if dataset != DATASET:
        raise ValueError("--data is records of your own, and --dataset names others: take one")
    told |= {"data": str(data), "rename": renamed(rename), **own}
    if test_labels is None:
        return {"dataset": OWN, "loading": _given(told)}
    loading = _given(told | {"test_labels": str(test_labels)})
    return {"dataset": OWN, "loading": loading, "protocol": "official"}


def as_taken(preset: Preset, source: Mapping[str, Any]) -> dict[str, Any]:
    """What a data set's loader is told so that its records are what a model takes.

    Args:
        preset: the model's.
        source: as of :func:`chosen`.
    """
    spec = preset.spec
    loading: dict[str, Any] = dict(source["loading"])
    if DATASETS.info(source["dataset"]).get("pages"):
        return loading | {"signals": preset.page or TRACES}
    if preset.regression:
        loading.setdefault("target", preset.classes[0])
    taken: dict[str, Any] = {
        "leads": list(spec.leads),
        "rate": spec.sampling_rate,
        "seconds": spec.seconds,
    }
    trained = preset.training.get("recipe", {}).get("loading", {})
    if "overlap" in trained:
        taken["overlap"] = trained["overlap"]
    # The others of the label set are not the model's; of one's own not every class must occur.
    if "fewest" in trained and source["dataset"] != OWN:
        taken["classes"] = list(preset.classes)
    return taken | loading


def listed(names: str | None) -> list[str] | None:
    """Names that stand between commas; None where there are none.

    Example:
        >>> listed(" I, V5 "), listed("")
        (['I', 'V5'], None)
    """
    return [name.strip() for name in (names or "").split(",") if name.strip()] or None


def _given(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in (None, {})}


def renamed(pairs: list[str] | None) -> dict[str, str]:
    """Names of leads and what they are to be called, of pairs with ``=``.

    Raises:
        ValueError: if one is no such pair.

    Example:
        >>> renamed(["ECG=I"])
        {'ECG': 'I'}
    """
    return paired(pairs, "--rename OLD=NEW, such as ECG=I")
