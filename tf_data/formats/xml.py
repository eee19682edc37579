"""XML, read without entities: a few of them can unfold to gigabytes."""

from pathlib import Path
from xml.etree.ElementTree import Element

from ecgzoo.errors import SignalError
from tf_data.formats.libraries import library


def xml_tree(path: Path) -> Element:
    """The root of an XML file; its elements are named without their namespaces.

    Raises:
        SignalError: if the file declares entities.
        xml.etree.ElementTree.ParseError: if it is not well-formed.
    """
    safe, refusals = library("defusedxml.ElementTree", path), library("defusedxml", path)
    try:
        root: Element = safe.fromstring(path.read_bytes())
    except refusals.DefusedXmlException as error:
        raise SignalError(
            f"expected XML without entities in {path.name}, since a few can unfold to gigabytes; "
            "it declares some. Export it again."
        ) from error
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root
