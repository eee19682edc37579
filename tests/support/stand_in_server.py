#!/usr/bin/env python3
"""The stand-in for TensorFlow Serving as a program: $ECGZOO_MODEL_SERVER may name it.

It takes the real one's flags, refuses those that it does not know, and speaks REST alone.
"""

import argparse
import sys
import time
from pathlib import Path

from local_server import serving
from polling_server import PollingServer, ReloadError

NO_MEANING_HERE = (
    "port",
    "grpc_max_threads",
    "max_num_load_retries",
    "tensorflow_intra_op_parallelism",
)


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--rest_api_port", type=int, required=True)
    parser.add_argument("--model_config_file", type=Path, required=True)
    parser.add_argument("--model_config_file_poll_wait_seconds", type=float, default=0)
    parser.add_argument("--file_system_poll_wait_seconds", type=float, default=1)
    parser.add_argument("--allow_version_labels_for_unavailable_models", default="false")
    for name in NO_MEANING_HERE:
        parser.add_argument(f"--{name}")
    return parser.parse_args()


def main() -> None:
    given = flags()
    labels_at_start = given.allow_version_labels_for_unavailable_models == "true"
    server = PollingServer(given.model_config_file, labels_at_start=labels_at_start)
    try:
        server.start()
    except ReloadError as error:
        sys.exit(f"Failed to start server. Error: {error}")
    with serving(server.respond, given.rest_api_port):
        poll(server, given.model_config_file_poll_wait_seconds, given.file_system_poll_wait_seconds)


def poll(server: PollingServer, config_seconds: float, folder_seconds: float) -> None:
    """Both polls, each in its own time, until the program is ended."""
    reloaded = looked = time.monotonic()
    while True:
        time.sleep(0.05)
        if config_seconds and time.monotonic() - reloaded >= config_seconds:
            server.try_to_reload()
            reloaded = time.monotonic()
        if time.monotonic() - looked >= folder_seconds:
            server.look()
            looked = time.monotonic()
        while server.log:
            print(server.log.pop(0), flush=True)


if __name__ == "__main__":
    main()
