"""How many test records are of patients who were trained on: some sets have such by themselves."""

import numpy as np

from tf_data import SignalDataset


def known_patients(test: SignalDataset, *trained: SignalDataset) -> int:
    """How many test records are of a patient who was trained on, where patients are told.

    A record whose patient is not known bears its own name for one, which may stand elsewhere too:
    such two records say nothing of each other. A patient who is told on one side is one on both.

    Args:
        test: the records that are tested on.
        trained: parts that the weights or their epoch were fitted by.
    """
    told, every = (_patients(trained, alone) for alone in (True, False))
    ours = test.groups != test.names
    shared = np.where(ours, np.isin(test.groups, every), np.isin(test.groups, told))
    return len(np.unique(test.names[shared]))


def _patients(parts: tuple[SignalDataset, ...], alone: bool) -> list[str]:
    """The groups of some records; only those that are not a record's own name, if so asked."""
    chosen = (one.groups[one.groups != one.names] if alone else one.groups for one in parts)
    return [name for groups in chosen for name in groups.tolist()]
