"""Size: a version takes little more room than its weights."""

import pytest
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.exporting.saved_model.lean_graph import PLACED
from ecgzoo.exporting.server.versions import summarize
from ecgzoo.models.front import core_of
from ecgzoo.pages.layout import PAGE_SPEC

MEGABYTE = 1_000_000


def bytes_of(variables) -> int:
    return sum(variable.value.numpy().nbytes for variable in variables)


@pytest.mark.slow
def test_hybrid1_takes_three_times_its_weights_its_constants_and_a_megabyte(export_small) -> None:
    """With the signature for pages, whose tracer's constants in the graph are not even counted."""
    one = export_small("hybrid1", PAGE_SPEC, "traces")
    weights = bytes_of(core_of(one.model).variables)
    constants = bytes_of(one.model.variables) - weights
    assert weights > MEGABYTE
    assert constants > MEGABYTE / 3
    assert summarize(one.version).size <= 3 * weights + constants + MEGABYTE


def test_no_function_of_a_graph_holds_a_constant_twice(export_small) -> None:
    """But for those of gradients that are placed with other operations."""
    content = SavedModel.FromString((export_small("cnn1d").version / "saved_model.pb").read_bytes())
    for function in content.meta_graphs[0].graph_def.library.function:
        constants = [
            node.attr["value"].SerializeToString(deterministic=True)
            for node in function.node_def
            if node.op == "Const" and not node.input and PLACED not in node.attr
        ]
        assert len(set(constants)) == len(constants), function.signature.name
