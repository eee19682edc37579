"""A corpus: label sets of several data sets, side by side."""

import dataclasses

import numpy as np
import pytest
from two_corpora import LEADS, recordings, two_corpora

from ecgzoo.errors import DataError
from ecgzoo.training.pretraining import corpus as module
from ecgzoo.training.pretraining import read_corpus


def loaded(asked: list[dict], **sets):
    """Stands for `tf_data.load`: gives records by data set and label set, and notes the options."""

    def load(name, labels, **options):
        asked.append({"name": name, "labels": labels} | options)
        return sets[name][labels]

    return load


def test_label_sets_of_one_data_set_share_its_records(monkeypatch):
    every = recordings(LEADS, 20, ("AFIB", "NORM", "MI"))
    wide = {
        "all": dataclasses.replace(every, labels=every.labels[:, :2], classes=("AFIB", "NORM")),
        "super": dataclasses.replace(every, labels=every.labels[:, 2:], classes=("MI",)),
    }
    narrow = {"rhythm": recordings(("MLII",), 40, ("A",))}
    asked: list[dict] = []
    monkeypatch.setattr(module, "load", loaded(asked, wide=wide, narrow=narrow))
    said: list[str] = []
    corpus = read_corpus(["wide:all", "narrow:rhythm", "wide:super"], 100, 1.28, told=said.append)
    assert corpus.classes == ("wide:all:AFIB", "wide:all:NORM", "wide:super:MI", "narrow:rhythm:A")
    assert corpus.columns("wide") == [0, 1, 2]
    assert corpus.places("narrow") == [1]  # MLII is the lead II
    assert np.array_equal(corpus.sets["wide"].labels, every.labels)
    assert corpus.spec.shape == (128, 3)
    assert {(one["rate"], one["seconds"], one["short"]) for one in asked} == {(100, 1.28, "pad")}
    assert said[1] == "narrow: 80 windows of 80 records, 1 leads, 1 classes"


def test_a_class_of_nine_patients_is_left_out(monkeypatch):
    data = recordings(LEADS, 20, ("rare", "frequent"))
    labels = data.labels.copy()
    labels[:, 0] = 0
    labels[:18, 0] = 1
    rare = dataclasses.replace(data, labels=labels)
    monkeypatch.setattr(module, "load", loaded([], wide={"all": rare}))
    assert read_corpus(["wide:all"], 100, 1.28).classes == ("wide:all:frequent",)
    labels[:20, 0] = 1
    assert read_corpus(["wide:all"], 100, 1.28).classes == ("wide:all:rare", "wide:all:frequent")


def test_one_class_per_record_becomes_a_column_each(monkeypatch):
    data = recordings(("I",), 40, ("A",))
    single = dataclasses.replace(data, labels=data.labels[:, 0], classes=("N", "A"))
    monkeypatch.setattr(module, "load", loaded([], one={"rhythm": single}))
    corpus = read_corpus(["one:rhythm"], 100, 1.28)
    assert np.array_equal(corpus.sets["one"].labels, np.eye(2)[data.labels[:, 0]])


def test_held_out_patients_are_a_fifth_of_each_set_and_no_others():
    corpus = two_corpora()
    learned, held = corpus.parted(seed=3)
    for name, data in corpus.sets.items():
        ours, theirs = learned.sets[name], held.sets[name]
        assert len(ours) + len(theirs) == len(data)
        assert set(ours.groups).isdisjoint(theirs.groups)
        assert len(set(theirs.groups)) == len(set(data.groups)) // 5


@pytest.mark.parametrize("tasks", [[], ["ptb_xl"], ["ptb_xl:all", "ptb_xl:all"]])
def test_tasks_that_are_none(tasks):
    with pytest.raises(DataError, match="such as ptb_xl:superclass"):
        read_corpus(tasks)


def test_a_lead_without_a_standard_name(monkeypatch):
    data = {"sound": recordings(("PCG",), 20, ("x",))}
    monkeypatch.setattr(module, "load", loaded([], heart=data))
    with pytest.raises(DataError, match="expected leads of an ECG in heart; got PCG"):
        read_corpus(["heart:sound"], 100, 1.28)


def test_label_sets_of_other_records(monkeypatch):
    both = {"a": recordings(LEADS, 20, ("x",)), "b": recordings(LEADS, 22, ("y",))}
    monkeypatch.setattr(module, "load", loaded([], wide=both))
    with pytest.raises(DataError, match="the same 40 windows; got 44"):
        read_corpus(["wide:a", "wide:b"], 100, 1.28)
