"""The parts of a recipe's fold: trained on, deciding when to stop, and tested on."""

from ecgzoo.artifact.preset import Preset
from ecgzoo.errors import RunError
from ecgzoo.training.own_split import BY_PROTOCOL, tell_unused
from ecgzoo.training.provenance import DIGEST, digest_with_groups
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
    if recipe.dataset == OWN and not recipe.official:  # of a published set a protocol is chosen
        tell_unused(dataset, BY_PROTOCOL)
    if recipe.final:
        split = without_test(*keys, recipe.fold_seed)
    elif recipe.official:
        if dataset.parts is None:
            raise ValueError(
                f"{recipe.dataset} was published without a split: take the grouped protocol"
            )
        split = official(dataset.parts, *keys, recipe.fold_seed)
    else:
        make = PROTOCOLS[recipe.protocol].function
        split = make(*keys, recipe.folds, recipe.fold_seed, dataset.classes)[recipe.fold]
    return split if recipe.validation else without_validation(split)


def check_records(run: Run, dataset: SignalDataset) -> None:
    """Checks that a finished run is of these records, with these labels and groups.

    Of a run of an earlier version, which noted no digest of them, the content of what it was
    trained on is compared.

    Raises:
        RunError: if it is of others.
    """
    preset = run.preset()
    differing = [
        what
        for what, same in (
            ("signals", preset.spec == dataset.spec),
            ("classes", preset.classes == dataset.classes),
            (_compared(preset), _same_records(preset, run, dataset)),
        )
        if not same
    ]
    if differing:
        raise RunError(
            f"{run.folder} holds a finished run of another data set, with other "
            f"{' and '.join(differing)}. Choose another folder (--runs), or remove this one."
        )


def _compared(preset: Preset) -> str:
    return "records, labels or groups" if DIGEST in preset.training else "records"


def _same_records(preset: Preset, run: Run, dataset: SignalDataset) -> bool:
    """Whether all is as it was; of an earlier version's run, whether it was trained on these."""
    if DIGEST in preset.training:
        return bool(preset.training[DIGEST] == digest_with_groups(dataset))
    if "records" not in preset.training:
        return True
    split = split_of(run.recipe(), dataset)
    fitted = {*dataset.hashes[split.train].tolist(), *dataset.hashes[split.validation].tolist()}
    return set(preset.training["records"]) == fitted
