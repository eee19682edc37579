"""A server that polls follows exports, canaries and rollbacks, and what blocks it is lifted.

The stand-in reloads in the order of the real server; `poll` is one turn of both of its polls.
"""

from pathlib import Path

import pytest
from polling_server import PollingServer, RefusedError, ReloadError
from published import publish_one

from ecgzoo.exporting.server.publishing import promote, prune, roll_back

REFUSED = (
    "PollFilesystemAndReloadConfig failed to ReloadConfig: Request to assign label to version {} "
    "of model {}, which is not currently available for inference"
)


def started(root: Path, **options) -> PollingServer:
    server = PollingServer(root / "models.config", root, **options)
    server.start()
    return server


@pytest.fixture
def server(tmp_path) -> PollingServer:
    """One that serves a first version of `m`."""
    publish_one(tmp_path)
    return started(tmp_path)


def answers(server: PollingServer, model: str = "m") -> tuple[int, int]:
    """The versions that answer for `stable` and `canary`."""
    return server.answering(model, "stable"), server.answering(model, "canary")


def broken(version: Path) -> Path:
    (version / "saved_model.pb").write_bytes(b"")
    return version


def test_an_export_is_followed_and_answered_all_the_while(server, tmp_path) -> None:
    assert answers(server) == (1, 1)
    second = publish_one(tmp_path)
    server.held = {second}
    for _ in range(3):
        server.poll()
        assert answers(server) == (1, 1), "the new version still loads"
    server.held.clear()
    server.poll()
    server.poll()
    assert answers(server) == (2, 2)
    assert set(server.log) == {REFUSED.format(2, "m")}, "what a label says that waits"


def test_a_canary_arrives_moves_on_and_goes(server, tmp_path) -> None:
    for number in (2, 3):
        publish_one(tmp_path, canary=True)
        server.poll()
        server.poll()
        assert answers(server) == (1, number)
    assert server.answering("m") == 3, "a request without a label gets the highest number"
    roll_back(tmp_path, "m", canary=True)
    server.poll()
    assert answers(server) == (1, 1)


def test_a_promotion_is_followed_at_the_next_poll(server, tmp_path) -> None:
    publish_one(tmp_path, canary=True)
    server.poll()
    server.poll()
    promote(tmp_path, "m")
    server.poll()
    assert answers(server) == (2, 2)


def test_a_canary_that_does_not_load_blocks_all_until_it_is_taken_back(server, tmp_path) -> None:
    broken(publish_one(tmp_path, canary=True))
    server.poll()
    publish_one(tmp_path)
    for _ in range(2):
        server.poll()
    assert answers(server) == (3, 3), "a later export takes both labels"
    broken(publish_one(tmp_path, canary=True))
    roll_back(tmp_path, "m", 1)
    server.poll()
    assert answers(server) == (3, 3), "stable cannot move either"
    roll_back(tmp_path, "m", canary=True)
    server.poll()
    assert answers(server) == (1, 1)


def test_a_rollback_is_followed_at_the_next_poll(server, tmp_path) -> None:
    publish_one(tmp_path)
    server.poll()
    server.poll()
    roll_back(tmp_path, "m")
    server.poll()
    assert answers(server) == (1, 1)
    assert server.answering("m") == 2, "a request without a label gets what was rolled back"


def test_a_new_model_is_answered(server, tmp_path) -> None:
    publish_one(tmp_path, "new")
    server.poll()
    assert answers(server, "new") == (1, 1)
    assert server.log == []


def test_a_new_model_waits_for_labels_of_others(server, tmp_path) -> None:
    server.held = {publish_one(tmp_path)}
    publish_one(tmp_path, "new")
    server.poll()
    server.poll()
    with pytest.raises(RefusedError, match="Unrecognized servable version label: stable"):
        server.answering("new", "stable")
    with pytest.raises(RefusedError) as refused:
        server.answering("new")
    assert refused.value.code == 404
    server.held.clear()
    server.poll()
    server.poll()
    assert answers(server) == (2, 2)
    assert answers(server, "new") == (1, 1)


def test_a_server_starts_with_labels_of_versions_that_are_not_loaded_yet(tmp_path) -> None:
    publish_one(tmp_path)
    server = PollingServer(tmp_path / "models.config", tmp_path)
    server.held = {publish_one(tmp_path, canary=True)}
    server.start()
    assert server.answering("m", "stable") == 1
    with pytest.raises(RefusedError, match=r"Servable not found for request: Specific\(m, 2\)"):
        server.answering("m", "canary")
    server.held.clear()
    server.poll()
    assert answers(server) == (1, 2)
    with pytest.raises(ReloadError, match=r"assign label to version \d of model m"):
        started(tmp_path, labels_at_start=False)


