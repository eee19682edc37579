"""Cards: every set's own, and bad ones."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tf_data
from ecgzoo.errors import DataError, UnknownNameError
from tf_data.cards import folder_of, read_card

NAMES = [name for name in tf_data.DATASETS if tf_data.card_of(name)]
PTB_XL = Path(tf_data.__file__).parent / "ptb_xl"


def test_the_sets_that_there_are():
    assert {*NAMES} >= {"ecg_images", "mit_bih", "ptb_xl", "cinc2017", "cinc2021", "ludb"}
    assert set(tf_data.DATASETS) - {*NAMES} == {"records"}


@pytest.mark.parametrize("name", NAMES)
def test_every_card_is_whole(name):
    card = tf_data.card_of(name)
    assert card.name == name
    assert "https://" in card.licence
    assert card.homepage.startswith("https://")
    assert all((card.title, card.what, card.who, card.citation, card.get))
    for one in card.label_sets.values():
        assert len(set(one.classes)) == len(one.classes) > 1
        assert not any("|" in each or "," in each for each in one.classes)  # they part names
        assert one.what
    assert tf_data.source_of(name) == {
        "name": name,
        "licence": card.licence,
        "citation": card.citation,
    }


@pytest.mark.parametrize(
    ("name", "labels", "classes"),
    [
        ("ptb_xl", "superclass", 5),
        ("ptb_xl", "subclass", 23),
        ("ptb_xl", "diagnostic", 44),
        ("ptb_xl", "form", 19),
        ("ptb_xl", "rhythm", 12),
        ("ptb_xl", "all", 71),
        ("cinc2017", "rhythm", 4),
        ("cinc2021", "scored", 26),
    ],
)
def test_label_sets_are_as_large_as_published(name, labels, classes):
    assert len(tf_data.card_of(name).label_sets[labels].classes) == classes


def test_the_sets_of_cards_and_of_their_loaders_are_the_same():
    from tf_data.ecg_images.published import CLASSES as PAGES
    from tf_data.ecg_images.published import SOURCE
    from tf_data.mit_bih.beats import CLASSES as BEATS
    from tf_data.mit_bih.beats import SOURCE as MIT_BIH

    for name, labels, classes, source in (
        ("ecg_images", "diagnosis", PAGES, SOURCE),
        ("mit_bih", "aami", BEATS, MIT_BIH),
    ):
        card = tf_data.card_of(name)
        assert card.label_sets[labels].classes == tuple(classes)
        assert {"licence": card.licence, "citation": card.citation} == source


def test_cards_are_read_without_tensorflow():
    code = (
        "import sys, tf_data; tf_data.card_of('ptb_xl'); tf_data.source_of('ludb'); "
        "assert not {'tensorflow', 'pandas', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"licence": None}, "licence"),
        ({"labels": 1}, "labels"),
        ({"label_sets": {"a": {"several": True}}}, "classes"),
        ({"label_sets": {"a": ["x"]}}, "A card has the fields name, title"),
        ({"defaults": {}}, "labels"),
    ],
)
def test_a_bad_card_is_named(tmp_path, change, message):
    fields = json.loads((PTB_XL / "card.json").read_text()) | change
    fields = {key: value for key, value in fields.items() if value is not None}
    (tmp_path / "card.json").write_text(json.dumps(fields))
    with pytest.raises(DataError, match=message) as caught:
        read_card(tmp_path)
    assert "card.json" in str(caught.value)


def test_a_default_that_is_no_label_set_is_named(tmp_path):
    text = (PTB_XL / "card.json").read_text().replace('"labels": "superclass"', '"labels": "super"')
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(UnknownNameError, match="label set of ptb_xl 'super'"):
        read_card(tmp_path)


def test_what_is_no_card_is_named(tmp_path):
    (tmp_path / "card.json").write_text("{")
    with pytest.raises(DataError, match=r"expected JSON in .*card\.json"):
        read_card(tmp_path)
    with pytest.raises(DataError, match="a folder that Python imports as tf_data.nothing"):
        folder_of("tf_data.nothing")


def test_a_folder_is_registered_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(tf_data.DATASETS, "entries", dict(tf_data.DATASETS.entries))
    monkeypatch.setattr(sys, "path", list(sys.path))
    shutil.copytree(PTB_XL, tmp_path / "my_ecgs")
    tf_data.register_dataset(tmp_path / "my_ecgs")
    assert tf_data.card_of("my_ecgs").records == 21799
    with pytest.raises(ValueError, match="'my_ecgs' is registered already"):
        tf_data.register_dataset(tmp_path / "my_ecgs")
    with pytest.raises(DataError, match="no folder .*nothing"):
        tf_data.register_dataset(tmp_path / "nothing")
