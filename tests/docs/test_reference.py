"""docs/reference: a page for every room that has a face, and for the face itself."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PAGES = HOUSE / "docs" / "reference"


def test_every_face_has_a_page() -> None:
    faces = [HOUSE / "tf_data" / "__init__.py", *(HOUSE / "ecgzoo").glob("*/__init__.py")]
    rooms = [
        ".".join(face.relative_to(HOUSE).parent.parts)
        for face in faces
        if "__all__" in face.read_text(encoding="utf-8")
    ]
    pages = [file.read_text(encoding="utf-8") for file in PAGES.glob("*.rst")]
    shown = set(re.findall(r"automodule:: (\S+)", "\n".join(pages)))
    assert {"ecgzoo", *rooms} <= shown


def test_every_page_is_in_the_index() -> None:
    listed = (PAGES / "index.md").read_text(encoding="utf-8").split()
    assert {file.stem for file in PAGES.glob("*.rst")} <= set(listed)
