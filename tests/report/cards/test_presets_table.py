"""The table of presets: with none, one and several; and the README's is that of the package."""

import shutil
from pathlib import Path

import pytest
from described_presets import described_preset, published

from ecgzoo.artifact import resolution as resolving
from ecgzoo.artifact.preset import read_preset
from ecgzoo.errors import PresetError
from ecgzoo.report.cards.artifact import (
    HEADS,
    presets_markdown,
    shipped_artifacts,
)

README = Path(__file__).parents[3] / "README.md"
BEGIN = "<!-- presets: ecgzoo list --weights --markdown -->"
END = "<!-- end of presets -->"


def section_of(text: str) -> str:
    """What stands between the two markers of a README."""
    before, _, rest = text.partition(BEGIN)
    inside, found, _ = rest.partition(END)
    if not found:
        raise ValueError(f"expected the markers {BEGIN} and {END}, in this order")
    return inside.strip()


@pytest.fixture
def weights(tmp_path, monkeypatch):
    folder = published(tmp_path)
    shutil.copytree(folder, folder.with_name("hybrid1.again"))
    described_preset(folder.with_name("cnn1d_transformer.bare"), "cnn1d_transformer")
    monkeypatch.setattr(resolving, "SHIPPED", folder.parent)
    return folder.parent


def test_the_readme_s_table_is_that_of_the_presets_in_the_package() -> None:
    found = section_of(README.read_text(encoding="utf-8"))
    expected = presets_markdown(shipped_artifacts())
    assert found == expected, (
        "write what `ecgzoo list --weights --markdown` prints between the markers"
    )


def test_none_is_said(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(resolving, "SHIPPED", tmp_path / "nowhere")
    assert presets_markdown(shipped_artifacts()) == "No preset is shipped yet."


def test_a_row_per_preset_with_its_figures(weights) -> None:
    lines = presets_markdown(shipped_artifacts()).splitlines()
    assert len(lines) == 2 + 3
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert rows[0] == [*HEADS]
    by_name = {row[0]: row[1:] for row in rows[2:]}
    assert by_name["`cnn1d_transformer.bare`"][3:] == ["not measured"] * 2 + ["none", "not stated"]
    told = read_preset(weights / "hybrid1.toy").metrics["intervals"]["macro_f1"]
    expected = f"{told['estimate']:.3f} ({told['low']:.3f} to {told['high']:.3f})"
    assert by_name["`hybrid1.toy`"] == by_name["`hybrid1.again`"]
    assert by_name["`hybrid1.toy`"][0] == "time, time_frequency; concat"
    assert by_name["`hybrid1.toy`"][3] == expected
    assert by_name["`hybrid1.toy`"][5:] == ["grouped; 2 fold seeds", "toy"]


def test_a_damaged_preset_is_named(weights) -> None:
    (weights / "hybrid1.again" / "preset.json").write_text("[]")
    with pytest.raises(PresetError, match=r"hybrid1.again/preset.json is damaged"):
        shipped_artifacts()


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="expected the markers"):
        section_of("# ecgzoo")
