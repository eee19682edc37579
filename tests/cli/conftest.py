"""A small `cnn1d` that `ecgzoo predict` asks, in a folder and on a server."""

import pytest
from limb_leads import lawful
from rest_server import stand_in
from small_presets import heartbeats
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.pages.layout import PAGE_SPEC

collect_ignore = ["conftest.py"]


@pytest.fixture(scope="module")
def exported(export_small):
    return export_small("cnn1d", PAGE_SPEC, "traces", small=True).version.parents[1]


@pytest.fixture(scope="module")
def server(exported):
    with stand_in({"cnn1d": exported / "cnn1d"}) as address:
        yield address


@pytest.fixture(scope="module", params=["folder", "server"])
def predict(request, exported, server):
    where = {"folder": ["--exported", str(exported)], "server": ["--server", server]}

    def run(file, *options):
        arguments = ["predict", str(file), "--model", "cnn1d", *where[request.param]]
        return CliRunner().invoke(app, [*arguments, *options])

    return run


@pytest.fixture(scope="module")
def signal():
    return lawful(heartbeats(PAGE_SPEC, 1))[0]
