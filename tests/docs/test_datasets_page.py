"""docs/datasets.md: its table has what the cards say, and its examples what there is."""

import inspect
import re
from pathlib import Path

import tf_data
from tf_data.recordings import load_recordings
from tf_data.table_columns import PATIENTS

PAGE = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text(encoding="utf-8")
ROWS = {
    cells[1].strip().strip("`"): cells
    for line in PAGE.splitlines()
    if re.match(r"\| `\w+` \|", line) and len(cells := line.split("|")) == 10
}


def test_the_table_has_every_set_with_its_numbers() -> None:
    assert set(ROWS) == set(tf_data.DATASETS) - {tf_data.MEMORY}
    for name, cells in ROWS.items():
        card = tf_data.card_of(name)
        if card is None:
            continue
        assert f"{card.records:,}" in cells[2]
        assert ("not known" if card.patients is None else f"{card.patients:,}") in cells[3]
        sets = {one: int(count) for one, count in re.findall(r"`(\w+)` \((\d+)", cells[6])}
        assert sets == {one: len(each.classes) for one, each in card.label_sets.items()}
        assert (cells[7].strip() == "none") == (not card.split)
        assert cells[8].strip() == card.licence.partition(",")[0]


def test_every_option_is_explained() -> None:
    options = set(inspect.signature(load_recordings).parameters) - {"package"}
    assert {name for name in options if f"`{name}`" in PAGE or f"`{name}=" in PAGE} == options
    assert all(f"`{column}`" in PAGE for column in PATIENTS)
