"""A hub on this machine: as much of the Hugging Face hub's API as an upload of small files asks."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMIT = "c0ffee" + 34 * "0"


@dataclass
class LocalHub:
    """What was asked of it, and the files that it was given.

    Attributes:
        refused: the status with which everything is refused; None for nothing.
        made: what the repositories were made with.
        commits: the files of each commit, by path.
    """

    refused: int | None = None
    made: list[dict[str, Any]] = field(default_factory=list)
    commits: list[dict[str, bytes]] = field(default_factory=list)

    def respond(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Answers a request, as ``local_server.serving`` asks for it."""
        if self.refused:
            return self.refused, b'{"error": "Invalid username or password."}'
        *_, first, second = path.split("/")
        answer = {
            "repos/create": self._create,
            "api/validate-yaml": lambda _: {"errors": [], "warnings": []},
            "preupload/main": self._regular,
            "commit/main": self._commit,
        }.get(f"{first}/{second}")
        return (404, b"{}") if answer is None else (200, json.dumps(answer(body)).encode())

    def _create(self, body: bytes) -> dict[str, Any]:
        self.made.append(asked := json.loads(body))
        return {"url": f"http://127.0.0.1/{asked['organization']}/{asked['name']}"}

    def _regular(self, body: bytes) -> dict[str, Any]:
        """Every file goes into the commit itself, none to a store of large files."""
        paths = [one["path"] for one in json.loads(body)["files"]]
        told = {"uploadMode": "regular", "shouldIgnore": False}
        return {"files": [{"path": path, **told} for path in paths]}

    def _commit(self, body: bytes) -> dict[str, Any]:
        lines = map(json.loads, body.decode().splitlines())
        files = [one["value"] for one in lines if one["key"] == "file"]
        self.commits.append({one["path"]: base64.b64decode(one["content"]) for one in files})
        return {
            "success": True,
            "commitOid": COMMIT,
            "commitUrl": f"http://127.0.0.1/me/mine/commit/{COMMIT}",
        }

    def write(self, folder: Path) -> None:
        """Writes the last commit's files, as who fetches them has them."""
        for path, content in self.commits[-1].items():
            (folder / path).write_bytes(content)
