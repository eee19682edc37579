"""A preset of a small model, a copy for each test that may change it."""

import shutil

import pytest
from small_encoders import small_encoders
from toy_presets import write_preset


@pytest.fixture(scope="session")
def kept_preset(tmp_path_factory):
    with small_encoders():
        return write_preset(tmp_path_factory.mktemp("presets") / "preset")


@pytest.fixture
def preset(kept_preset, tmp_path):
    return shutil.copytree(kept_preset, tmp_path / "preset")
