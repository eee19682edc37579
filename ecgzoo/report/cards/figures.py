"""What a card says of figures: how measured, per class, per seed, calibration, thresholds."""

from collections.abc import Iterator, Mapping
from typing import Any

from ecgzoo.artifact.preset import Preset
from ecgzoo.evaluation.bootstrap import shown_interval
from ecgzoo.evaluation.multi_label import note_without_auc
from ecgzoo.report.cards.markdown import code, plain, section, table
from tf_data.protocols import PROTOCOLS

NOT_MEASURED = (
    "Not measured: this artifact holds no figures. A final fit has none of its own; `ecgzoo "
    "preset` adds those of its folds."
)
NO_INTERVALS = "This artifact holds no intervals: its figures are of one run, and uncertain."
COLUMNS = {"precision": "precision", "recall": "recall", "f1": "F1"}
OF_SEVERAL = {"auc": "AUC", "average_precision": "average precision"}
OF_TASKS = {"macro_auc": "macro AUC", "macro_auc_I": "macro AUC of lead I alone"}


def figures(preset: Preset) -> str:
    """The section on figures."""
    metrics = preset.metrics
    if not metrics:
        return section("Figures", NOT_MEASURED)
    return section(
        "Figures",
        _measured(metrics),
        _tasks(metrics),
        _per_class(metrics),
        _accuracy(metrics),
        _each_seed(metrics),
        _confusion(metrics),
    )


def protocol(preset: Preset) -> str:
    """The section on leakage."""
    metrics = preset.metrics
    name = metrics.get("protocol")
    if not name:
        return section("Leak protocol", "No protocol: nothing was measured.")
    known = PROTOCOLS.get(name)
    leaky = (
        f"**These figures leak** ({plain(metrics.get('overlap', 'an unknown number'))} of the test "
        "records were trained on); they are here for comparison only."
        if metrics.get("leaky")
        else "No record of a test part, known by its content, was trained on by the model that "
        "answered for it."
    )
    return section("Leak protocol", f"{code(name)}: {known.description if known else ''}", leaky)


def _measured(metrics: Mapping[str, Any]) -> str:
    where = plain(metrics.get("measured_on", "the test part of this run, by these weights"))
    groups = f" in {plain(metrics['groups'])} groups" if "groups" in metrics else ""
    how = (
        "Intervals are 95% percentile intervals by bootstrap of whole groups."
        if metrics.get("intervals")
        else NO_INTERVALS
    )
    return f"Measured on {where}: {plain(metrics['n'])} records{groups}. {how}"


def _per_class(metrics: Mapping[str, Any]) -> str:
    given = metrics.get("class_intervals", {})
    columns = _columns(metrics)
    rows = [
        [plain(name), *(_shown(row.get(key), given.get(name, {}).get(key)) for key in columns)]
        + [plain(row["support"])]
        for name, row in metrics["per_class"].items()
    ]
    intervals = metrics.get("intervals", {})
    macro = [_shown(metrics["macro"].get(key), intervals.get(f"macro_{key}")) for key in columns]
    rows.append(["**macro**", *macro, plain(metrics["n"])])
    shown = table(("class", *columns.values(), "records"), rows)
    lacking = metrics.get("without_auc")
    return f"{shown}\n\n{plain(note_without_auc(lacking))}" if lacking else shown


def _tasks(metrics: Mapping[str, Any]) -> str:
    """Macro AUC of each label set, where there are several."""
    tasks = metrics.get("tasks", {})
    there = {
        key: head for key, head in OF_TASKS.items() if any(key in one for one in tasks.values())
    }
    rows = [
        [plain(name)]
        + [_shown(one.get(key), one.get("intervals", {}).get(key)) for key in there]
        + [plain(one["n"])]
        for name, one in tasks.items()
    ]
    return table(("label set", *there.values(), "records"), rows) if rows else ""


def _columns(metrics: Mapping[str, Any]) -> dict[str, str]:
    """What is told of each class: of several labels at once areas as well."""
    return COLUMNS if "confusion" in metrics else OF_SEVERAL | COLUMNS


