"""Files that change in one step, and locks on folders; the only ones."""

from ecgzoo.files.atomic import (
    replace_folder,
    restore_folder,
    update_text,
    write_atomically,
    write_json,
)
from ecgzoo.files.lock import locked

__all__ = [
    "locked",
    "replace_folder",
    "restore_folder",
    "update_text",
    "write_atomically",
    "write_json",
]
