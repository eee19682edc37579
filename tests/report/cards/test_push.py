"""push: a hub on this machine gets weights, description and card, in one commit."""

import sys

import pytest
from huggingface_hub import ModelCard, constants
from local_hub import COMMIT, LocalHub
from local_server import serving
from typer.testing import CliRunner

from ecgzoo.artifact import read_preset, resolve
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS
from ecgzoo.cli import app
from ecgzoo.errors import PresetError
from ecgzoo.report.cards.push import push


@pytest.fixture
def hub(monkeypatch):
    local = LocalHub()
    with serving(local.respond) as address:
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setenv("HF_TOKEN", "not-a-token")
        yield local


def test_what_is_fetched_is_the_preset_with_a_card_of_its_new_home(hub, tmp_path) -> None:
    assert push("cnn1d.ecg_images", "me/mine") == f"hf://me/mine@{COMMIT}"
    (commit,) = hub.commits
    assert set(commit) == {DESCRIPTION, WEIGHTS, "README.md"}
    hub.write(tmp_path)
    assert read_preset(tmp_path) == read_preset(resolve("cnn1d.ecg_images"))  # checks the digest
    card = ModelCard.load(tmp_path / "README.md")
    assert card.data.tags[0] == "ecgzoo"
    assert "hf://me/mine" in card.text
    assert str(resolve("cnn1d.ecg_images").parent) not in card.text


@pytest.mark.parametrize(("option", "visible"), [([], "public"), (["--private"], "private")])
def test_the_command_makes_the_repository_and_names_the_commit(hub, option, visible) -> None:
    done = CliRunner().invoke(app, ["push", "cnn1d.ecg_images", "hf://me/mine", *option])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"uploaded: hf://me/mine@{COMMIT}, ")
    (made,) = hub.made
    assert made == {"organization": "me", "name": "mine", "visibility": visible}


def test_a_refusal_is_a_sentence(hub) -> None:
    hub.refused = 401
    with pytest.raises(PresetError) as caught:
        push("cnn1d.ecg_images", "me/mine")
    said = str(caught.value)
    assert said.startswith("hf://me/mine cannot be written: ")
    assert "401" in said
    assert said.endswith("Check the name and the connection, and that `hf auth login` knows you.")
    assert "\n" not in said
    assert hub.commits == []


@pytest.mark.parametrize("name", ["mine", "me/", "me/mine/x", "hf://mine"])
def test_a_malformed_name_is_refused_before_anything_is_sent(hub, name) -> None:
    with pytest.raises(PresetError, match=f"expected a repository such as owner/name; got {name}"):
        push("cnn1d.ecg_images", name)
    assert hub.made == []


def test_without_the_hubs_client_a_sentence_says_what_brings_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(PresetError, match=r"needs huggingface_hub: pip install 'ecgzoo\[hub\]'"):
        push("cnn1d.ecg_images", "me/mine")
