"""Tables show names as they are, also where these look like a terminal's markup."""

import numpy as np
from rich.console import Console

from ecgzoo.cli.tables import confusion_table, metrics_table
from ecgzoo.evaluation import classification_metrics

CLASSES = "AF [paroxysmal]", "AF [/AFL]", "N"


def test_brackets_in_names_are_shown() -> None:
    labels = np.array([0, 1, 2, 0])
    found = classification_metrics(labels, np.eye(3)[labels], CLASSES).to_dict()
    told = found | {"protocol": "grouped", "leaky": False}
    shown = Console(width=200, record=True)
    for table in (metrics_table(told, "runs/mine [v2]/x"), confusion_table(told)):
        shown.print(table)
    text = shown.export_text()
    assert [text.count(name) for name in CLASSES[:2]] == [3, 3]  # a row and a column of the second
    assert "runs/mine [v2]/x" in text
