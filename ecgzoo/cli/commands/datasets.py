"""The command `datasets`: the data sets there are, or the card of one."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from ecgzoo.cli.tables import console_of

if TYPE_CHECKING:
    from tf_data.cards import Card
    from tf_data.label_sets import LabelSet

OWN = "Records of your own: --data FOLDER --labels TABLE. docs/datasets.md has the rest."


def datasets(
    name: Annotated[str | None, typer.Argument(help="One of them; without it, all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the data sets, or show one: what, whose, labels, and how to get it.

    Example: [bold]ecgzoo datasets ptb_xl[/bold]
    """
    from tf_data import DATASETS, card_of

    cards = [card for one in ([name] if name else DATASETS) if (card := card_of(one))]
    if name and not cards:
        raise ValueError(f"the data set {name} has no card")
    if as_json:
        found = {card.name: asdict(card) for card in cards}
        typer.echo(json.dumps(found[cards[0].name] if name else found, indent=2))
    elif name:
        console_of(100).print(_one(cards[0]))
    else:
        console_of(100).print(_all(cards))


def _all(cards: list[Card]) -> Table:
    table = Table(caption=OWN, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("name", no_wrap=True)
    for head in ("records", "patients", "leads", "Hz"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("label sets")
    table.add_column("licence", no_wrap=True)
    for card in cards:
        table.add_row(
            card.name,
            f"{card.records:,}",
            "not known" if card.patients is None else f"{card.patients:,}",
            str(len(card.leads)),
            f"{card.rate:.4g}",
            ", ".join(card.label_sets),
            card.licence.partition(",")[0],
        )
    return table


def _one(card: Card) -> Table:
    table = Table(show_header=False, box=SIMPLE_HEAD)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    patients = "patients not known" if card.patients is None else f"{card.patients:,} patients"
    defaults = ", ".join(f"{key} {value}" for key, value in card.defaults.items())
    for key, value in (
        ("name", card.name),
        ("title", card.title),
        ("what", card.what),
        ("who", card.who),
        ("records", f"{card.records:,}, {patients}"),
        ("leads", f"{', '.join(card.leads)}; {card.rate:g} Hz, {card.unit}"),
        *((f"labels {key}", _classes(one)) for key, one in card.label_sets.items()),
        ("defaults", defaults),
        ("split", card.split or "none published: folds by patient where patients are known"),
        ("licence", card.licence),
        ("citation", card.citation),
        ("homepage", card.homepage),
        ("get it", card.get),
        ("then", f"ecgzoo prepare {card.name} --manual-dir FOLDER"),
    ):
        table.add_row(key, value)
    return table


def _classes(one: LabelSet) -> str:
    how = "several at once" if one.several else "one of"
    return f"{one.what} ({len(one.classes)}, {how}): {', '.join(one.classes)}"