def test_a_version_that_does_not_load_blocks_all_models_until_a_rollback(server, tmp_path) -> None:
    broken(publish_one(tmp_path))
    publish_one(tmp_path, "new")
    for _ in range(3):
        server.poll()
    assert server.log == [REFUSED.format(2, "m")] * 3
    assert answers(server) == (1, 1)
    with pytest.raises(RefusedError):
        server.answering("new")
    roll_back(tmp_path, "m")
    server.poll()
    assert answers(server) == (1, 1)
    assert answers(server, "new") == (1, 1)
    assert len(server.log) == 3


def test_a_rollback_to_a_version_that_did_not_load_is_not_followed(server, tmp_path) -> None:
    broken(publish_one(tmp_path))
    publish_one(tmp_path)
    for _ in range(2):
        server.poll()
    assert answers(server) == (3, 3)
    roll_back(tmp_path, "m")
    server.poll()
    assert answers(server) == (3, 3)
    assert server.log[-1] == REFUSED.format(2, "m")
    assert roll_back(tmp_path, "m") == 1
    server.poll()
    assert answers(server) == (1, 1)


def test_after_a_restart_nothing_stands_in_for_a_stable_version_that_does_not_load(
    server, tmp_path
) -> None:
    broken(publish_one(tmp_path))
    server = started(tmp_path)
    with pytest.raises(RefusedError, match=r"Servable not found for request: Specific\(m, 2\)"):
        server.answering("m", "stable")
    roll_back(tmp_path, "m")
    server.poll()
    assert answers(server) == (1, 1)


def test_a_model_of_which_nothing_loads_ends_a_server_that_starts(tmp_path) -> None:
    broken(publish_one(tmp_path))
    with pytest.raises(ReloadError, match="did not become available: m"):
        started(tmp_path)


def test_prune_right_after_an_export_takes_no_answer_away(server, tmp_path) -> None:
    server.held = {publish_one(tmp_path)}
    prune(tmp_path, ["m"], keep=1)
    server.poll()
    assert answers(server) == (1, 1)
    server.held.clear()
    server.poll()
    prune(tmp_path, ["m"], keep=1)
    server.poll()
    assert answers(server) == (2, 2)


def test_what_is_pruned_is_let_go_of(server, tmp_path) -> None:
    for _ in range(2):
        publish_one(tmp_path)
        server.poll()
        server.poll()
    assert list(server.of["m"]) == [1, 2, 3]
    prune(tmp_path, ["m"], keep=1)
    server.poll()
    assert list(server.of["m"]) == [2, 3]


def test_with_policies_of_named_versions_a_label_never_arrives(tmp_path) -> None:
    """Such policies exports had at first; a server that has one is restarted, or led round."""

    def name_versions(number: int) -> None:
        text = (tmp_path / "models.config").read_text()
        policy = f"specific {{ versions: {number} }}"
        (tmp_path / "models.config").write_text(text.replace("all { }", policy))

    publish_one(tmp_path)
    name_versions(1)
    server = started(tmp_path)
    publish_one(tmp_path)
    name_versions(2)
    for _ in range(5):
        server.poll()
    assert answers(server) == (1, 1)
    assert server.log == [REFUSED.format(2, "m")] * 5
    assert 2 not in server.of["m"], "it is not even loaded"

    publish_one(tmp_path)  # with today's policy, which does not arrive either
    for _ in range(5):
        server.poll()
    assert answers(server) == (1, 1)
    assert answers(started(tmp_path)) == (3, 3)
    for to in (1, 3):
        roll_back(tmp_path, "m", to)
        server.poll()
        server.poll()
    assert answers(server) == (3, 3)


@pytest.mark.parametrize(
    ("policy", "loaded"),
    [("", [3]), ("latest { num_versions: 2 }", [2, 3]), ("specific { versions: 1 }", [1])],
)
def test_the_stand_in_keeps_to_policies(policy, loaded, tmp_path) -> None:
    for _ in range(3):
        publish_one(tmp_path)
    config = tmp_path / "other.config"
    chosen = f"model_version_policy {{ {policy} }}" if policy else ""
    config.write_text(
        f'model_config_list {{ config {{ name: "m" base_path: "{tmp_path}/m" {chosen} }} }}'
    )
    server = PollingServer(config)
    server.start()
    assert sorted(server.of["m"]) == loaded
