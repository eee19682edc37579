"""Apache Beam: its flags, and what runs a pipeline where they name no runner.

It is an extra, so that nothing here imports it before it is asked for.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecgzoo.errors import MissingExtraError

if TYPE_CHECKING:
    from apache_beam.options.pipeline_options import PipelineOptions

LOCAL = "FnApiRunner"
"""What runs where no runner is named. It is the engine of Beam's DirectRunner, which itself would
first fetch another one from the network."""


def check_beam(what: str) -> None:
    """Checks that Beam is there.

    Args:
        what: is done through it, for the message.

    Raises:
        MissingExtraError: if it is not installed.

    Example:
        >>> check_beam("many records are answered")
    """
    if importlib.util.find_spec("apache_beam") is None:
        raise MissingExtraError.of(what, "Apache Beam", "beam")


def beam_flags(asked: str | None) -> list[str]:
    """Beam's flags of one option, between commas, as TFDS takes them.

    Example:
        >>> beam_flags("runner=SparkRunner,streaming")
        ['--runner=SparkRunner', '--streaming']
    """
    return [f"--{one.strip().lstrip('-')}" for one in (asked or "").split(",") if one.strip()]


def pipeline_options(flags: Sequence[str]) -> PipelineOptions:
    """Beam's options of some flags; without a runner among them, this process does the work.

    Example:
        >>> pipeline_options(["--runner=SparkRunner"]).get_all_options()["runner"]
        'SparkRunner'
    """
    from apache_beam.options.pipeline_options import PipelineOptions

    named = any(one.partition("=")[0] == "--runner" for one in flags)
    return PipelineOptions([*flags, *([] if named else [f"--runner={LOCAL}"])])


def reason_of(error: BaseException) -> str:
    r"""What stopped a pipeline, in a line: the last one of Beam's tracebacks.

    Example:
        >>> reason_of(RuntimeError("Traceback ...\nOSError: disk full [while running 'write']\n"))
        'OSError: disk full'
        >>> reason_of(RuntimeError("ecgzoo.errors.DataError: no lead [while running 'read']"))
        'no lead'
    """
    lines = [line for line in str(error).splitlines() if line.strip()] or [repr(error)]
    return re.sub(r"^ecgzoo\.errors\.\w+: | \[while running '.*'\]$", "", lines[-1].strip())
