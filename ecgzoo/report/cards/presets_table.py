"""The table of the presets in the package: for a terminal, and for the README."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecgzoo.artifact.resolution import shipped_presets
from ecgzoo.evaluation.bootstrap import shown_interval
from ecgzoo.report.cards.artifact import Artifact, read_artifact
from ecgzoo.report.cards.markdown import code, plain, table

NONE = "No preset is shipped yet."
BEGIN = "<!-- presets: ecgzoo list --weights --markdown -->"
END = "<!-- end of presets -->"
NOT_MEASURED = "not measured"
HEADS = (
    "preset",
    "domains, fusion",
    "parameters",
    "size",
    "macro F1 (95% interval)",
    "accuracy (95% interval)",
    "protocol",
    "data",
)


def shipped_artifacts() -> list[Artifact]:
    """Every preset in the package, by name.

    Raises:
        PresetError: if one of them is damaged; the message names the file.
    """
    return [read_artifact(name) for name in shipped_presets()]


def figure(artifact: Artifact, metric: str) -> str:
    """One figure with its interval, or without, or that there is none."""
    metrics = artifact.preset.metrics
    if not metrics:
        return NOT_MEASURED
    if given := metrics.get("intervals", {}).get(metric):
        return shown_interval(given)
    value = metrics["accuracy"] if metric == "accuracy" else metrics["macro"]["f1"]
    return f"{value:.3f}"


def preset_cells(artifact: Artifact) -> list[str]:
    """A row, in the order of ``HEADS``."""
    preset = artifact.preset
    fusion = f"; {artifact.fusion}" if artifact.fusion else ""
    return [
        artifact.name,
        ", ".join(artifact.domains) + fusion,
        f"{artifact.parameters / 1e3:,.0f}k",
        f"{artifact.size / 1e6:.1f} MB",
        figure(artifact, "macro_f1"),
        figure(artifact, "accuracy"),
        _protocol(preset.metrics),
        str(preset.data.get("name", "not stated")),
    ]


def _protocol(metrics: Mapping[str, Any]) -> str:
    """How it was measured, and how often the folds were cut anew."""
    leaks = " (leaks)" if metrics.get("leaky") else ""
    seeds = len(metrics.get("fold_seeds", ()))
    often = f"; {seeds} fold seed{'s' * (seeds > 1)}" if seeds else ""
    return str(metrics.get("protocol", "none")) + leaks + often


def narrow_cells(artifact: Artifact) -> list[str]:
    """The same in five cells of two lines or more, for a terminal of 80 columns."""
    name, domains, count, size, f1, accuracy, protocol, data = preset_cells(artifact)
    figures = (one.replace(" (", "\n").removesuffix(")") for one in (f1, accuracy))
    measured = protocol.replace("; ", "\n")
    return [f"{name}\n{domains}", f"{count}\n{size}", *figures, f"{measured}\n{data}"]


def presets_markdown(artifacts: list[Artifact]) -> str:
    """The table of the README, or that there is no preset.

    Example:
        >>> presets_markdown([])
        'No preset is shipped yet.'
    """
    if not artifacts:
        return NONE
    rows = [preset_cells(one) for one in artifacts]
    return table(HEADS, ([code(name), *map(plain, rest)] for name, *rest in rows))


def section_of(text: str) -> str:
    r"""What stands between the two markers of a README.

    Raises:
        ValueError: if it has not both.

    Example:
        >>> section_of(f"{BEGIN}\n\na\n\n{END}")
        'a'
    """
    before, _, rest = text.partition(BEGIN)
    inside, found, _ = rest.partition(END)
    if not found:
        raise ValueError(f"expected the markers {BEGIN} and {END}, in this order")
    return inside.strip()
