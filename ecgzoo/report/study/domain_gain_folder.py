"""A folder of what was found of each data set: a file each, and the tables and picture over all."""

import json
from pathlib import Path

from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.report.domain_gain_figure import draw_domain_gains
from ecgzoo.report.study.domain_gain import DomainGain
from ecgzoo.report.study.domain_gain_tables import section

NAME = "domain-gain"


def write_domain_gain(found: DomainGain, folder: Path) -> None:
    """Writes a data set's file, and anew the tables and the picture of all that are there.

    So a study can be done set by set, on one machine or several.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / f"{found.dataset}-{found.protocol}.json", found.to_dict())
    every = read_domain_gains(folder)
    text = "\n".join(f"## {one.dataset}\n\n{section(one)}" for one in every)
    tables = folder / f"{NAME}.md"
    write_atomically(tables, lambda draft: draft.write_text(text, encoding="utf-8"))
    if honest := [one for one in every if not one.leaky]:
        for ending in ("png", "svg"):
            draw_domain_gains(honest, folder / f"{NAME}.{ending}")


def read_domain_gains(folder: Path) -> list[DomainGain]:
    """What the folder holds, those with most records last."""
    found = (
        DomainGain.from_dict(json.loads(file.read_text(encoding="utf-8")))
        for file in sorted(folder.glob("*.json"))
    )
    return sorted(found, key=lambda one: one.records)
