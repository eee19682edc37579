"""The server's files say what the labels say, in the server's own language."""

import re
from pathlib import Path

from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    message_factory,
    text_format,
    wrappers_pb2,  # noqa: F401 - the pool must know it
)
from published import labels_of, publish_one, served_by

from ecgzoo.exporting.server.configuration import write_server_files

HOUSE = Path(__file__).parents[2]


def test_models_config_follows_the_labels(tmp_path) -> None:
    publish_one(tmp_path, "a")
    publish_one(tmp_path, "b")
    publish_one(tmp_path, "a")
    publish_one(tmp_path, "a", canary=True)
    assert served_by(tmp_path) == {
        "a": {"stable": 2, "canary": 3},
        "b": {"stable": 1, "canary": 1},
    }
    assert labels_of(tmp_path / "a") == {"stable": 2, "canary": 3}


def test_a_first_canary_has_no_stable_beside_it(tmp_path) -> None:
    publish_one(tmp_path, canary=True)
    assert served_by(tmp_path) == {"m": {"canary": 1}}


def batching_parameters():
    """tensorflow.serving.BatchingParameters, of which the Python packages have no message."""
    file = descriptor_pb2.FileDescriptorProto(
        name="batching.proto",
        package="test",
        syntax="proto3",
        dependency=["google/protobuf/wrappers.proto"],
    )
    message = file.message_type.add(name="BatchingParameters")
    field = descriptor_pb2.FieldDescriptorProto
    wrapped = ("max_batch_size", "batch_timeout_micros", "max_enqueued_batches")
    for number, name in enumerate((*wrapped, "num_batch_threads"), 1):
        kind = ".google.protobuf.Int64Value"
        message.field.add(
            name=name,
            number=number,
            type=field.TYPE_MESSAGE,
            type_name=kind,
            label=field.LABEL_OPTIONAL,
        )
    message.field.add(
        name="allowed_batch_sizes", number=6, type=field.TYPE_INT64, label=field.LABEL_REPEATED
    )
    pool = descriptor_pool.Default()
    pool.Add(file)
    found = pool.FindMessageTypeByName("test.BatchingParameters")
    return message_factory.GetMessageClass(found)()


def test_batching_config_is_as_the_server_wants_it(tmp_path) -> None:
    write_server_files(tmp_path)
    written = (tmp_path / "batching.config").read_text(encoding="utf-8")
    parameters = text_format.Parse(written, batching_parameters())
    sizes = list(parameters.allowed_batch_sizes)
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == parameters.max_batch_size.value
    assert parameters.num_batch_threads.value >= 1
    assert parameters.batch_timeout_micros.value > 0
    assert parameters.max_enqueued_batches.value > 0


def test_compose_names_files_that_are_there(tmp_path) -> None:
    publish_one(tmp_path)
    lines = (tmp_path / "compose.yaml").read_text().splitlines()
    flags = dict(re.findall(r"^      (?:# )?- --(\w+)=(\S+)$", "\n".join(lines), re.MULTILINE))
    assert (tmp_path / flags["model_config_file"].removeprefix("/models/")).is_file()
    assert (tmp_path / flags["batching_parameters_file"].removeprefix("/models/")).is_file()
    assert "      - .:/models:ro" in lines
    # A rollback must be acted on, whatever the version that it leaves is doing.
    assert flags["max_num_load_retries"] == "0"
    assert flags["allow_version_labels_for_unavailable_models"] == "true"
    assert float(flags["model_config_file_poll_wait_seconds"]) > 0


def flags_of(text: str) -> set[str]:
    return set(re.findall(r"^[^#\n]*?(--\w+=\S+)", text, re.MULTILINE))


def test_docker_run_has_the_flags_of_compose(tmp_path) -> None:
    write_server_files(tmp_path)
    page = (HOUSE / "docs" / "serving.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^docker run (?:.*\\\n)+.*$", page, re.MULTILINE)
    shown = {word for word in command.split() if word.startswith("--") and "=" in word}
    assert shown == flags_of((tmp_path / "compose.yaml").read_text())
    assert {"-p 8500:8500", "-p 8501:8501"} <= set(re.findall(r"-p \S+", command))


def test_what_did_not_change_is_not_written_again(tmp_path) -> None:
    publish_one(tmp_path)
    files = ("models.config", "batching.config", "compose.yaml")
    before = [(tmp_path / name).stat().st_mtime_ns for name in files]
    write_server_files(tmp_path)
    assert [(tmp_path / name).stat().st_mtime_ns for name in files] == before
