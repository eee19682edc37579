"""XML, read without entities: a few of them can unfold to gigabytes."""

from pathlib import Path
from xml.etree.ElementTree import Element

from tf_data.formats.libraries import library


def xml_tree(path: Path) -> Element:
    """The root of an XML file; its elements are named without their namespaces.

    Raises:
        ValueError: if the file declares entities.
        xml.etree.ElementTree.ParseError: if it is not well-formed.
    """
    root: Element = library("defusedxml.ElementTree", path).fromstring(path.read_bytes())
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root
