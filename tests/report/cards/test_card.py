"""Model cards: every figure and fact in them is the artifact's."""

import inspect
import json
import shutil
import sys

import pytest
from described_presets import (
    CLASSES,
    NUMBERS,
    SOURCE,
    described_folds,
    described_preset,
    published,
)
from huggingface_hub import ModelCard
from small_encoders import small_encoders
from small_presets import make_preset

from ecgzoo.artifact import resolution as resolving
from ecgzoo.artifact import shipped_presets
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, digest, read_preset
from ecgzoo.errors import PresetError, UnknownNameError
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import MODELS
from ecgzoo.report.cards.artifact import presets_markdown, read_artifact
from ecgzoo.report.cards.card import model_card
from ecgzoo.report.cards.markdown import plain


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return published(tmp_path_factory.mktemp("cards"))


@pytest.fixture
def shipped(folder, monkeypatch):
    monkeypatch.setattr(resolving, "SHIPPED", folder.parent)
    return folder.name


def rows_of(text: str, first: str) -> list[list[str]]:
    lines = [one for one in text.splitlines() if one.startswith(f"| {first} |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def row_of(text: str, first: str) -> list[str]:
    return rows_of(text, first)[0]


def told(one: dict) -> str:
    return f"{one['estimate']:.3f} ({one['low']:.3f} to {one['high']:.3f})"


def test_each_label_set_has_its_area(folder, tmp_path) -> None:
    copied = shutil.copytree(folder, tmp_path / folder.name)
    fields = json.loads((copied / DESCRIPTION).read_text())
    area = {"estimate": 0.9, "low": 0.8, "high": 0.95}
    fields["metrics"]["tasks"] = {
        "form": {"n": 7, "macro_auc": 0.9, "intervals": {"macro_auc": area}},
        "rhythm": {"n": 8, "macro_auc": 0.7, "macro_auc_I": 0.6},
    }
    (copied / DESCRIPTION).write_text(json.dumps(fields))
    text = model_card(copied).text
    assert row_of(text, "form") == ["form", told(area), "none", "7"]
    assert row_of(text, "rhythm") == ["rhythm", "0.700", "0.600", "8"]


def test_the_figures_are_those_of_the_preset_with_their_intervals(folder) -> None:
    metrics, text = read_preset(folder).metrics, model_card(folder).text
    for label in CLASSES:
        expected = [
            told(metrics["class_intervals"][label][key]) for key in ("precision", "recall", "f1")
        ]
        assert row_of(text, label)[1:] == [*expected, "20"]
    assert row_of(text, "**macro**")[3] == told(metrics["intervals"]["macro_f1"])
    assert f"Accuracy: {told(metrics['intervals']['accuracy'])}." in text
    assert "60 records in 30 groups" in text
    for i, seed in enumerate(("10", "11")):
        assert row_of(text, seed)[2] == f"{metrics['each_seed']['macro_f1'][i]:.3f}"
    assert f"sd {metrics['spread']['macro_f1']:.3f}" in row_of(text, "**mean**")[2]


def test_contract_use_data_and_calibration_are_told(folder) -> None:
    preset, text = read_preset(folder), model_card(folder).text
    assert "Research software, not a diagnostic device." in text
    assert row_of(text, "leads, in order")[1] == "I, II"
    assert row_of(text, "samples")[1] == "500 (2.00 s)"
    assert row_of(text, "classes, in order")[1] == "Normal, HB, MI (one per record)"
    assert row_of(text, "fusion")[1] == "concat, single-level"
    assert row_of(text, "parameters")[1].startswith(f"{NUMBERS:,}")
    assert row_of(text, "data set")[1] == "toy"
    assert "with lead dropout 0.1" in row_of(text, "missing leads")[1]
    assert preset.weights_sha256 in text
    assert "`grouped`: No copy of a record" in text
    for moment in ("before", "after"):
        assert f"{preset.metrics['calibration'][moment]['error']:.3f}" in text
    assert f"Temperature: {preset.temperature:.3f}." in text
    for label, value in preset.thresholds.items():
        assert rows_of(text, label)[-1] == [label, f"{value:.3f}"]


def test_the_metadata_is_the_hub_s(folder) -> None:
    metrics = read_preset(folder).metrics
    data = ModelCard(str(model_card(folder))).data
    assert (data.license, data.library_name) == ("cc-by-4.0", "keras")
    assert {"ecg", "time", "time_frequency"} <= set(data.tags)
    assert [(one.metric_type, one.metric_value) for one in data.eval_results] == [
        ("accuracy", pytest.approx(metrics["accuracy"], abs=1e-4)),
        ("f1", pytest.approx(metrics["macro"]["f1"], abs=1e-4)),
    ]
    assert data.model_name == "hybrid1.toy"
    assert "grouped" in data.eval_results[0].dataset_split


def test_a_shipped_preset_is_named_and_its_commands_use_the_tag(shipped) -> None:
    text = model_card(shipped).text
    assert text.lstrip().startswith("# hybrid1.toy")
    assert 'ecgzoo.build("hybrid1", weights="toy")' in text
    assert "ecgzoo finetune hybrid1 --weights toy" in text
    assert "ecgzoo export hybrid1.toy" in text


def test_an_unknown_name_is_told_with_the_nearest(shipped) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'hybrid1.toy'"):
        model_card("hybrid1.toi")


def test_without_presets_an_unknown_name_says_so(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(resolving, "SHIPPED", tmp_path)
    with pytest.raises(UnknownNameError, match="none is shipped; name the folder"):
        model_card("hybrid1.toy")


def test_a_bare_run_s_card_says_what_is_not_known(tmp_path) -> None:
    card = model_card(described_preset(tmp_path / "run", training={}))
    assert "Not measured: this artifact holds no figures" in card.text
    assert "The recipe is not stated in this artifact." in card.text
    assert row_of(card.text, "licence of the data")[1] == "not stated in this artifact"
    assert "No protocol: nothing was measured." in card.text
    assert card.data.license == "unknown"
    assert card.data.eval_results is None


def test_leaky_figures_are_called_so_and_kept_out_of_the_model_index(folder, tmp_path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    content = json.loads((copy / DESCRIPTION).read_text())
    content["metrics"] |= {"leaky": True, "protocol": "paper"}
    (copy / DESCRIPTION).write_text(json.dumps(content))
    card = model_card(copy)
    assert "**These figures leak**" in card.text
    assert "`paper`: Leaky" in card.text
    assert card.data.eval_results is None


HOSTILE = 'a_b *x* [y](z) <script>\n# Injected\n| 1 | ``` ` "'
SAFE = 'a_b \\*x\\* \\[y\\](z) &lt;script&gt; # Injected | 1 | \\`\\`\\` \\` "'


def hostile(told: object, kept: tuple[str, ...] = ()) -> object:
    """The same with every word in it hostile, but those kept; keys as well where they are names."""
    if isinstance(told, dict):
        return {
            (HOSTILE + key if key in CLASSES else key): hostile(one, kept)
            for key, one in told.items()
        }
    if isinstance(told, list):
        return [hostile(one, kept) for one in told]
    return HOSTILE + told if isinstance(told, str) and told not in kept else told


def test_names_from_an_artifact_are_neither_html_nor_markdown(folder, tmp_path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    content = json.loads((copy / DESCRIPTION).read_text())
    plain_headings = [one for one in model_card(copy).text.splitlines() if one.startswith("#")]
    told = hostile(content, kept=(content["weights_sha256"], "mV"))
    (copy / DESCRIPTION).write_text(json.dumps(told))
    text = model_card(copy).text
    lines, fence = [], ""
    for line in text.splitlines():  # what stands in a block of code is not read as markdown
        if line.startswith("```"):
            mark = line.removesuffix("python").removesuffix("sh")
            fence = "" if line == fence else fence or mark
        elif not fence:
            lines.append(line)
    headings = [one for one in lines if one.startswith("#")]
    assert fence == ""
    assert headings[1:] == plain_headings[1:]
    assert headings[0] == f"# {SAFE}hybrid1, copy"
    assert not any("<" in line for line in lines)
    bars = SAFE.replace("|", "\\|")
    assert rows_of(text.replace("\\|", "&bar;"), bars.replace("\\|", "&bar;") + "HB")
    assert f"| {bars}toy |" in text
    assert f"| {bars}CC BY 4.0, {SOURCE['licence'].partition(', ')[2]} |" in text
    assert f"Data: {SAFE}Nobody" in text


def test_a_class_of_script_and_one_of_two_lines_stand_in_the_table_of_presets(
    folder, tmp_path
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    content = json.loads((copy / DESCRIPTION).read_text())
    content["data"]["name"] = "<b>\n| toy"
    (copy / DESCRIPTION).write_text(json.dumps(content))
    assert presets_markdown([read_artifact(copy)]).splitlines()[2].endswith("| &lt;b&gt; \\| toy |")


def shipped_recipes() -> dict[str, dict]:
    found = {name: read_preset(path).training for name, path in shipped_presets().items()}
    return {name: one["recipe"] for name, one in found.items() if "recipe" in one}


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_shipped_preset_s_card_tells_whether_records_chose_the_epoch(name) -> None:
    held_out, text = shipped_recipes()[name]["validation"], model_card(name).text
    assert ("one eighth of them, by group, decided when to stop." in text) is held_out
    assert ("; nothing was held out to decide when to stop." in text) is not held_out
    assert ("| records that the weights were fitted on, validation included |" in text) is held_out
    assert row_of(text, "validation") == ["validation", f"`{held_out}`"]


@pytest.mark.parametrize("name", set(shipped_presets()) - set(shipped_recipes()))
def test_a_card_of_several_data_sets_tells_of_all(name) -> None:
    preset, card = read_preset(shipped_presets()[name]), model_card(name)
    said = preset.training["pretraining"]
    assert row_of(card.text, "steps") == ["steps", f"`{said['steps']}`"]
    assert row_of(card.text, "missing leads")[1].endswith("since records lost leads by chance")
    assert "by fingerprint in `preset.json`" in card.text
    assert card.data.license == "other"


def test_recipes_of_before_the_choice_held_out_an_eighth(folder, tmp_path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    content = json.loads((copy / DESCRIPTION).read_text())
    del content["training"]["recipe"]["validation"]
    (copy / DESCRIPTION).write_text(json.dumps(content))
    text = model_card(copy).text
    assert "on all records; one eighth of them, by group, decided when to stop." in text
    assert "| records that the weights were fitted on, validation included |" in text


def test_of_records_that_were_tuned_on_name_and_licence_are_not_known(folder, tmp_path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    content = json.loads((copy / DESCRIPTION).read_text())
    content["training"] = {"finetuning": {"epochs": 3}}
    (copy / DESCRIPTION).write_text(json.dumps(content))
    card = model_card(copy)
    assert "licence are of the weights that they started from" in " ".join(card.text.split())
    assert row_of(card.text, "epochs")[1] == "`3`"
    assert (card.data.license, card.data.eval_results) == ("unknown", None)


def test_damaged_files_are_named(folder, tmp_path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(PresetError, match=r"model.weights.h5 is damaged: expected SHA-256"):
        model_card(copy)
    content = json.loads((copy / DESCRIPTION).read_text())
    content["weights_sha256"] = digest(copy / WEIGHTS)
    (copy / DESCRIPTION).write_text(json.dumps(content))
    with pytest.raises(PresetError, match=r"model.weights.h5 is damaged or no weights file"):
        model_card(copy)
    del content["metrics"]["macro"], content["metrics"]["n"]
    shutil.copy(folder / WEIGHTS, copy / WEIGHTS)
    content["weights_sha256"] = digest(copy / WEIGHTS)
    (copy / DESCRIPTION).write_text(json.dumps(content))
    with pytest.raises(PresetError, match=r"preset.json is damaged: its metrics lack macro, n"):
        model_card(copy)
    (copy / DESCRIPTION).write_text("{")
    with pytest.raises(PresetError, match=r"preset.json is damaged"):
        model_card(copy)


def test_without_huggingface_hub_it_says_what_to_install(folder, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(PresetError, match=r"needs huggingface_hub: pip install 'ecgzoo\[hub\]'"):
        model_card(folder)


def test_a_run_s_figures_have_no_intervals_and_it_says_so(tmp_path) -> None:
    run = described_folds(tmp_path, 10)[0]
    content = json.loads((run.folder / DESCRIPTION).read_text())
    row = {"precision": 0.5, "recall": 0.25, "f1": 1 / 3}
    content["metrics"] = {
        "accuracy": 0.75,
        "macro": row,
        "per_class": dict.fromkeys(CLASSES, row | {"support": 4}),
        "confusion": [[1, 2, 3]] * 3,
        "classes": CLASSES,
        "n": 12,
        "protocol": "grouped",
        "overlap": 0,
        "leaky": False,
    }
    (run.folder / DESCRIPTION).write_text(json.dumps(content))
    text = model_card(run.folder).text
    assert "holds no intervals" in text
    assert row_of(text, "**macro**")[1:] == ["0.500", "0.250", "0.333", "12"]
    assert "this artifact holds no calibration" in text


def test_parameters_are_those_of_the_built_model(tmp_path) -> None:
    with small_encoders():
        folder = make_preset(tmp_path / "preset", "cnn1d")
        core, _ = load_preset(folder, inputs="domains")
    assert read_artifact(folder).parameters == core.count_params()


@pytest.mark.parametrize("model", ["hybrid", "hybrid1", "hybrid2"])
def test_the_fusion_that_the_registry_tells_is_the_builder_s_default(model) -> None:
    builder = inspect.signature(MODELS.get(model))
    assert MODELS.info(model)["fusion"] == builder.parameters["fusion"].default


def test_a_card_of_several_labels_has_the_threshold_of_each_class() -> None:
    preset = read_preset(shipped_presets()["cnn1d.general"])
    text = model_card("cnn1d.general").text
    for name, threshold in preset.thresholds.items():
        assert f"| {plain(name)} | {threshold:.3f} |" in text