def _shown(value: float | None, given: Mapping[str, Any] | None) -> str:
    if value is None:
        return "none"
    return shown_interval(given) if given else f"{value:.3f}"


def _accuracy(metrics: Mapping[str, Any]) -> str:
    shown = _shown(metrics["accuracy"], metrics.get("intervals", {}).get("accuracy"))
    if "confusion" in metrics:
        return f"Accuracy: {shown}."
    return f"Records with every label right: {shown}."


def _each_seed(metrics: Mapping[str, Any]) -> str:
    seeds, each = metrics.get("fold_seeds", ()), metrics.get("each_seed", {})
    if len(seeds) < 2:
        return f"Fold seed: {plain(seeds[0])}." if seeds else ""
    first = ["macro_auc"] if "macro_auc" in each else []
    names = [*first, "accuracy", "macro_f1"]
    rows = [
        [plain(seed), *(f"{each[name][i]:.3f}" for name in names)] for i, seed in enumerate(seeds)
    ]
    spread = metrics["spread"]
    means = (
        f"{metrics['intervals'][name]['estimate']:.3f}, sd {spread[name]:.3f}" for name in names
    )
    heads = (name.replace("_", " ").replace("auc", "AUC").replace("f1", "F1") for name in names)
    shown = table(("fold seed", *heads), [*rows, ["**mean**", *means]])
    read = (
        "The interval above is of the mean over the seeds, with the same groups drawn in each; the "
        "standard deviation (sd) is what the choice of folds and training do."
    )
    return f"{shown}\n\n{read}"


def _confusion(metrics: Mapping[str, Any]) -> str:
    if "confusion" not in metrics:  # of several labels at once no class stands for another
        return ""
    names = metrics["classes"]
    rows = (
        [f"**{plain(name)}**", *map(plain, row)]
        for name, row in zip(names, metrics["confusion"], strict=True)
    )
    return table(("true, down; predicted, across", *map(plain, names)), rows)


def calibration(preset: Preset) -> str:
    """The section on calibration, temperature and thresholds."""
    told = preset.metrics.get("calibration")
    if not told:
        nothing = "Not measured: this artifact holds no calibration."
        return section("Calibration", nothing, *([_called(preset)] if preset.multi_label else []))
    return section("Calibration", *_errors(preset, told), _curves(told), _thresholds(preset))


def _errors(preset: Preset, told: Mapping[str, Any]) -> Iterator[str]:
    answers = plain(told["answers"])
    yield (
        f"Expected calibration error (ECE) over 15 bins of equal width, of {answers} "
        f"out-of-fold answers: {told['before']['error']:.3f}. It is biased upwards at few records."
    )
    if "after" not in told:
        yield f"No temperature is stored: {plain(told.get('no_temperature', 'none was fitted'))}"
        return
    yield (
        f"Temperature: {preset.temperature:.3f}. ECE with it: {told['after']['error']:.3f} "
        f"({plain(told['how_after'])}). It is told, not applied: `predict` and exports give the "
        "probabilities before it."
    )


def _curves(told: Mapping[str, Any]) -> str:
    rows = [
        [moment, f"{sure:.3f}", f"{right:.3f}", plain(count)]
        for moment in ("before", "after")
        if moment in told
        for sure, right, count in zip(
            *(told[moment][name] for name in ("confidence", "accuracy", "count")), strict=True
        )
    ]
    return table(("temperature", "mean confidence", "share right", "answers"), rows)


def _thresholds(preset: Preset) -> str:
    if not preset.thresholds:
        return "No thresholds are stored."
    return (
        "Thresholds with the highest F1 of each class against the rest, chosen on the same answers "
        f"and told, not applied:\n\n{_threshold_table(preset)}"
    )


def _called(preset: Preset) -> str:
    if not preset.thresholds:
        return "No thresholds are stored: each class is called from 0.5 on."
    return (
        "Each class is called from its threshold on, which has the highest F1 on records that the "
        f"weights were not trained on:\n\n{_threshold_table(preset)}"
    )


def _threshold_table(preset: Preset) -> str:
    rows = ((plain(name), f"{one:.3f}") for name, one in preset.thresholds.items())
    return table(("class", "threshold"), rows)
