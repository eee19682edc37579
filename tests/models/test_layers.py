"""`ecgzoo.layers`: every class that a saved model can name."""

import ast
from pathlib import Path

import ecgzoo.layers

HOUSE = Path(ecgzoo.layers.__file__).parent
ROOMS = ("domains", "encoders", "fusion", "models", "pages")


def registered() -> set[str]:
    """Names of the classes that register themselves for Keras, read off the sources."""
    sources = (path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))
    nodes = (one for path in sources for one in ast.walk(ast.parse(path.read_text("utf-8"))))
    return {
        node.name
        for node in nodes
        if isinstance(node, ast.ClassDef)
        and any("register_keras_serializable" in ast.unparse(one) for one in node.decorator_list)
    }


def test_it_brings_every_layer_under_one_name() -> None:
    assert {"Core", "TimeDomain", "LeadTraces"} <= registered()
    assert set(ecgzoo.layers.__all__) == registered()
    assert all(hasattr(ecgzoo.layers, name) for name in ecgzoo.layers.__all__)
