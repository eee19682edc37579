"""Options that say whose records a command takes: a data set's, or a folder of one's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ecgzoo.artifact.preset import Preset
from ecgzoo.pages.page_signals import TRACES
from tf_data import DATASETS

DATASET, OWN = "ecg_images", "records"

Dataset = Annotated[str, typer.Option(help="A name of `ecgzoo datasets`.", rich_help_panel="Data")]
OtherDataset = Annotated[
    str | None, typer.Option(help="A name of `ecgzoo datasets`.", rich_help_panel="Data")
]
Part = Annotated[
    str | None,
    typer.Option(
        help="Of the published split: 'train', 'validation', 'test'.", rich_help_panel="Data"
    ),
]
Labels = Annotated[
    str | None,
    typer.Option(
        help="Which labels of the data set, such as superclass; with --data, the table of labels.",
        rich_help_panel="Data",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        help="Your own: a folder of records, or a .csv: record, then the leads.",
        rich_help_panel="Data",
    ),
]
TestLabels = Annotated[
    Path | None,
    typer.Option(help="A table of records to test on, with --data.", rich_help_panel="Data"),
]
Leads = Annotated[
    str | None,
    typer.Option(help="Comma-separated; the data set's own by default.", rich_help_panel="Data"),
]
Rate = Annotated[
    float | None, typer.Option(help="In Hz; records are resampled to it.", rich_help_panel="Data")
]
Seconds = Annotated[float | None, typer.Option(help="Length of a window.", rich_help_panel="Data")]
Classes = Annotated[
    str | None, typer.Option(help="Comma-separated; some of them.", rich_help_panel="Data")
]
Rename = Annotated[
    list[str] | None,
    typer.Option(
        help="A lead's name in your files and the one wanted: ECG=I.", rich_help_panel="Data"
    ),
]
Short = Annotated[
    str | None,
    typer.Option(
        help="Records shorter than a window: 'refuse', 'pad' or 'skip'.", rich_help_panel="Data"
    ),
]
Directory = Annotated[
    Path | None,
    typer.Option(
        help="Where the data set was prepared, if not in TFDS' folder.", rich_help_panel="Data"
    ),
]


def chosen(
    dataset: str = DATASET,
    labels: str | None = None,
    data: Path | None = None,
    test_labels: Path | None = None,
    *,
    leads: str | None = None,
    rate: float | None = None,
    seconds: float | None = None,
    classes: str | None = None,
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
        classes: names, with commas.
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
        "classes": listed(classes),
        "short": short,
    }
    if data is None:
        for option, value in (("--test-labels", test_labels), ("--rename", rename)):
            if value:
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
    taken = {"leads": list(spec.leads), "rate": spec.sampling_rate, "seconds": spec.seconds}
    return taken | loading


def listed(names: str | None) -> list[str] | None:
    """Names that stand between commas."""
    return None if names is None else [name.strip() for name in names.split(",")]


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
    found = {}
    for pair in pairs or ():
        old, between, new = pair.partition("=")
        if not (old and between and new):
            raise ValueError(f"expected --rename OLD=NEW, such as ECG=I; got {pair!r}")
        found[old.strip()] = new.strip()
    return found
