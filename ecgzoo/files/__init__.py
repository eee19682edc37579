"""Files that change in one step, and locks on folders; the only ones."""

from ecgzoo.files.atomic import (
    as_json,
    replace_folder,
    restore_folder,
    update_text,
    write_atomically,
    write_json,
)
from ecgzoo.files.lock import locked

__all__ = [
    "as_json",
    "locked",
    "replace_folder",
    "restore_folder",
    "update_text",
    "write_atomically",
    "write_json",
]
