"""What tests of `ecgzoo predict` ask with, and read."""

import json

from ecgzoo.pages.layout import PAGE_SPEC

RATE = f"{PAGE_SPEC.sampling_rate:.4f}"


def answered(result):
    assert result.exception is None, result.exception
    return json.loads(result.stdout)
