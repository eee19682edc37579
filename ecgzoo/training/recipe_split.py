"""The parts of a recipe's fold: trained on, deciding when to stop, and tested on."""

from ecgzoo.errors import RunError
from ecgzoo.training.own_split import BY_PROTOCOL, tell_unused
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data import OWN, SignalDataset
from tf_data.protocols import PROTOCOLS
from tf_data.splits import Split, official, without_test, without_validation


def split_of(recipe: Recipe, dataset: SignalDataset) -> Split:
    """The training, validation and test part of a recipe's fold; a final fit tests nothing.

    Raises:
        ValueError: if the records cannot be split so.
    """
    keys = dataset.labels, dataset.groups, dataset.hashes
    if recipe.final:
        split = without_test(*keys, recipe.fold_seed)
    elif recipe.official:
        if dataset.parts is None:
            raise ValueError(
                f"{recipe.dataset} was published without a split: take the grouped protocol"
            )
        split = official(dataset.parts, *keys, recipe.fold_seed)
    else:
        if recipe.dataset == OWN:  # of a published set a protocol is chosen
            tell_unused(dataset, BY_PROTOCOL)
        make = PROTOCOLS[recipe.protocol].function
        split = make(*keys, recipe.folds, recipe.fold_seed, dataset.classes)[recipe.fold]
    return split if recipe.validation else without_validation(split)


def check_records(run: Run, dataset: SignalDataset) -> None:
    """Checks that a finished run was trained on these records, as far as its preset tells.

    Raises:
        RunError: if it was trained on others.
    """
    preset, split = run.preset(), split_of(run.recipe(), dataset)
    fitted = {*dataset.hashes[split.train].tolist(), *dataset.hashes[split.validation].tolist()}
    differing = [
        what
        for what, there, now in (
            ("signals", preset.spec, dataset.spec),
            ("classes", preset.classes, dataset.classes),
            ("records", set(preset.training.get("records", fitted)), fitted),
        )
        if there != now
    ]
    if differing:
        raise RunError(
            f"{run.folder} holds a finished run of another data set, with other "
            f"{' and '.join(differing)}. Choose another folder, or remove this one."
        )
