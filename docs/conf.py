"""The documentation site: `make docs` builds it, runs the gallery and checks every link."""

import re
import warnings
from typing import Any

import ecgzoo

project = "ecgzoo"
release = version = ecgzoo.__version__
project_copyright = "the authors of ecgzoo"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["study/*.md"]

myst_heading_anchors = 3  # links such as datasets.md#your-own-records work, as they do on GitHub
autodoc_inherit_docstrings = False  # what Keras says of its own methods is not repeated
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_use_ivar = True  # attributes of dataclasses stand in their docstring already
napoleon_preprocess_types = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "ignore_repr_types": r"matplotlib\.",
    "filename_pattern": r"\.py$",  # all of them run
    "abort_on_example_error": True,
    "subsection_order": [f"../examples/{one}" for one in ("start", "pages", "models", "evidence")],
    "write_computation_times": False,  # its tables are loaded from elsewhere
}

# What examples are warned of stands in the gallery: as a sentence, without the builder's paths.
warnings.formatwarning = lambda said, kind, *_: f"{kind.__name__}: {said}\n"

OUTSIDE = re.compile(r"\]\((\.\./[^)#]+\.md)\)")

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_title = "ecgzoo"
html_copy_source = False
html_show_sphinx = False


def said_on_the_face(
    app: Any, what: str, name: str, found: object, skip: bool, options: Any
) -> bool | None:
    """Leaves out of a room's page what the face's page has already."""
    elsewhere = app.env.docname != "reference/ecgzoo"
    return True if elsewhere and found is getattr(ecgzoo, name, None) else None


def colon_and_all(
    app: Any, what: str, name: str, found: object, options: Any, lines: list[str]
) -> None:
    """Keeps Napoleon from taking what stands before a colon for a property's type."""
    if what == "property":
        lines.insert(0, "")


def outside_as_files(app: Any, name: str, source: list[str]) -> None:
    """Makes pages that lie beside the code, and are none of the site's, files to download."""
    source[0] = OUTSIDE.sub(r"](path:\1)", source[0])


def setup(app: Any) -> None:
    """What Sphinx calls."""
    app.connect("source-read", outside_as_files)
    app.connect("autodoc-skip-member", said_on_the_face)
    app.connect("autodoc-process-docstring", colon_and_all, priority=100)  # before Napoleon's own
